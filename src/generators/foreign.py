"""Plates whose texts their format does not know, so that a reader learns characters and not a list of texts.

A reader that sees nothing but one country's texts turns every foreign plate into one of them, and is sure of it.
"""

from dataclasses import replace

import numpy as np

from .draws import integer
from .formats.base import THIN_SPACE, PlateFormat, PlateSpec, PlateText
from .splits import Split, sample_spec, text_split

# Characters of one kind in a row, and how many such groups a text has, at most.
_GROUP, _GROUPS = 4, 3
# Share of foreign plates that show the format's marks (coats of arms), so that no text is tied to them.
_MARKED = 0.5
# A format that knows nearly every text has no foreign ones: after so many texts a plate of its own is drawn.
_TRIES = 200


def foreign_spec(rng: np.random.Generator, plate_format: PlateFormat, split: Split) -> PlateSpec:
    """Draw a plate that looks like one of a format and has a text that the format does not know, of a split.

    The text has groups of letters and of digits in turn, all from the format's alphabet.
    """
    spec = plate_format.sample(rng)
    for _ in range(_TRIES):
        groups = _groups(rng, plate_format.alphabet, max(2, spec.lines))
        text = "".join(groups)[: plate_format.max_length]
        if text_split(text) == split and plate_format.parse(text) is None:
            return _lettered(rng, spec, groups, text)
    return sample_spec(rng, plate_format, split)


def _groups(rng: np.random.Generator, alphabet: str, least: int) -> list[str]:
    kinds = [[c for c in alphabet if not c.isdigit()], [c for c in alphabet if c.isdigit()]]
    first = integer(rng, 0, 2)
    return [
        "".join(
            kind[integer(rng, 0, len(kind))]
            for kind in [kinds[(first + number) % 2]]
            for _ in range(integer(rng, 1, _GROUP + 1))
        )
        for number in range(integer(rng, least, _GROUPS + 1))
    ]


def _lettered(rng: np.random.Generator, spec: PlateSpec, groups: list[str], text: str) -> PlateSpec:
    """Return a plate of the same rows with another text, its first group in the upper one of two rows."""
    rest = len(text)
    kept: list[str] = []
    for group in groups:
        kept.append(group[:rest])
        rest -= len(kept[-1])
    kept = [group for group in kept if group]
    shown = [kept] if spec.lines == 1 else [kept[:1], kept[1:]]
    rows = tuple(
        replace(row, text=THIN_SPACE.join(part)) for row, part in zip(spec.rows, shown, strict=True)
    )
    marks = spec.marks if rng.random() < _MARKED else ()
    return replace(spec, content=PlateText(text, "", text), rows=rows, marks=marks)
