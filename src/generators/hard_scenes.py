"""Scenes in which it is easy to be sure and wrong: a partly hidden plate, or a notice like a plate."""

from functools import partial
from typing import Literal

import numpy as np

from ..common.texts import UNSEEN
from .backgrounds import draw_background
from .compose import paste_plate, place, place_across
from .draws import integer, uniform
from .notices import board, date, draw_notice, price
from .occlusion import occlude
from .paste import edges_of, paste
from .plate import draw_plate
from .pose import seen_quad
from .scene import Picture, Scene, World, finish_scene
from .splits import Split, sample_spec
from .visibility import Occluded, inside, seen_map, seen_text

HardKind = Literal["cut", "hidden", "covered", "notice"]
HARD_KINDS: tuple[HardKind, ...] = ("cut", "hidden", "covered", "notice")
"""The end of the plate beyond the picture's edge; behind a post or a beam; a ball or a sticker before one character;
a price, a date or a board."""

# Width of a plate or notice over that of the scene: large enough to be read without doubt, were all of it to be seen.
_SHARES = (0.4, 0.8)
_TRIES = 50


def hard_kind(index: int) -> HardKind:
    """Return the kind of scene ``index`` of a set: the kinds take turns."""
    return HARD_KINDS[index % len(HARD_KINDS)]


def draw_hard_scene(
    rng: np.random.Generator, world: World, height: int, width: int, split: Split, kind: HardKind
) -> Scene:
    """Draw a scene (height, width); its plate has its whole text, of a split, and the corners of the whole plate.

    At least one of its characters cannot be seen. A scene with a notice has no plate. Raises RuntimeError where a
    format's plates do not tell where their characters stand.
    """
    if kind == "notice":
        return _notice(rng, world, height, width)
    for _ in range(_TRIES):
        image = draw_background(rng, height, width, world.photos)
        spec = sample_spec(rng, world.plate_format, split)
        view = seen_quad(rng, spec.size[0] / spec.size[1], uniform(rng, *_SHARES) * width)
        quad = (place_across if kind == "cut" else place)(rng, image, [], view)
        if quad is None:
            continue
        draw = partial(draw_plate, spec, rng, templates=world.templates)
        drawn = paste_plate(rng, image, quad, draw)
        if drawn.boxes is None:
            continue
        if kind == "cut":
            seen: Occluded = inside(image, quad)
        elif kind == "covered":
            seen = occlude(rng, image, quad, drawn.boxes, "thing")
        else:
            seen = occlude(rng, image, quad, None, "post" if rng.random() < 0.75 else "beam")
        if UNSEEN in seen_text(spec.text, drawn.boxes, seen_map(seen)):
            plate = spec.labelled(seen.quad)
            return finish_scene(rng, seen.image, [plate])
    raise RuntimeError(f"no plate of the format {world.plate_format.name} could be made hard")


def _notice(rng: np.random.Generator, world: World, height: int, width: int) -> Scene:
    image: Picture = draw_background(rng, height, width, world.photos)
    text = (price, date, board)[integer(rng, 0, 3)](rng)
    drawn = draw_notice(rng, integer(rng, 40, 100), text)
    aspect = drawn.shape[1] / drawn.shape[0]
    quad = place(rng, image, [], seen_quad(rng, aspect, uniform(rng, *_SHARES) * width))
    if quad is not None:
        paste(rng, image, drawn, edges_of(drawn), quad)
    return finish_scene(rng, image, [])
