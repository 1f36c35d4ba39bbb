"""Swiss plates: 26 cantons, one to six digits, front and rear, one and two lines.

Source: the ordinance on the admission of vehicles to road traffic (VZV, SR 741.51, art. 82-87
and annex 4).
"""

from dataclasses import replace

import numpy as np

from ...draws import pick
from ..base import PlateFormat, PlateSpec, TemplateFiles
from .issuing import ISSUERS
from .layouts import (
    COLOUR_SHARES,
    COLOURS,
    FACE,
    LAYOUT_SHARES,
    LAYOUTS,
    diplomatic,
    with_expiry,
)
from .texts import CANTONS, KINDS, PATTERN, SERVICES, SUFFIXES, draw_text


def sample(rng: np.random.Generator) -> PlateSpec:
    """Draw kind, text, layout and colours of one plate; every canton is equally likely."""
    kind = pick(rng, KINDS)
    content = draw_text(rng, kind)
    if kind == "diplomatic":
        return replace(diplomatic(rng, content), layout="diplomatic")
    layout = pick(rng, LAYOUT_SHARES)
    spec = replace(LAYOUTS[layout](rng, content), layout=layout)
    if kind == "temporary":
        return with_expiry(rng, spec)
    if kind == "coloured":
        colour = pick(rng, COLOUR_SHARES)
        return replace(spec, paper=COLOURS[colour])
    return spec


FORMAT = PlateFormat(
    name="swiss",
    alphabet="0123456789" + "".join(sorted({*"".join((*CANTONS, *SERVICES, *SUFFIXES))})),
    max_length=9,
    regions=CANTONS,
    patterns=(PATTERN,),
    sample=sample,
    templates=TemplateFiles(
        face=FACE,
        blank="blank_plate.png",
        dot="dot.png",
        country="swiss_flag.png",
        digits="digits/{}.png",
        names="cantons/names/{}.png",
        flags="cantons/flags/{}.png",
        regions=CANTONS,
    ),
    issuers=ISSUERS,
)
