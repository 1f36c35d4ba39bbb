"""What a vehicle's plate says, decided by all frames that it was read in."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from src.common.geometry import quad_area
from src.generators.formats.base import PlateText
from src.stack.reader import Reading

Parse = Callable[[str], PlateText | None]


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
    seconds.
    """

    reading: Reading
    first: float
    last: float
    frames: int
    best_frame: int
    best: float


class Votes:
    """The votes of frames on one vehicle's text: whole texts first, characters where these do not decide.

    Each frame votes for the text that it read, with its confidence as the weight. A text with more than half of all
    weight wins. Where none has that, the characters vote: among the texts of the length with the most weight, each
    place goes to the character with the most confidence there. What comes of it may not have been read in any frame.
    If the plate format does not know it, but knows the text with the most weight, that one wins after all.
    """

    def __init__(self) -> None:
        self.frames = 0
        self.first = self.last = 0.0
        self._weights: dict[str, float] = defaultdict(float)
        self._places: dict[int, list[dict[str, float]]] = {}
        self._best: dict[str, Sighting] = {}

    def add(self, sighting: Sighting) -> None:
        """Count one frame's vote."""
        reading = sighting.reading
        self._weights[reading.text] += reading.confidence
        fresh: list[dict[str, float]] = [defaultdict(float) for _ in reading.text]
        places = self._places.setdefault(len(reading.text), fresh)
        for place, (char, confidence) in zip(places, reading.characters, strict=True):
            place[char] += confidence
        self._count(sighting.seconds, sighting.seconds, 1)
        self._keep(sighting)

    def merge(self, other: "Votes") -> None:
        """Count the votes of the same vehicle, seen at another time."""
        for text, weight in other._weights.items():
            self._weights[text] += weight
        for length, theirs in other._places.items():
            fresh: list[dict[str, float]] = [defaultdict(float) for _ in range(length)]
            for mine, place in zip(self._places.setdefault(length, fresh), theirs, strict=True):
                for char, weight in place.items():
                    mine[char] += weight
        self._count(other.first, other.last, other.frames)
        for sighting in other._best.values():
            self._keep(sighting)

    def leader(self) -> Sighting:
        """Return the best sighting of the text with the most weight so far."""
        return self._best[_first(self._weights)]

    def decide(self, parse: Parse) -> Vehicle:
        """Return what the frames agree on. parse: the plate format's grammar.

        The confidence of a text that was voted for as a whole is that of its best frame, times its share of the weight
        that it and the strongest other text have together. That of one put together from characters is the best of any
        frame of that length, times the share of the weight of its most doubtful place.
        """
        text = _first(self._weights)
        weight = self._weights[text]
        if 2 * weight <= sum(self._weights.values()):
            composed = self._compose()
            if parse(composed.reading.text) is not None or parse(text) is None:
                return self._vehicle(composed, parse)
        rival = max((w for other, w in self._weights.items() if other != text), default=0.0)
        best = self._best[text]
        share = weight / (weight + rival) if weight > 0 else 1.0
        decided = replace(best.reading, confidence=best.reading.confidence * share)
        return self._vehicle(replace(best, reading=decided), parse)

    def _compose(self) -> Sighting:
        """Return the text that the characters vote for, in the best frame of its length."""
        lengths: dict[int, float] = defaultdict(float)
        for text, weight in self._weights.items():
            lengths[len(text)] += weight
        length = min(lengths, key=lambda n: (-lengths[n], n))
        chosen = [(_first(place), place) for place in self._places[length]]
        shares = [place[char] / max(sum(place.values()), 1e-9) for char, place in chosen]
        alike = (s for text, s in self._best.items() if len(text) == length)
        best = max(alike, key=_quality)
        chars = [char for char, _ in chosen]
        confidence = best.reading.confidence * min(shares)
        characters = tuple(zip(chars, shares, strict=True))
        reading = replace(
            best.reading, text="".join(chars), confidence=confidence, characters=characters
        )
        return replace(best, reading=reading)

    def _vehicle(self, best: Sighting, parse: Parse) -> Vehicle:
        text = best.reading.text
        parts = parse(text) or PlateText(text, "", text)
        reading = replace(best.reading, prefix=parts.prefix, number=parts.number)
        return Vehicle(reading, self.first, self.last, self.frames, best.frame, best.seconds)

    def _count(self, first: float, last: float, frames: int) -> None:
        self.first = min(self.first, first) if self.frames else first
        self.last = max(self.last, last) if self.frames else last
        self.frames += frames

    def _keep(self, sighting: Sighting) -> None:
        """Keep each text's best frame: the surest, of those as sure to the percent the nearest, of those the first."""
        kept = self._best.get(sighting.reading.text)
        if kept is None or _quality(sighting) > _quality(kept):
            self._best[sighting.reading.text] = sighting


def _quality(sighting: Sighting) -> tuple[float, float, int]:
    reading = sighting.reading
    return round(reading.confidence, 2), quad_area(reading.quad), -sighting.frame


def _first(weights: Mapping[str, float]) -> str:
    """Return the key with the most weight; of several the first in the alphabet, so that the order does not matter."""
    return min(weights, key=lambda key: (-weights[key], key))
