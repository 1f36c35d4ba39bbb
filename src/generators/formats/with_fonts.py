"""A format whose plates are drawn with the fonts that a user brings, and with its own strokes."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ..draws import integer
from ..font import Font
from .base import PlateFormat, PlateSpec

FONT_SHARE = 0.6
"""Share of plates that are drawn with a font where strokes would do as well."""


@dataclass(frozen=True)
class _Lettered:
    """Draws plates of which a share has the lettering of a font. A class, so that it can be sent to workers."""

    sample: Callable[[np.random.Generator], PlateSpec]
    fonts: tuple[Font, ...]
    share: float

    def __call__(self, rng: np.random.Generator) -> PlateSpec:
        spec = self.sample(rng)
        if rng.random() >= self.share:
            return spec
        font = self.fonts[integer(rng, 0, len(self.fonts))]
        return replace(spec, face=replace(spec.face, font=font))


def with_fonts(plate_format: PlateFormat, fonts: tuple[Font, ...], needed: bool) -> PlateFormat:
    """A format with fonts, each as often as any other; without fonts, the format itself.

    needed: whether every plate is to be drawn with one, as characters have no strokes.
    """
    if not fonts:
        return plate_format
    share = 1.0 if needed else FONT_SHARE
    return replace(plate_format, sample=_Lettered(plate_format.sample, fonts, share))
