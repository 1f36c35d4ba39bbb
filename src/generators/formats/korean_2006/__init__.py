"""Korean plates of November 2006 to August 2019 alone: two digits, a syllable, four digits, in one row.

Seven characters of 81, for readers with a place for each. Plates, letterings and sources are those of the format
`korean`, which has the other series too.
"""

import re
from dataclasses import replace

import numpy as np

from ..base import PlateFormat, PlateSpec
from ..issuers import sole_issuer
from ..korean import COMMERCIAL, USES, painted, short

PATTERN = re.compile(f"(?P<prefix>)(?P<number>[0-9]{{2}}[{USES}{COMMERCIAL}][0-9]{{4}})")
SHORT_SHARE = 0.2
"""Share of plates of 335×155 mm; most cars have the long one of 520×110."""


def sample(rng: np.random.Generator) -> PlateSpec:
    """Draw a layout and a text that it may carry."""
    if rng.random() < SHORT_SHARE:
        return replace(short(rng, 2), layout="short")
    return replace(painted(rng, 2), layout="long")


_ALPHABET = "".join(sorted({*"0123456789", *USES, *COMMERCIAL}))
FORMAT = PlateFormat(
    name="korean_2006",
    alphabet=_ALPHABET,
    max_length=7,
    regions=(),
    patterns=(PATTERN,),
    sample=sample,
    issuers=sole_issuer("KR", (PATTERN,), _ALPHABET, {}),
    based_on=("korean",),
)
