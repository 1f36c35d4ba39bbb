"""The grounds of American plates: colours that fade, skies, hills, mountains, pale pictures, blocks above and below."""

import math

import numpy as np

from ...draws import integer, uniform
from ..base import RGB, Field, Mark
from .model import WHITE, Look

Size = tuple[float, float]
_COLUMNS = 30
"""Of a picture: a field each, so that its outline is stepped as finely as a camera sees it."""


def mixed(one: RGB, other: RGB, share: float) -> RGB:
    """Return a colour so much of the way from one to another."""
    red, green, blue = (round(a + share * (b - a)) for a, b in zip(one, other, strict=True))
    return red, green, blue


def ground(rng: np.random.Generator, look: Look, size: Size) -> tuple[Field, ...]:
    """Draw the fields of a design's ground on a plate of a width and height in mm; `bands` and `plain` have none."""
    width, height = size
    paper = look.paper
    upper, lower = (
        mixed(colour, WHITE, uniform(rng, 0, 0.35)) for colour in (look.upper, look.lower)
    )
    above, below = uniform(rng, 0.25, 0.6) * height, uniform(rng, 0.5, 0.75) * height
    if look.ground == "above":
        return (Field((0, 0, width, above), upper, paper),)
    if look.ground == "below":
        return (Field((0, below, width, height), paper, lower),)
    if look.ground == "both":
        middle = uniform(rng, 0.4, 0.6) * height
        return (
            Field((0, 0, width, middle), upper, paper),
            Field((0, middle, width, height), paper, lower),
        )
    if look.ground == "scene":
        sky = Field((0, 0, width, height), upper, mixed(paper, upper, uniform(rng, 0, 0.3)))
        return (sky, *_hills(rng, lower, paper, size, uniform(rng, 0.45, 0.85)))
    if look.ground == "waves":
        sky = Field((0, 0, width, above), upper, paper)
        return (sky, *_hills(rng, lower, paper, size, uniform(rng, 0.75, 0.9)))
    if look.ground == "ridge":
        return _ridge(rng, look.upper, paper, size)
    if look.ground == "picture":
        return _picture(rng, upper, paper, size)
    return ()


def _outline(rng: np.random.Generator, points: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Heights over -1…1 of so many columns: a few waves, or peaks with straight flanks."""
    across = np.linspace(0, 1, points)
    if rng.random() < 0.5:
        waves = (math.tau * (uniform(rng, 0.5, 3) * across + rng.random()) for _ in range(3))
        return np.asarray(sum(np.sin(wave) for wave in waves), np.float64) / 3
    knots = np.linspace(0, 1, integer(rng, 4, 10))
    return np.interp(across, knots, 2 * rng.random(len(knots)) - 1)


def _hills(
    rng: np.random.Generator, colour: RGB, paper: RGB, size: Size, top: float
) -> tuple[Field, ...]:
    """Hills from a share of the height down to the lower edge, paler than their colour."""
    width, height = size
    pale = mixed(colour, paper, uniform(rng, 0.3, 0.8))
    edges = (top + 0.12 * _outline(rng, _COLUMNS)) * height
    lefts = np.linspace(0, width, _COLUMNS + 1).tolist()
    foot = mixed(pale, paper, uniform(rng, 0, 0.6))
    return tuple(
        Field((left, min(edge, height - 1), right, height), pale, foot)
        for left, right, edge in zip(lefts[:-1], lefts[1:], edges.tolist(), strict=True)
    )


def _ridge(rng: np.random.Generator, colour: RGB, paper: RGB, size: Size) -> tuple[Field, ...]:
    """A sky down to the outline of mountains, which are as pale as the paper."""
    width, height = size
    sky = mixed(colour, paper, uniform(rng, 0.0, 0.3))
    edges = (uniform(rng, 0.16, 0.26) + 0.09 * _outline(rng, _COLUMNS)) * height
    lefts = np.linspace(0, width, _COLUMNS + 1).tolist()
    return tuple(
        Field((left, 0, right, max(edge, 1.0)), sky, sky)
        for left, right, edge in zip(lefts[:-1], lefts[1:], edges.tolist(), strict=True)
    )


def _picture(rng: np.random.Generator, colour: RGB, paper: RGB, size: Size) -> tuple[Field, ...]:
    """A pale blot behind the middle of the text: fruit, a tree, a head, an outline."""
    width, height = size
    pale = mixed(colour, paper, uniform(rng, 0.35, 0.75))
    middle, reach = uniform(rng, 0.35, 0.65) * width, uniform(rng, 0.08, 0.25) * width
    centre, high = uniform(rng, 0.4, 0.6) * height, uniform(rng, 0.25, 0.45) * height
    lefts = np.linspace(middle - reach, middle + reach, _COLUMNS // 2 + 1)
    round_off = np.sqrt(1 - np.linspace(-0.97, 0.97, _COLUMNS // 2) ** 2)
    edges = high * round_off * (0.8 + 0.2 * _outline(rng, _COLUMNS // 2))
    return tuple(
        Field((left, max(centre - edge, 0), right, min(centre + edge, height)), pale, pale)
        for left, right, edge in zip(
            lefts[:-1].tolist(), lefts[1:].tolist(), edges.tolist(), strict=True
        )
    )


def blocks(rng: np.random.Generator, look: Look, size: Size) -> tuple[Mark, ...]:
    """Draw the blocks of a design whose ground is `bands`, one above and mostly one below, without what is written."""
    width, height = size
    if look.ground != "bands":
        return ()
    high, low = uniform(rng, 0.12, 0.2) * height, uniform(rng, 0.82, 0.9) * height
    upper = Mark((0, 0, width, high), colour=look.upper)
    return (upper, Mark((0, low, width, height), colour=look.lower))
