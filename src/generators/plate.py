"""Draws one plate, seen straight on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from .draws import pick_index, uniform
from .formats.base import Emblem, Field, Mark, PlateSpec, shows_character
from .lettering import Box, Spacing, draw_row
from .luminance import LUMINANCE_SHARES, grey
from .paste import blend
from .shields import shield
from .surface import emboss, wear
from .templates import PlateTemplates, assemble
from .typeface import TypeStyle, sample_style

_LEAST_CONTRAST = 40
"""Grey values between paper and ink of a new plate."""


@dataclass(frozen=True)
class Plate:
    """A plate's picture, (h, w) grey uint8, edges of the plate = edges of the array; its text.

    boxes: where the text's characters stand, (characters, 4) float32, left, top, right and bottom in shares of the
    plate's width and height; None where that is not known.
    """

    image: NDArray[np.uint8]
    text: str
    lines: int
    boxes: NDArray[np.float32] | None = None


def draw_plate(
    spec: PlateSpec,
    rng: np.random.Generator,
    height: int,
    templates: PlateTemplates | None = None,
) -> Plate:
    """Draw `spec` `height` pixels high (48…160 is useful), its width following from its size in mm.

    With `templates`, plates that can be put together from them are; the others are drawn.
    Raises ValueError for a height under 16.
    """
    if height < 16:
        raise ValueError(f"A plate {height} px high cannot be drawn; ask for at least 16.")
    width = round(height * spec.size[0] / spec.size[1] * uniform(rng, 0.97, 1.03))
    made = assemble(spec, templates, height, width) if templates else None
    image, written = made or _draw(spec, rng, height, width)
    wear(image, rng)
    return Plate(image, spec.text, spec.lines, _shares(spec.text, written, height, width))


def _shares(
    text: str, written: Sequence[tuple[str, Box]], height: int, width: int
) -> NDArray[np.float32] | None:
    """Return the characters' boxes in shares of the plate, or None where other characters are written than read."""
    if "".join(char for char, _ in written) != text:
        return None
    pixels = np.array([box for _, box in written], np.float32).reshape(-1, 4)
    sides = np.array((width, height, width, height), np.float32)
    return np.asarray(pixels / sides, np.float32)


def _draw(
    spec: PlateSpec, rng: np.random.Generator, height: int, width: int
) -> tuple[NDArray[np.uint8], list[tuple[str, Box]]]:
    """Letters, relief, marks and rim of a new plate, and its characters with their boxes in pixels."""
    luminance = pick_index(rng, LUMINANCE_SHARES)
    style = sample_style(rng, spec.face)
    scale = (width / spec.size[0], height / spec.size[1])
    ink = np.zeros((height, width), np.uint8)
    stretch, dot_gap = uniform(rng, 0.92, 1.10), uniform(rng, 0.05, 0.32)
    # Printed marks come first in a text: the CD of a diplomat, the province above a Korean number.
    rows: list[tuple[str, Box]] = []
    marks: list[tuple[str, Box]] = []
    for row in spec.rows:
        gap = uniform(rng, 0.09, 0.20) + row.gap
        # In cells the dot stands between two gaps like any other's.
        spacing = Spacing(stretch * row.stretch, gap, 0.0 if row.cell else dot_gap)
        set_in = replace(style, cell=row.cell) if row.cell else style
        rows += _written(ink, row.text, _scaled(row.box, scale), set_in, spacing)
    for mark in spec.marks:
        if mark.printed:
            written = _written(ink, mark.label, _scaled(mark.box, scale), style, Spacing())
            marks += [] if mark.unread else written
    image = _coloured(ink, *_greys(spec, rng, luminance))
    for field in spec.fields:
        _shade(image, field, _scaled(field.box, scale), grey(spec.paper, luminance), luminance)
    emboss(image, ink, rng)
    for mark in spec.marks:
        if not mark.printed:
            _draw_mark(image, mark, _scaled(mark.box, scale), style, luminance)
    return image, marks + rows


def _written(
    ink: NDArray[np.uint8], text: str, box: Box, style: TypeStyle, spacing: Spacing
) -> list[tuple[str, Box]]:
    """Write a row and return its characters with their boxes in pixels."""
    boxes = draw_row(ink, text, box, style, spacing)
    return list(zip(filter(shows_character, text), boxes, strict=True))


def _greys(spec: PlateSpec, rng: np.random.Generator, luminance: int) -> tuple[float, float]:
    """Grey values of paper and ink; either may be the paler one."""
    paper, ink = grey(spec.paper, luminance), grey(spec.ink, luminance)
    pale, dark = max(paper, ink), min(paper, ink)
    # Cameras rarely expose for the plate: white paper often comes out as a middle grey.
    exposure = 1 - 0.5 * rng.random() ** 2
    bright = min(255.0, max(0.0, pale + rng.normal(0, 6))) * exposure
    dim = max(0.0, min((dark + rng.gamma(2.0, 12.0)) * exposure, bright - _LEAST_CONTRAST))
    return (bright, dim) if paper >= ink else (dim, bright)


def _scaled(
    box: tuple[float, float, float, float], scale: tuple[float, float]
) -> tuple[float, float, float, float]:
    return (box[0] * scale[0], box[1] * scale[1], box[2] * scale[0], box[3] * scale[1])


def _coloured(coverage: NDArray[np.uint8], paper: float, ink: float) -> NDArray[np.uint8]:
    """Mix the grey values of paper (coverage 0) and ink (coverage 255)."""
    gain = (ink - paper) / 255
    return cv2.convertScaleAbs(coverage, alpha=gain, beta=paper).astype(np.uint8, copy=False)


def _shade(image: NDArray[np.uint8], field: Field, box: Box, paper: float, luminance: int) -> None:
    """Turn the paper's grey value into a field's in its box (pixels), in place; ink darkens or pales with it."""
    x, y, right, bottom = (max(0, round(side)) for side in box)
    target = image[y:bottom, x:right]
    ends = grey(field.upper, luminance) / paper, grey(field.lower, luminance) / paper
    shades = np.linspace(*ends, target.shape[0], dtype=np.float32)[:, None]
    target[:] = np.minimum(target * shades, 255).astype(np.uint8)


def _draw_mark(
    image: NDArray[np.uint8],
    mark: Mark,
    box: tuple[float, float, float, float],
    style: TypeStyle,
    luminance: int,
) -> None:
    """Draw a mark into its box (pixels), in place; what lies outside the plate is cut off."""
    x, y = max(0, round(box[0])), max(0, round(box[1]))
    size = (max(2, round(box[2]) - x), max(2, round(box[3]) - y))
    target = image[y : y + size[1], x : x + size[0]]
    if not target.size:
        return
    if mark.emblem:
        rows, columns = target.shape
        picture, keep = (
            cv2.resize(part, size, interpolation=cv2.INTER_LINEAR)[:rows, :columns]
            for part in _cut_out(mark.emblem, luminance)
        )
        blend(target, picture, keep)
    else:
        target[:] = _block(mark, size, style, luminance)[: target.shape[0], : target.shape[1]]


@lru_cache(maxsize=1024)
def _cut_out(emblem: Emblem, luminance: int) -> tuple[cv2.typing.MatLike, cv2.typing.MatLike]:
    """A shield on black, and what to keep of the plate around it."""
    picture, mask = shield(emblem, luminance)
    return cv2.multiply(picture, mask, scale=1 / 255), cv2.bitwise_not(mask)


def _block(
    mark: Mark, size: tuple[int, int], style: TypeStyle, luminance: int
) -> NDArray[np.uint8]:
    """A filled block, with its label if it has one, `size` = (width, height) in pixels."""
    width, height = size[::-1] if mark.turned else size
    if not mark.label:
        return np.full((size[1], size[0]), grey(mark.colour, luminance), np.uint8)
    ink = np.zeros((height, width), np.uint8)
    inset = 0.12 * min(width, height)
    cap = min(height - 2 * inset, (width - 2 * inset) / (0.62 * len(mark.label)))
    top = (height - cap) / 2
    draw_row(ink, mark.label, (inset, top, width - inset, top + cap), style, Spacing())
    block = _coloured(ink, grey(mark.colour, luminance), grey(mark.ink, luminance))
    return np.ascontiguousarray(np.rot90(block)) if mark.turned else block
