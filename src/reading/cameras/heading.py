"""Which way a vehicle went, by the way of its plate through the picture."""

import math
from collections.abc import Mapping, Sequence

from ..path import Place

Way = float | str
"""Degrees clockwise from up, as of a compass; or APPROACHING or LEAVING."""

APPROACHING, LEAVING = "approaching", "leaving"
WAYS: dict[str, Way] = {
    "up": 0.0,
    "right": 90.0,
    "down": 180.0,
    "left": 270.0,
    APPROACHING: APPROACHING,
    LEAVING: LEAVING,
}
"""Ways by what they are called in cameras.yaml, where degrees may stand as well."""
COMPASS = {name: way for name, way in WAYS.items() if isinstance(way, float)}
"""What ways are called where cameras.yaml gives them no names."""
# Plate widths that a plate moves at least to have a way, and at most where it stands; by how much it grows at least as
# it comes nearer; degrees by which a way may differ from a named one; and seconds that what rests has stood.
_MOVES, _STILL, _GROWS, _WITHIN, _RESTS_S = 0.75, 0.25, 1.2, 45.0, 2.0


def stands(path: Sequence[Place]) -> bool:
    """Return whether a plate was always about where it was first, and about as large."""
    first = path[0]
    for place in path:
        small, large = sorted((first.width, place.width))
        apart = math.dist((first.x, first.y), (place.x, place.y))
        if apart > _STILL * large or large > _GROWS * small:
            return False
    return True


def rests(path: Sequence[Place]) -> bool:
    """Return whether a plate may have stood where it was last: it is not known to have moved in the seconds before."""
    return stands([place for place in path if path[-1].seconds - place.seconds <= _RESTS_S])


def heading(path: Sequence[Place]) -> float | None:
    """Return the way from the first place to the last in degrees clockwise from up, from 0 to 360; None: it stood."""
    first, last = path[0], path[-1]
    across, down = last.x - first.x, last.y - first.y
    if math.hypot(across, down) < _MOVES * (first.width + last.width) / 2:
        return None
    return math.degrees(math.atan2(across, -down)) % 360


def direction(path: Sequence[Place], names: Mapping[str, Way]) -> str | None:
    """Return what the way is called: the name of the nearest one within 45 degrees; None where it has none.

    Names for coming nearer and going away, which a plate does that grows or shrinks by a fifth, come first.
    """
    first, last = path[0].width, path[-1].width
    growth = last / max(first, 1e-6)
    for name, way in names.items():
        nearer = way == APPROACHING and growth >= _GROWS
        if nearer or (way == LEAVING and growth <= 1 / _GROWS):
            return name
    went = heading(path)
    ways = {name: way for name, way in names.items() if isinstance(way, int | float)}
    if went is None or not ways:
        return None
    nearest = min(ways, key=lambda name: _between(ways[name], went))
    return nearest if _between(ways[nearest], went) <= _WITHIN else None


def _between(a: float, b: float) -> float:
    """Degrees between two ways, from 0 to 180."""
    return abs((a - b + 180) % 360 - 180)
