"""Which country a plate is of, and which canton or province where the plate says so: how probable, by Bayes' rule."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..common.countries import country_name
from ..generators.formats.base import PlateFormat
from ..generators.formats.issuers import Issuers, Subdivision

# A country that is less probable is not named: another one, or several together, are more so.
LEAST_REGION = 0.5
# What a text's likelihood counts beside what is seen, which has the text in it already.
TEXT_WEIGHT = 0.5


@dataclass(frozen=True)
class Region:
    """The country that issued a plate.

    code: in ISO 3166-1, of two letters; name: in English. confidence: how probable it is, in [0, 1], if the text was
    read right. subdivision: its canton or province, where the text names one.
    """

    code: str
    name: str
    confidence: float
    subdivision: Subdivision | None = None


def posterior(
    priors: Mapping[str, float], *log_likelihoods: Mapping[str, float]
) -> dict[str, float]:
    """Return how probable each country is; the probabilities add up to 1, or there are none where none is possible.

    priors: shares in [0, 1]. log_likelihoods: for each thing that is known of a plate, independently of the others, the
    logarithm of how likely it is by country; where a country is left out, it is impossible.
    """
    possible = [
        code for code, p in priors.items() if p > 0 and all(code in one for one in log_likelihoods)
    ]
    logs = {
        code: math.log(priors[code]) + sum(one[code] for one in log_likelihoods)
        for code in possible
    }
    # Relative to the most probable, since long texts have probabilities that are too small for a float.
    best = max(logs.values(), default=0.0)
    weights = {code: math.exp(value - best) for code, value in logs.items()}
    total = sum(weights.values())
    return {code: weight / total for code, weight in weights.items()}


def text_evidence(issuers: Issuers, text: str, lines: int | None) -> dict[str, float]:
    """Return the log-likelihood of a text on so many rows by country, for `posterior`. lines: None where not known."""
    return {code: math.log(p) for code, p in issuers.likelihoods(text, lines).items()}


def seen_with_text(
    issuers: Issuers, seen: Mapping[str, float], text: str, lines: int | None
) -> dict[str, float]:
    """Return how probable each country is by what is seen of a plate and by its text; as `posterior`.

    seen: of a reader, by country, with the shares of the drawn plates in it. Who sees a plate sees its text as well, so
    the text speaks with TEXT_WEIGHT alone: it rules countries out, and tells those apart that look alike.
    """
    said = {code: TEXT_WEIGHT * log for code, log in text_evidence(issuers, text, lines).items()}
    wanted = {code: p for code, p in seen.items() if issuers.priors.get(code, 0) > 0}
    return posterior(wanted, said)


def region_of(
    plate_format: PlateFormat,
    text: str,
    lines: int | None,
    seen: Mapping[str, float] = MappingProxyType({}),
) -> Region | None:
    """Return the country of a whole text; None where the format knows none that issues it, or cannot tell which.

    seen: how probable each is by what a reader sees; none where it tells none apart.
    """
    issuers = plate_format.issuers
    if issuers is None:
        return None
    if seen:
        probable = seen_with_text(issuers, seen, text, lines)
    else:
        probable = posterior(issuers.priors, text_evidence(issuers, text, lines))
    code = max(probable, key=probable.__getitem__, default="")
    if not code or probable[code] < LEAST_REGION:
        return None
    parts = plate_format.parse(text)
    prefix = "" if parts is None else parts.prefix
    named = (one for end, one in issuers.subdivisions.items() if prefix.endswith(end))
    subdivision = next((one for one in named if one.code.startswith(f"{code}-")), None)
    return Region(code, country_name(code), probable[code], subdivision)
