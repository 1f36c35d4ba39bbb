"""Several formats in one, for a reader that is to read all of them."""

from dataclasses import dataclass

import numpy as np

from ..draws import integer
from .base import PlateFormat, PlateSpec


@dataclass(frozen=True)
class _EachAlike:
    """Draws from every part as often as from any other. A class, so that it can be sent to workers."""

    parts: tuple[PlateFormat, ...]

    def __call__(self, rng: np.random.Generator) -> PlateSpec:
        return self.parts[integer(rng, 0, len(self.parts))].sample(rng)


def mixed(parts: tuple[PlateFormat, ...]) -> PlateFormat:
    """A format of all texts of its parts; a text that several know is split as the first of them does."""
    return PlateFormat(
        name="+".join(part.name for part in parts),
        alphabet="".join(sorted({char for part in parts for char in part.alphabet})),
        max_length=max(part.max_length for part in parts),
        regions=tuple(dict.fromkeys(r for part in parts for r in part.regions)),
        patterns=tuple(pattern for part in parts for pattern in part.patterns),
        sample=_EachAlike(parts),
        templates=next((part.templates for part in parts if part.templates), None),
    )
