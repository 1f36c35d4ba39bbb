"""Text files of `key: value` lines beside pictures, as Brazilian sets have them."""

from collections.abc import Mapping
from pathlib import Path

from .corners import box
from .documents import number, read_text
from .record import BAD_CORNERS, BROKEN, BrokenRow, Point

# Classes of vehicles whose plates have two rows of text.
_TWO_ROWS = ("motorcycle",)


def read_pairs(path: Path) -> dict[str, str]:
    """Return the pairs of a file, keys in lower case; children of a key, which are indented, too.

    Raises ValueError and OSError where it cannot be read.
    """
    pairs = (line.partition(":") for line in read_text(path).splitlines())
    return {key.strip().casefold(): value.strip() for key, colon, value in pairs if colon}


def corners_of(pairs: Mapping[str, str]) -> tuple[Point, ...]:
    """Return the corners that `corners: x,y x,y x,y x,y` or `position_plate: x y w h` tell; raises BrokenRow."""
    if "corners" in pairs:
        points = [point.split(",") for point in pairs["corners"].split()]
        if len(points) != 4 or any(len(point) != 2 for point in points):
            raise BrokenRow(
                BAD_CORNERS, f"corners {pairs['corners'][:60]!r} are not four pairs x,y"
            )
        return tuple((number(x), number(y)) for x, y in points)
    values = pairs.get("position_plate", "").split()
    if len(values) != 4:
        raise BrokenRow(BROKEN, "has neither corners: nor position_plate:")
    x, y, width, height = (number(value) for value in values)
    return box(x, y, width, height)


def lines_of(pairs: Mapping[str, str]) -> str:
    """Return how many rows of text the plate has, by the vehicle's type; "" where it is not told."""
    vehicle = pairs.get("type", "").casefold()
    return "2" if vehicle in _TWO_ROWS else "1" if vehicle else ""
