"""Voting on a vehicle's text over all frames in which it was read."""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from ..common.geometry import quad_area
from ..generators.formats.base import PlateFormat, PlateText
from ..inference.reader import Reading
from ..inference.region import region_of
from .cut import foreign_to, is_rest, shape
from .path import Place


@dataclass(frozen=True)
class Sighting:
    """A reading in one frame of a video: the frame's number from 0, and its time in seconds."""

    frame: int
    seconds: float
    reading: Reading


@dataclass(frozen=True)
class Vehicle:
    """One vehicle of a video.

    reading: the text that was decided on; quad, box, score and lines are those of the best frame. first, last: when it
    was seen, in seconds. frames: in how many it was read. best_frame: where it was read best, from 0; best: its time in
    seconds. path: where its plate was, from first to last. given: it was given before, while it was still in sight
    (`Tracker.standing`).
    """

    reading: Reading
    first: float
    last: float
    frames: int
    best_frame: int
    best: float
    path: tuple[Place, ...] = ()
    given: bool = False


SURE = 0.8
"""Confidence from which on a text is believed."""
_STEPS = 50
"""Shapes (aspect ratios) are rounded to so many steps per factor of e: to 2%."""


@dataclass
class _Pile:
    """Frames that read the same text on a plate of the same shape: their confidences, in all and of each character."""

    best: Sighting
    weight: float
    characters: list[float]

    def join(self, other: "_Pile") -> None:
        self.weight += other.weight
        self.characters = [a + b for a, b in zip(self.characters, other.characters, strict=True)]
        self.best = max(self.best, other.best, key=_quality)


class _Kind(NamedTuple):
    """What the frames of a pile have in common: text, whether the plate was flagged as partial, and shape in steps."""

    text: str
    partial: bool
    shape: int


_Piles = Mapping[_Kind, _Pile]


class Votes:
    """The votes of frames on one vehicle's text: whole texts first, characters where these do not decide.

    Each frame votes for the text that it read, with its confidence as the weight. A text with more than half of all
    weight wins. Where none has that, the characters vote: among the texts of the length with the most weight, each
    place goes to the character with the most confidence there. What comes of it may not have been read in any frame.
    If the plate format does not know it, but knows the text with the most weight, that one wins after all.

    Frames that saw a part of the plate do not count where others saw all of it: neither partial readings, nor those
    that are the rest of a longer text which was read for sure (`is_rest`). Where all readings are partial, each votes
    for every text that it may be a part of, so that the most complete one wins; that is partial as well.
    """

    def __init__(self) -> None:
        self.frames = 0
        self.first = self.last = 0.0
        self._piles: dict[_Kind, _Pile] = {}
        self._leader: Sighting | None = None

    @property
    def partial(self) -> bool:
        """Whether no frame saw all of the plate."""
        return all(kind.partial for kind in self._piles)

    def add(self, sighting: Sighting) -> None:
        """Count one frame's vote."""
        reading = sighting.reading
        steps = round(_STEPS * math.log(max(shape(reading.quad), 1e-6)))
        strengths = [strength for _, strength in reading.characters]
        pile = _Pile(sighting, reading.confidence, strengths)
        self._pile(_Kind(reading.text, reading.partial, steps), pile)
        self.count(sighting.seconds, sighting.seconds, 1)

    def merge(self, other: "Votes") -> None:
        """Count the votes of the same vehicle, seen at another time."""
        for kind, pile in other._piles.items():
            self._pile(kind, replace(pile))
        self.count(other.first, other.last, other.frames)

    def count(self, first: float, last: float, frames: int) -> None:
        """Note that the vehicle was seen from one time to another, in so many frames, which have no vote."""
        self.first = min(self.first, first) if self.frames else first
        self.last = max(self.last, last) if self.frames else last
        self.frames += frames

    def prune(self, most: int) -> None:
        """Forget all but so many of the heaviest piles: what stands for hours is misread in ever new ways."""
        if len(self._piles) > most:
            ranked = sorted(self._piles.items(), key=lambda item: -item[1].weight)
            self._piles = dict(ranked[:most])
            self._leader = None

    def leader(self) -> Sighting:
        """Return the best sighting of the text with the most weight so far."""
        if self._leader is None:
            piles = self._counting()
            text = _first(self._weights(piles))
            self._leader = _best(piles, text)
        return self._leader

    def decide(self, plate_format: PlateFormat) -> Vehicle:
        """Return what the frames agree on. plate_format: whose texts are known.

        The confidence of a text that was voted for as a whole is that of its best frame, times its share of the weight
        that it and the strongest other text have together. That of one put together from characters is the best of any
        frame of that length, times the share of the weight of its most doubtful place.
        """
        piles = self._counting()
        weights = self._weights(piles)
        text = _first(weights)
        weight = weights[text]
        if not self.partial and 2 * weight <= sum(weights.values()):
            composed = _compose(piles)
            known = plate_format.parse(composed.reading.text) is not None
            if known or plate_format.parse(text) is None:
                return self._vehicle(composed, plate_format)
        rivals = (w for other, w in weights.items() if not self._agree(text, other))
        best = _best(piles, text)
        share = weight / (weight + max(rivals, default=0.0)) if weight > 0 else 1.0
        decided = replace(best.reading, confidence=best.reading.confidence * share)
        return self._vehicle(replace(best, reading=decided), plate_format)

    def _counting(self) -> _Piles:
        """Return the piles whose frames saw the whole plate, or all where none did."""
        whole = {kind: pile for kind, pile in self._piles.items() if not kind.partial}
        if not whole:
            return self._piles
        sure: dict[str, Reading] = {}
        for text in {kind.text for kind in whole}:
            reading = _best(whole, text).reading
            if reading.confidence >= SURE:
                sure[text] = reading
        return {
            kind: pile
            for kind, pile in whole.items()
            if not any(
                is_rest(kind.text, math.exp(kind.shape / _STEPS), text, shape(reading.quad))
                for text, reading in sure.items()
            )
        }

    def _weights(self, piles: _Piles) -> dict[str, float]:
        """Return each text's weight."""
        weights: dict[str, float] = defaultdict(float)
        for kind, pile in piles.items():
            weights[kind.text] += pile.weight
        if not self.partial:
            return weights
        return {
            text: sum(weight for part, weight in weights.items() if self._agree(text, part))
            for text in weights
        }

    def _agree(self, text: str, other: str) -> bool:
        """Return whether frames that read ``other`` speak for ``text``: partial ones may be parts of it."""
        return other == text or (self.partial and foreign_to(text, other) == 0)

    def _vehicle(self, best: Sighting, plate_format: PlateFormat) -> Vehicle:
        text, lines = best.reading.text, best.reading.lines
        parts = plate_format.parse(text) or PlateText(text, "", text)
        seen = best.reading.countries
        region = None if best.reading.partial else region_of(plate_format, text, lines, seen)
        reading = replace(best.reading, prefix=parts.prefix, number=parts.number, region=region)
        return Vehicle(reading, self.first, self.last, self.frames, best.frame, best.seconds)

    def _pile(self, kind: _Kind, pile: _Pile) -> None:
        self._leader = None
        if kind in self._piles:
            self._piles[kind].join(pile)
        else:
            self._piles[kind] = pile


def _compose(piles: _Piles) -> Sighting:
    """Return the text that the characters vote for, in the best frame of its length."""
    lengths: dict[int, float] = defaultdict(float)
    for kind, pile in piles.items():
        lengths[len(kind.text)] += pile.weight
    length = min(lengths, key=lambda n: (-lengths[n], n))
    alike = {kind: pile for kind, pile in piles.items() if len(kind.text) == length}
    places: list[dict[str, float]] = [defaultdict(float) for _ in range(length)]
    for kind, pile in alike.items():
        for place, char, strength in zip(places, kind.text, pile.characters, strict=True):
            place[char] += strength
    chosen = [(_first(place), place) for place in places]
    shares = [place[char] / max(sum(place.values()), 1e-9) for char, place in chosen]
    best = max((pile.best for pile in alike.values()), key=_quality)
    chars = [char for char, _ in chosen]
    confidence = best.reading.confidence * min(shares)
    characters = tuple(zip(chars, shares, strict=True))
    text = "".join(chars)
    # Votes of whole plates alone are put together, so the pattern is the text.
    reading = replace(
        best.reading, text=text, pattern=text, confidence=confidence, characters=characters
    )
    return replace(best, reading=reading)


def _best(piles: _Piles, text: str) -> Sighting:
    """Return a text's best frame: the surest, of those as sure to the percent the nearest, of those the first."""
    return max((pile.best for kind, pile in piles.items() if kind.text == text), key=_quality)


def _quality(sighting: Sighting) -> tuple[float, float, int]:
    reading = sighting.reading
    return round(reading.confidence, 2), quad_area(reading.quad), -sighting.frame


def _first(weights: Mapping[str, float]) -> str:
    """Return the key with the most weight; of several the first in the alphabet, so that the order does not matter."""
    return min(weights, key=lambda key: (-weights[key], key))
