"""Several formats in one, for a reader that is to read all of them."""

from dataclasses import dataclass, replace

import numpy as np

from ..draws import integer
from .base import PlateFormat, PlateSpec
from .issuers import mixed_issuers


@dataclass(frozen=True)
class _InShares:
    """Draws from each part as often as it stands there. A class, so that it can be sent to workers."""

    parts: tuple[PlateFormat, ...]

    def __call__(self, rng: np.random.Generator) -> PlateSpec:
        part = self.parts[integer(rng, 0, len(self.parts))]
        spec = part.sample(rng)
        if spec.country or part.issuers is None:
            return spec
        # Formats of one country leave it to their issuers.
        return replace(spec, country=part.issuers.first)


def mixed(parts: tuple[PlateFormat, ...], shares: tuple[int, ...]) -> PlateFormat:
    """A format of all texts of its parts; a text that several know is split as the first of them does.

    shares: how often each part is drawn, at least once.
    """
    named = zip(parts, shares, strict=True)
    return PlateFormat(
        name="+".join(part.name if n == 1 else f"{part.name}*{n}" for part, n in named),
        alphabet="".join(sorted({char for part in parts for char in part.alphabet})),
        max_length=max(part.max_length for part in parts),
        regions=tuple(dict.fromkeys(r for part in parts for r in part.regions)),
        patterns=tuple(pattern for part in parts for pattern in part.patterns),
        sample=_InShares(sum(((part,) * n for part, n in zip(parts, shares, strict=True)), ())),
        templates=next((part.templates for part in parts if part.templates), None),
        issuers=mixed_issuers((part.issuers for part in parts), shares),
    )
