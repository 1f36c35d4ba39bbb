"""What is wrong with a row of `annotations.csv`, in words for who wrote it."""

import math
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ..common.geometry import is_readable_quad
from ..common.texts import printable
from .annotation_rows import CORNERS, Row
from .plate_texts import text_problem

Split = Literal["train", "val", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)
"""The sides of a split; what is not assigned is on the last one."""
LINES = ("1", "2")
"""Rows of text that a plate may have."""
OVERSHOOT = 0.02
"""A corner may lie outside the picture by this share of its side: boxes drawn by hand do."""


def named(row: Row, what: str) -> str:
    """Return a line that says what is wrong with a row."""
    return f"row {row.number} ({printable(row.image) or 'no path'}): {what}"


def check_row(
    row: Row, size: tuple[int, int] | str, alphabet: str | None
) -> tuple[NDArray[np.float32] | None, list[str]]:
    """Return the row's quad, if it has a good one, and what is wrong with the row.

    size: of its picture, (width, height), or what is wrong with that.
    """
    wrong = [size] if isinstance(size, str) else []
    if problem := text_problem(row.text, alphabet):
        wrong.append(problem)
    if row.split not in ("", *SPLITS):
        wrong.append(f"split {row.split!r} is none of {', '.join(SPLITS)}; leave it empty for test")
    if row.lines not in ("", *LINES):
        wrong.append(
            f"lines {row.lines!r} is neither 1 nor 2; leave it empty where it is not known"
        )
    if not row.corners:
        return None, wrong
    if len(row.corners) != len(CORNERS):
        return None, [*wrong, f"has {len(row.corners)} of 8 corner values; give all or none"]
    try:
        numbers = [float(cell) for cell in row.corners]
    except ValueError:
        numbers = [math.nan]
    if not all(math.isfinite(number) for number in numbers):
        return None, [*wrong, "corners must be numbers"]
    quad = np.array(numbers, np.float32).reshape(4, 2)
    shape = None if isinstance(size, str) else size
    return quad, [*wrong, *quad_problem(quad, shape)]


def quad_problem(quad: NDArray[np.float32], size: tuple[int, int] | None) -> list[str]:
    """Return what is wrong with corners (4, 2) in pixels, in a picture of (width, height) where that is known."""
    wrong = []
    if not is_readable_quad(quad):
        wrong.append("corners must run clockwise round an area, from the plate's own top left")
    if size is not None:
        side = np.array(size, np.float32)
        if (quad < -OVERSHOOT * side).any() or (quad > (1 + OVERSHOOT) * side).any():
            wrong.append(f"a corner lies outside the picture of {size[0]}x{size[1]}")
    return wrong


def side(row: Row) -> Split:
    """Return the side of the split that a row's picture is on; that of the test, where none of the sides is named."""
    return next((split for split in SPLITS if split == row.split), SPLITS[-1])


def other_side(first: Row, row: Row) -> str | None:
    """Return what is wrong where a row puts a picture on another side than the first row of that picture does."""
    if side(first) == side(row):
        return None
    return f"is on the side {side(row)} of the split, and row {first.number} of the same picture on {side(first)}"


def repeats(earlier: Row, row: Row) -> str:
    """Return what is wrong with a row that says what an earlier one has said."""
    written = "" if earlier.image == row.image else f" ({printable(earlier.image)})"
    return f"repeats row {earlier.number}{written}"
