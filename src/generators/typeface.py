"""Turns the strokes of `shapes.py` into anti-aliased masks, with a style that varies per plate."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from .cells import in_cell, width_in_cell
from .draws import integer, pick_index
from .font import Font, font_mask
from .glyphs import Shape
from .plate_faces import PLATE_FACES, WEIGHTS, WIDTHS, PlateFace
from .shapes import known_shapes

MASTER_HEIGHT = 48
"""Height in pixels of a glyph's mask, near that of most plates' letters; a row of them is resized to what it needs."""
_SUPERSAMPLE = 2
_BEND = 0.5523
"""Length of a Bezier handle that makes a quarter of an ellipse, over its radius."""
_EDGE = 95
"""Blurred coverage at which a softened shape begins."""
_REACH = 0.35
"""An end nearer to the border than this, in half stroke weights, was meant to touch it."""
_SAME_POINT = 1e-6
"""Vertices closer than this, in pixels, are one."""

_ROOMY = 1.0
"""Cells wider than this, in cap heights, are wide ones."""
_DESIGN_WEIGHT = 0.135
"""Stroke weight for which the widths of the shapes were chosen."""
SLANTS = (-0.05, 0.0, 0.05)
OVALS = (1.0, 1.35)
"""How far bows reach along the stems: 1 makes circular ends, more makes taller ovals."""

WAISTS = (0.0, 0.0, -0.075, -0.04, 0.04, 0.075)
"""How far down the middle of a row is moved, in cap heights; its top and its foot stay where they are."""

_USUAL_SHARE = 0.72
"""Share of characters drawn as usual on plates whose lettering differs from the usual one."""


@dataclass(frozen=True)
class TypeStyle:
    """One plate's lettering: a weight, slant, oval, widths of letters and digits, a shape per character.

    The first six are indices into short tables, so that masks can be cached. What `font` has is drawn with it;
    `cell` is that of a row; `own` has the shapes that come before those of `known_shapes`; `waist` is one of `WAISTS`.
    """

    weight: int
    slant: int
    oval: int
    shapes: dict[str, int]
    letters: int = WIDTHS.index(1.0)
    digits: int = WIDTHS.index(1.0)
    font: Font | None = None
    cell: float = 0.0
    own: Mapping[str, tuple[Shape, ...]] = field(default_factory=dict)
    waist: float = 0.0


def sample_style(rng: np.random.Generator, face: PlateFace = PLATE_FACES["swiss"]) -> TypeStyle:
    """Draw a style; most plates keep the usual shape of most characters."""
    varying = _varying(face)
    draws = rng.random(len(varying) + 3).tolist()
    plain_share = 0.995 if draws[0] < 0.5 else _USUAL_SHARE
    shapes = dict(face.usual)
    for char, draw in zip(varying, draws[3:], strict=True):
        if draw >= plain_share:
            shapes[char] = _alternative(face, char, (draw - plain_share) / (1 - plain_share))
    return TypeStyle(
        weight=pick_index(rng, face.weights),
        slant=1 if draws[1] < 0.8 else 2 * int(draws[1] < 0.9),
        oval=int(draws[2] < 0.5),
        shapes=shapes,
        letters=_width(rng, face.letters),
        digits=_width(rng, face.digits),
        font=face.font,
        own=face.own,
        waist=WAISTS[integer(rng, 0, len(WAISTS))] if face.waisted else 0.0,
    )


def _varying(face: PlateFace) -> list[str]:
    """The characters that can be drawn in several ways."""
    return [char for char, count in face.counts.items() if count > 1]


def _alternative(face: PlateFace, char: str, draw: float) -> int:
    """Index of a shape other than the usual one; `draw` is uniform in [0, 1)."""
    count = face.counts[char]
    return (face.usual.get(char, 0) + 1 + int(draw * (count - 1))) % count


def _width(rng: np.random.Generator, ends: tuple[int, int]) -> int:
    """Index into `WIDTHS`; nothing is drawn where there is nothing to choose."""
    return ends[0] if ends[1] - ends[0] == 1 else integer(rng, *ends)


def glyph_mask(char: str, style: TypeStyle) -> NDArray[np.uint8]:
    """Coverage of `char`, uint8 (MASTER_HEIGHT, width), 255 inside a stroke. Do not write to it.

    Raises UserError for a character without strokes.
    """
    width = style.digits if char.isdigit() else style.letters
    if style.font and char in style.font.masks:
        mask = font_mask(style.font, char, style.weight, WIDTHS[width], style.cell, MASTER_HEIGHT)
        return _lean(mask, SLANTS[style.slant]) if SLANTS[style.slant] else mask
    index = style.shapes.get(char, 0)
    own = style.own.get(char, ())
    shape = own[index] if index < len(own) else known_shapes(char)[index - len(own)]
    # Shapes without a bow look the same with every oval: one mask does for all.
    oval = style.oval if _rounded(shape) else 0
    return _master(shape, style.weight, style.slant, oval, width, style.cell)


@lru_cache(maxsize=2048)
def _rounded(shape: Shape) -> bool:
    """Whether a shape has a rounded corner."""
    vertices = shape.strokes.replace(";", " ").split()
    return any(vertex.count(",") == 2 for vertex in vertices)


@lru_cache(maxsize=16384)
def _master(
    shape: Shape, weight: int, slant: int, oval: int, width_index: int, cell: float
) -> NDArray[np.uint8]:
    scale = MASTER_HEIGHT * _SUPERSAMPLE
    thickness = WEIGHTS[weight] * _thickness(shape, cell) * scale
    # Heavier letters are wider too, or their counters would clog.
    own = width_in_cell(shape.width, cell) if cell else shape.width
    natural = own * WIDTHS[width_index] + WEIGHTS[weight] - _DESIGN_WEIGHT
    width = max(natural * scale, thickness)
    canvas = np.zeros((scale, math.ceil(width)), np.uint8)
    for path in _paths(shape, width, scale, thickness, OVALS[oval]):
        _draw_path(canvas, path, thickness)
    canvas = _soften(canvas, thickness * 0.16)
    canvas = in_cell(canvas, round(cell * WIDTHS[width_index] * scale))
    if SLANTS[slant]:
        canvas = _lean(canvas, SLANTS[slant])
    size = (max(1, round(canvas.shape[1] / _SUPERSAMPLE)), MASTER_HEIGHT)
    mask = cv2.resize(canvas, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    mask.setflags(write=False)
    return mask


def _thickness(shape: Shape, cell: float) -> float:
    """Thickness of a shape's strokes over that of others: it has more room in a wide cell, and less in a narrow one."""
    if cell > _ROOMY:
        return math.sqrt(shape.weight)
    return shape.weight * (cell / shape.width if 0 < cell < shape.width else 1.0)


def _paths(
    shape: Shape, width: float, height: float, thickness: float, oval: float
) -> list[NDArray[np.float64]]:
    """Centre lines of a shape in pixels, each (n, 2), corners rounded."""
    extent = np.array([width - thickness, height - thickness])
    paths = []
    for stroke in shape.strokes.split(";"):
        closed = stroke.endswith(" z")
        numbers = [
            [float(part) for part in v.split(",")] for v in stroke.removesuffix(" z").split()
        ]
        points = np.array([n[:2] for n in numbers]) * extent + thickness / 2
        radii = np.array([n[2] if len(n) > 2 else 0.0 for n in numbers]) * extent[0] / 2
        paths.append(_round_corners(points, radii, closed, oval))
    return paths


def _round_corners(
    points: NDArray[np.float64], radii: NDArray[np.float64], closed: bool, oval: float
) -> NDArray[np.float64]:
    """Replace each corner that has a radius by a Bezier curve; a closed path repeats its start."""
    count = len(points)
    path: list[NDArray[np.float64]] = []
    for i, (corner, radius) in enumerate(zip(points, radii, strict=True)):
        if radius == 0:
            path.append(corner[None])
            continue
        ends = []
        for j in ((i - 1) % count, (i + 1) % count):
            arm = points[j] - corner
            length = float(np.hypot(*arm))
            stretch = 1 + (oval - 1) * abs(arm[1]) / length
            # Two rounded corners share the segment between them.
            room = length / 2 if radii[j] else length
            ends.append(corner + arm * (min(radius * stretch, room) / length))
        path.append(_curve(ends[0], corner, ends[1]))
    if closed:
        path.append(path[0][:1])
    joined = np.concatenate(path)
    steps = np.hypot(*np.diff(joined, axis=0).T)
    path_without_repeats: NDArray[np.float64] = joined[np.append(True, steps > _SAME_POINT)]
    return path_without_repeats


def _curve(
    start: NDArray[np.float64], corner: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.float64]:
    """A cubic Bezier curve from start to end, tangent to the lines through `corner`; (13, 2)."""
    t = np.linspace(0, 1, 13)[:, None]
    first, second = start + (corner - start) * _BEND, end + (corner - end) * _BEND
    s = 1 - t
    curve: NDArray[np.float64] = (
        s**3 * start + 3 * s**2 * t * first + 3 * s * t**2 * second + t**3 * end
    )
    return curve


def _draw_path(canvas: NDArray[np.uint8], path: NDArray[np.float64], thickness: float) -> None:
    """Fill a stroke of the given thickness around `path`, with round joints.

    Ends that point out of the canvas are extended to its border, others are cut square.
    """
    half = thickness / 2
    closed = bool(np.allclose(path[0], path[-1]))
    if not closed:
        path = path.copy()
        for end, neighbour in ((0, 1), (-1, -2)):
            arm = path[end] - path[neighbour]
            tip = path[end] + arm / np.hypot(*arm) * half
            if _distance_to_border(tip, canvas) < _REACH * half:
                path[end] = tip
    arms = np.diff(path, axis=0)
    sides = arms[:, ::-1] * (-1, 1) / np.hypot(*arms.T)[:, None] * half
    starts, ends = path[:-1], path[1:]
    quads = np.stack([starts + sides, ends + sides, ends - sides, starts - sides], axis=1)
    for quad in np.rint(quads * 16).astype(np.int32):
        cv2.fillConvexPoly(canvas, quad, 255, cv2.LINE_8, 4)
    joints = path if closed else path[1:-1]
    for x, y in np.rint(joints * 16).astype(int).tolist():
        cv2.circle(canvas, (x, y), round(half * 16), 255, -1, cv2.LINE_8, 4)


def _distance_to_border(point: NDArray[np.float64], canvas: NDArray[np.uint8]) -> float:
    """Pixels from a point x,y to the nearest border of the canvas."""
    height, width = canvas.shape
    x, y = float(point[0]), float(point[1])
    distance: float = min(x, y, width - x, height - y)
    return distance


def _soften(canvas: NDArray[np.uint8], sigma: float) -> NDArray[np.uint8]:
    """Round the corners of a filled shape, as pressing into sheet metal does."""
    blurred = cv2.GaussianBlur(canvas, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT)
    steep = cv2.addWeighted(blurred, 4.0, blurred, 0.0, -4.0 * _EDGE)
    return steep.astype(np.uint8, copy=False)


def _lean(canvas: NDArray[np.uint8], slant: float) -> NDArray[np.uint8]:
    """Shear by `slant` (horizontal over vertical), widening the canvas to hold it."""
    height, width = canvas.shape
    extra = abs(slant) * height
    shift = extra if slant > 0 else 0.0
    matrix = np.array([[1, -slant, shift], [0, 1, 0]], np.float64)
    return cv2.warpAffine(canvas, matrix, (math.ceil(width + extra), height)).astype(np.uint8)
