"""Which countries issue the texts of a plate format, and how likely a text is in each."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

Likelihoods = Callable[[str, int | None], Mapping[str, float]]
"""From a text and its number of rows, or None where that is not known, to P(text and rows | country) by country;
countries that do not issue the text are left out."""
ROWS_MISTAKEN = 0.02
"""How often a plate's rows are counted wrong: an assumption, so that no such mistake rules a country out."""


def of_rows(one: float, two: float, lines: int | None) -> float:
    """Return how likely a text with so many rows counted is, of how likely it is on one row and on two.

    lines: 1 or 2, or None where the rows were not counted.
    """
    if lines is None:
        return one + two
    right, wrong = (one, two) if lines == 1 else (two, one)
    return (1 - ROWS_MISTAKEN) * right + ROWS_MISTAKEN * wrong


@dataclass(frozen=True)
class Subdivision:
    """A canton, province or Land: its code in ISO 3166-2, which begins with its country's, and its name."""

    code: str
    name: str


@dataclass(frozen=True)
class Issuers:
    """The countries of a plate format, by their codes in ISO 3166-1 (alpha-2).

    priors: how often plates of each country are drawn, over all plates of the format; they add up to at most 1.
    likelihoods: see `Likelihoods`. subdivisions: by what prefixes of texts end with. drawn: of a format that draws
    plates of several countries, and says of each whose it is, those countries: a reader learns to tell them apart.
    """

    priors: Mapping[str, float]
    likelihoods: Likelihoods
    subdivisions: Mapping[str, Subdivision] = field(default_factory=dict)
    drawn: frozenset[str] = frozenset()

    @property
    def first(self) -> str:
        """The country that a format of one country is called after: the one that it draws most."""
        return max(self.priors, key=self.priors.__getitem__)

    def only(self, codes: Iterable[str]) -> "Issuers":
        """Return those of the countries that are among these."""
        wanted = frozenset(codes)
        kept = {code: share for code, share in self.priors.items() if code in wanted}
        return replace(self, priors=kept)

    def issue(self, text: str) -> bool:
        """Say whether one of the countries issues a text."""
        return any(self.priors.get(code, 0) > 0 for code in self.likelihoods(text, None))


def sole_issuer(
    code: str,
    patterns: Iterable[re.Pattern[str]],
    alphabet: str,
    subdivisions: Mapping[str, Subdivision],
) -> Issuers:
    """Return the one country of a format, of whose texts each is as likely as any of its length over the alphabet.

    That is enough where no other format has the same texts: it is right that the country is sure.
    """
    return Issuers({code: 1.0}, _Uniform(code, tuple(patterns), len(alphabet)), subdivisions)


def mixed_issuers(parts: Iterable[Issuers | None], shares: Iterable[int]) -> Issuers | None:
    """Return the countries of several formats, each drawn so often; None where none of them says its own."""
    named = list(zip(parts, shares, strict=True))
    total = sum(share for _, share in named)
    known = [(part, share / total) for part, share in named if part is not None]
    if not known:
        return None
    priors: dict[str, float] = {}
    for part, share in known:
        for code, prior in part.priors.items():
            priors[code] = priors.get(code, 0.0) + share * prior
    subdivisions = {end: one for part, _ in known for end, one in part.subdivisions.items()}
    drawn = frozenset(code for part, _ in known for code in part.drawn or (part.first,))
    return Issuers(priors, _Weighted(tuple(known), priors), subdivisions, drawn)


@dataclass(frozen=True)
class _Uniform:
    """A class, as is `_Weighted`, so that it can be sent to workers."""

    code: str
    patterns: tuple[re.Pattern[str], ...]
    characters: int

    def __call__(self, text: str, lines: int | None) -> Mapping[str, float]:
        if not any(pattern.fullmatch(text) for pattern in self.patterns):
            return {}
        return {self.code: self.characters ** -len(text)}


@dataclass(frozen=True)
class _Weighted:
    """Of a country that several formats draw, the mean by how often each does."""

    parts: tuple[tuple[Issuers, float], ...]
    priors: Mapping[str, float]

    def __call__(self, text: str, lines: int | None) -> Mapping[str, float]:
        joint: dict[str, float] = {}
        for part, share in self.parts:
            for code, likelihood in part.likelihoods(text, lines).items():
                joint[code] = joint.get(code, 0.0) + share * part.priors[code] * likelihood
        return {code: weight / self.priors[code] for code, weight in joint.items()}
