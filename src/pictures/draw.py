"""Readings drawn over pictures, and many pictures on one sheet: BGR uint8 (H, W, 3)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ..common.files import atomic_path
from ..common.geometry import rescale
from .lettering import FONT, label_mask, shown

Picture = NDArray[np.uint8]
Colour = tuple[int, int, int]

TRUTH: Colour = (60, 170, 40)
PREDICTION: Colour = (0, 140, 255)
MISTAKE: Colour = (40, 40, 225)

MAX_FILE_BYTES = 150_000
"""Pictures are committed and shown in reports: `write_picture` keeps them below this."""

_PAPER = 245
_GAP_PX = 4
_JPEG_QUALITIES = (90, 80, 70, 60)
_SUBPIXEL_BITS = 4


@dataclass(frozen=True)
class Overlay:
    """One thing to draw over a picture; the fields are the arguments of `draw_reading`."""

    quad: NDArray[np.float32] | None
    label: str
    colour: Colour


def draw_reading(
    image: Picture, quad: NDArray[np.float32] | None, label: str, colour: Colour
) -> None:
    """Draw a plate's outline and its text into `image`, in place.

    The outline is exact to a sixteenth of a pixel, with a dot on the plate's own top left corner.
    The label stands on a bar of the same colour above the plate, or below it where there is no
    room, and always inside the picture.

    image: BGR (H, W, 3), changed.
    quad: corners (4, 2) in pixels, or None: then the label goes to the picture's top left.
    label: a short text; `<U+8C6B>` is shown for a character that no font here has.
    colour: `TRUTH`, `PREDICTION` or `MISTAKE`.
    """
    thickness = max(1, round(min(image.shape[:2]) / 300))
    if quad is None:
        _draw_label(image, label, colour, 0, 0, 0)
        return
    corners = np.clip(quad, -10_000, 10_000)
    fixed = np.rint(corners * (1 << _SUBPIXEL_BITS)).astype(np.int32)
    cv2.polylines(image, [fixed], True, colour, thickness, cv2.LINE_AA, _SUBPIXEL_BITS)
    radius = (thickness + 1) << _SUBPIXEL_BITS
    first = (int(fixed[0, 0]), int(fixed[0, 1]))
    cv2.circle(image, first, radius, colour, cv2.FILLED, cv2.LINE_AA, _SUBPIXEL_BITS)
    left, top = np.floor(corners.min(axis=0)).astype(int).tolist()
    bottom = math.ceil(float(corners[:, 1].max()))
    _draw_label(image, label, colour, left, top - 2 * thickness, bottom + 2 * thickness)


def draw_tile(
    image: Picture, overlays: Sequence[Overlay], height: int = 256, width: int = 256
) -> Picture:
    """Return `image` fitted into (height, width, 3) on pale paper, with `overlays` drawn over it.

    Drawing comes after fitting, so lines and labels are legible however large the picture was,
    and a label may stand on the paper beside a picture that its plate fills.

    image: BGR (h, w, 3) or grey (h, w).
    overlays: what to draw, corners in pixels of `image`; later ones on top.
    height: height of the tile in pixels.
    width: width of the tile in pixels.
    """
    fitted = _fit(image, height, width)
    y, x = (height - fitted.shape[0]) // 2, (width - fitted.shape[1]) // 2
    tile = np.full((height, width, 3), _PAPER, np.uint8)
    tile[y : y + fitted.shape[0], x : x + fitted.shape[1]] = fitted
    for overlay in overlays:
        quad = overlay.quad
        if quad is not None:
            quad = rescale(quad, image.shape, fitted.shape) + np.array((x, y), np.float32)
        draw_reading(tile, quad, overlay.label, overlay.colour)
    return tile


def contact_sheet(
    tiles: Sequence[Picture], columns: int, height: int = 256, width: int = 256
) -> Picture:
    """Lay pictures out in rows, each shrunk or enlarged to fit a cell of (height, width).

    tiles: BGR (h, w, 3) or grey (h, w) pictures of any sizes; none gives one blank cell.
    columns: cells per row, at least 1; fewer are used when there are fewer pictures.
    height: height of a cell in pixels.
    width: width of a cell in pixels.

    Returns BGR (rows · (height + gap) + gap, columns · (width + gap) + gap, 3).
    """
    columns = max(min(columns, len(tiles)), 1)
    rows = max(math.ceil(len(tiles) / columns), 1)
    size = (rows * (height + _GAP_PX) + _GAP_PX, columns * (width + _GAP_PX) + _GAP_PX, 3)
    sheet = np.full(size, _PAPER, np.uint8)
    for index, tile in enumerate(tiles):
        row, column = divmod(index, columns)
        y, x = _GAP_PX + row * (height + _GAP_PX), _GAP_PX + column * (width + _GAP_PX)
        sheet[y : y + height, x : x + width] = draw_tile(tile, (), height, width)
    return sheet


def write_picture(path: Path, image: Picture) -> None:
    """Write `image` as the suffix of `path` says (.png, .jpg), in at most `MAX_FILE_BYTES`.

    JPEG first gives up quality; then, and for PNG at once, the picture shrinks until it fits.
    The same pixels give the same bytes: no date or program name is stored.

    Raises ValueError for any other suffix. Raises UserError when the disk is full.
    """
    if path.suffix == ".png":
        settings = [[cv2.IMWRITE_PNG_COMPRESSION, 9]]
    elif path.suffix == ".jpg":
        settings = [[cv2.IMWRITE_JPEG_QUALITY, quality] for quality in _JPEG_QUALITIES]
    else:
        raise ValueError(f"pictures are written as .png or .jpg, not {path.name}")
    content = _encode(path.suffix, image, settings)
    while len(content) > MAX_FILE_BYTES:
        image = np.asarray(
            cv2.resize(image, None, fx=0.85, fy=0.85, interpolation=cv2.INTER_AREA), np.uint8
        )
        content = _encode(path.suffix, image, settings)
    with atomic_path(path) as partial:
        partial.write_bytes(content)


def _encode(suffix: str, image: Picture, settings: list[list[int]]) -> bytes:
    """Return the first encoding that is small enough, or the last one."""
    content = b""
    for setting in settings:
        content = cv2.imencode(suffix, image, setting)[1].tobytes()
        if len(content) <= MAX_FILE_BYTES:
            break
    return content


def _fit(tile: Picture, height: int, width: int) -> Picture:
    if tile.ndim == 2:
        tile = np.asarray(cv2.cvtColor(tile, cv2.COLOR_GRAY2BGR), np.uint8)
    scale = min(height / tile.shape[0], width / tile.shape[1])
    size = (
        min(max(round(tile.shape[1] * scale), 1), width),
        min(max(round(tile.shape[0] * scale), 1), height),
    )
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(tile, size, interpolation=how), np.uint8)


def _draw_label(
    image: Picture, label: str, colour: Colour, left: int, above: int, below: int
) -> None:
    """Write `label` on a bar that ends at row `above`, or begins at row `below` if that is out."""
    if not label:
        return
    rows, columns = image.shape[:2]
    scale = max(min(rows, columns) / 640, 0.45)
    weight = max(1, round(1.6 * scale))
    text = shown(label)
    (text_width, text_height), descent = cv2.getTextSize(text, FONT, scale, weight)
    mask = None if text.isascii() else label_mask(text, scale, weight)
    if mask is not None:
        text_width, text_height, descent = mask.shape[1], mask.shape[0], 0
    pad = max(2, round(4 * scale))
    bar_width, bar_height = text_width + 2 * pad, text_height + descent + pad
    top = above - bar_height if above >= bar_height else below
    top = max(min(top, rows - bar_height), 0)
    left = max(min(left, columns - bar_width), 0)
    corner = (left + bar_width - 1, top + bar_height - 1)
    cv2.rectangle(image, (left, top), corner, colour, cv2.FILLED)
    blue, green, red = colour
    dark = 0.114 * blue + 0.587 * green + 0.299 * red < 140
    ink = (255, 255, 255) if dark else (0, 0, 0)
    if mask is None:
        origin = (left + pad, top + pad // 2 + text_height)
        cv2.putText(image, text, origin, FONT, scale, ink, weight, cv2.LINE_AA)
    else:
        _blend(image, mask, ink, left + pad, top + pad // 2)


def _blend(image: Picture, mask: NDArray[np.uint8], ink: Colour, left: int, top: int) -> None:
    """Put `ink` over `image`, in place, as much as `mask` covers; what is outside is cut off."""
    target = image[top : top + mask.shape[0], left : left + mask.shape[1]]
    cover = mask[: target.shape[0], : target.shape[1], None] / np.float32(255)
    target[:] = np.rint(target + (np.array(ink, np.float32) - target) * cover)
