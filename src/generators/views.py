"""Single plates with a little of what surrounds them: what the reader trains on."""

import math
from dataclasses import replace

import numpy as np

from ..common.plates import LabelledPlate
from .backgrounds import draw_background
from .compose import paste_plate, put_lookalike
from .foreign import foreign_spec
from .formats.base import PlateSpec
from .mirror import MIRRORED, MIRRORED_WIDTH, differs_mirrored, mirrored
from .occlusion import occlude
from .plate import draw_plate
from .pose import bounds, seen_quad
from .scene import Picture, Quad, World, finish_scene
from .splits import Split, sample_spec
from .visibility import inside, seen_map, seen_quad_of, seen_text

# Share of the views without a plate that show something that looks like one.
MISTAKEN = 0.6
# Share of the partly hidden plates that keep the corners of the whole plate.
WHOLE_CORNERS = 0.3


def draw_any_view(
    rng: np.random.Generator,
    world: World,
    width: float,
    split: Split,
    foreign_share: float,
    occluded_share: float,
) -> tuple[Picture, LabelledPlate]:
    """Draw a plate whose text belongs to a split, as draw_view or draw_occluded_view do.

    foreign_share: how often its text is one that the plate format does not know. occluded_share: how often a part of it
    cannot be seen.
    """
    sample = foreign_spec if rng.random() < foreign_share else sample_spec
    spec = sample(rng, world.plate_format, split)
    draw = draw_occluded_view if rng.random() < occluded_share else draw_view
    return draw(rng, world, width, spec)


def draw_view(
    rng: np.random.Generator, world: World, width: float, spec: PlateSpec
) -> tuple[Picture, LabelledPlate]:
    """Draw a plate, ``width`` pixels wide, with a little of what surrounds it: what the reader trains on."""
    image, quad = _view(rng, world, spec.size[0] / spec.size[1], width)
    paste_plate(rng, image, quad, lambda height: draw_plate(spec, rng, height, world.templates))
    plate = spec.labelled(quad)
    scene = finish_scene(rng, image, [plate])
    return scene.image, scene.plates[0]


def draw_occluded_view(
    rng: np.random.Generator, world: World, width: float, spec: PlateSpec
) -> tuple[Picture, LabelledPlate]:
    """Draw a plate as draw_view does, a part of which cannot be seen; the text has UNSEEN in its place.

    The corners are those of the part that can be seen, or in the share WHOLE_CORNERS those of the whole plate.
    """
    image, quad = _view(rng, world, spec.size[0] / spec.size[1], width)
    drawn = paste_plate(
        rng, image, quad, lambda height: draw_plate(spec, rng, height, world.templates)
    )
    # Where its characters stand is not known of every plate; those stay whole.
    seen = inside(image, quad) if drawn.boxes is None else occlude(rng, image, quad, drawn.boxes)
    area = seen_map(seen)
    shown = spec.text if drawn.boxes is None else seen_text(spec.text, drawn.boxes, area)
    corners = seen.quad if rng.random() < WHOLE_CORNERS else seen_quad_of(seen.quad, area)
    prefix = spec.content.prefix if shown == spec.text else ""
    plate = replace(spec.labelled(corners), text=shown, prefix=prefix)
    scene = finish_scene(rng, seen.image, [plate])
    return scene.image, scene.plates[0]


def draw_empty_view(
    rng: np.random.Generator, world: World, width: float, split: Split
) -> tuple[Picture, LabelledPlate]:
    """Draw what a localizer may mistake for a plate, as draw_view draws plates; the text is empty.

    split: of the texts of mirrored plates.
    """
    if width >= MIRRORED_WIDTH and rng.random() < MIRRORED:
        shown = _mirrored_view(rng, world, width, split)
        if shown is not None:
            return shown
    lines = 1 if rng.random() < 0.7 else 2
    image, quad = _view(rng, world, 4.5 if lines == 1 else 1.9, width)
    if rng.random() < MISTAKEN:
        put_lookalike(rng, image, quad)
    scene = finish_scene(rng, image, [LabelledPlate("", "", lines, quad)])
    return scene.image, scene.plates[0]


def _mirrored_view(
    rng: np.random.Generator, world: World, width: float, split: Split
) -> tuple[Picture, LabelledPlate] | None:
    """Draw a plate as draw_view does, in a mirror; None where it could be taken for another plate there."""
    spec = sample_spec(rng, world.plate_format, split)
    if not differs_mirrored(spec.text):
        return None
    image, plate = draw_view(rng, world, width, spec)
    image, quad = mirrored(image, plate.known_quad)
    return image, LabelledPlate("", "", spec.lines, quad)


def _view(
    rng: np.random.Generator, world: World, aspect: float, width: float
) -> tuple[Picture, Quad]:
    """Draw a background that is just large enough for a plate, and say where the plate goes."""
    quad = seen_quad(rng, aspect, width)
    left, top, right, bottom = bounds(quad)
    margin_x, margin_y = 0.12 * (right - left) + 4, 0.12 * (bottom - top) + 4
    rows = math.ceil(bottom - top + 2 * margin_y)
    columns = math.ceil(right - left + 2 * margin_x)
    moved = quad + np.array((margin_x - left, margin_y - top), np.float32)
    return draw_background(rng, rows, columns, world.photos), moved
