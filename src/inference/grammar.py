"""Choosing a plate's text with the plate format's grammar, and how confident to be in it.

The reader gives texts probabilities by appearance. The prior knowledge is that most plates in front of a camera are
of the country that the reader was made for, so texts that its plate format knows are likelier beforehand. Both are
weighed by Bayes' rule: a doubtful foreign text gives way to a likely domestic one, a certain one stays as it is.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..common.texts import UNSEEN, is_partial, seen_part, unseen_places
from ..generators.formats.base import PlateText
from .decoding.text import Candidate, TextDecoder
from .runtime import Raw

# A plate format's grammar: the parts of a text, or None where it does not know it.
Parse = Callable[[str], PlateText | None]
# Prior probability that a plate has a text that the plate format does not know: it is foreign, or
# no plate at all. An assumption about streets and car parks, not tuned to any set. A text that the format knows is
# taken unless another one looks more than (1 - FOREIGN) / FOREIGN, about 32, times as probable.
FOREIGN = 0.03
# Prior probability that a crop of a plate shows only a part of it (`is_cropped`): as rare as a foreign plate.
CUT_CROP = 0.03
# From which probability on a text is said to go on where it cannot be seen. High, for who tells that has learnt from
# plates of which a third go on: where one in twenty does, as before most cameras, 0.9 is about as likely as not.
GOES_ON = 0.9
# What is left of a text's confidence by any other doubt that it is whole: a guess, and still a reading.
UNDECIDED = 0.5


@dataclass(frozen=True)
class Judged:
    """The chosen text of a plate. All numbers are in [0, 1].

    text: has UNSEEN where characters cannot be seen. confidences: for each character, how probable it is that it is
    right. confidence: how probable it is that the whole text is right, 0 for an empty one; never above the weakest
    character's. accepted: does the plate format know the text, or what can be seen of it? raw_text: the likeliest text
    by appearance alone. whole: how probable it is that the characters that can be seen are all there are; the same as
    confidence, but for a text with UNSEEN, where it is at most a half. countries: how probable each is by what is seen,
    by its code in ISO 3166-1; none where the reader tells none apart.
    """

    text: str
    confidences: tuple[float, ...]
    confidence: float
    accepted: bool
    raw_text: str
    whole: float
    countries: Mapping[str, float] = field(default_factory=dict)

    @property
    def partial(self) -> bool:
        """Are there characters that cannot be seen?"""
        return is_partial(self.text)

    @property
    def seen(self) -> str:
        """The characters that can be seen."""
        return seen_part(self.text)


@dataclass(frozen=True)
class PlateDecoder:
    """Decodes a reader's raw output with a plate format's grammar.

    parse: returns None for a text that the format does not know.
    """

    decoder: TextDecoder
    parse: Parse

    def decode(self, raw: Raw, cropped: Sequence[bool] | None = None) -> list[Judged]:
        """Return the chosen text of each of N plates; raises ValueError as the decoder does.

        cropped: for each, is it in a crop of itself? By default none is.
        """
        plates = self.decoder.candidates(raw)
        flags = cropped if cropped is not None else [False] * len(plates)
        seen = self.decoder.countries(raw)
        return [
            replace(judge(texts, self.parse, crop), countries=countries)
            for texts, crop, countries in zip(plates, flags, seen, strict=True)
        ]


def judge(candidates: Sequence[Candidate], parse: Parse, cropped: bool = False) -> Judged:
    """Return the chosen one of a plate's candidate texts (as of a TextDecoder), with its confidence.

    cropped: the picture is a crop of the plate, which will be all there.
    """
    best = candidates[0].log_probability
    # Relative to the likeliest, since long texts have probabilities that are too small for a float.
    likelihoods = [math.exp(c.log_probability - best) for c in candidates]
    weights = [
        p * _prior(c.text, parse, cropped) for p, c in zip(likelihoods, candidates, strict=True)
    ]
    shares = [weight / sum(weights) for weight in weights]
    # The texts outside the beam are many, and of any many texts a format knows few.
    seen = sum(weights) * math.exp(best)
    lost = FOREIGN * max(0.0, 1.0 - sum(likelihoods) * math.exp(best))
    chosen = max(range(len(shares)), key=shares.__getitem__)
    text = candidates[chosen].text
    known = seen / (seen + lost)
    plain = seen_part(text)
    whole = sum(p for p, c in zip(shares, candidates, strict=True) if c.text == plain)
    return Judged(
        text,
        _agreement(text, candidates, shares) if text else (),
        shares[chosen] * known if text else 0.0,
        parse(plain) is not None,
        candidates[0].text,
        whole * known if plain else 0.0,
    )


def _prior(text: str, parse: Parse, cropped: bool) -> float:
    """Return the prior weight of a text.

    How often there is nothing to read, or a part is hidden, the reader has learnt from its training set, which has
    no crops.
    """
    if cropped and is_partial(text):
        return CUT_CROP
    known = not text or is_partial(text) or parse(text) is not None
    return 1 - FOREIGN if known else FOREIGN


def apply_unseen(judged: Judged, unseen: tuple[float, float, float]) -> Judged:
    """Return a text corrected by the refiner, which sees more of the plate's surroundings than the reader.

    unseen: how probable it is, in [0, 1], that characters cannot be seen before the first one of the text, and after
    the last one, and between them. The reader sees little beside the plate: a text is as sure as it is probable that it
    is right and that it is whole, both together, but for UNDECIDED, and from GOES_ON on UNSEEN is put where the text
    goes on. Where between its characters one is missing is not known.
    """
    places = unseen_places(judged.text)
    doubts = [0.0 if known else share for known, share in zip(places, unseen, strict=True)]
    whole = math.prod(1 - doubt for doubt in doubts)
    ends = doubts[:2]
    if not judged.seen or max(ends) < GOES_ON:
        return replace(
            judged,
            confidence=judged.confidence
            if judged.partial
            else max(judged.confidence * whole, min(judged.confidence, UNDECIDED)),
            whole=min(judged.whole, whole),
        )
    # How probable it is that something is there that cannot be seen is what is known of that place.
    before, after = ((share,) if share >= GOES_ON else () for share in ends)
    return replace(
        judged,
        text=UNSEEN * len(before) + judged.text + UNSEEN * len(after),
        confidences=(*before, *judged.confidences, *after),
        whole=min(judged.whole, whole),
    )


def _agreement(
    text: str, candidates: Sequence[Candidate], shares: Sequence[float]
) -> tuple[float, ...]:
    """Return for each character of a text the share of the candidates that have it in its place."""
    doubt = [0.0] * len(text)
    for candidate, share in zip(candidates, shares, strict=True):
        if candidate.text != text:
            for index in _differences(text, candidate.text):
                doubt[index] += share
    # Rounding must not take it out of [0, 1].
    return tuple(min(1.0, max(0.0, 1.0 - share)) for share in doubt)


def _differences(text: str, other: str) -> Sequence[int]:
    """Return where a text, not empty, has characters that another text has not; at least one place."""
    if len(text) == len(other):
        return [i for i in range(len(text)) if text[i] != other[i]]
    # What both begin and end with is the same; texts of unlike length mostly differ in one place.
    shorter = min(len(text), len(other))
    start = next((i for i in range(shorter) if text[i] != other[i]), shorter)
    rest = shorter - start
    end = next((i for i in range(rest) if text[-1 - i] != other[-1 - i]), rest)
    # Where the other text only has something more, the character before the gap is the doubtful one.
    before = max(start - 1, 0)
    return range(start, len(text) - end) or range(before, before + 1)
