"""Whole scenes: plates and look-alikes in perspective before a background, degraded as cameras do."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..common.errors import UserError, require_shares
from ..common.geometry import stack_quads
from ..common.plates import LabelledPlate
from .backgrounds import draw_background
from .clutter import draw_clutter
from .compose import (
    paste_lookalike,
    paste_plate,
    place,
    place_across,
)
from .degrade import degrade
from .draws import integer, pick, pick_index, uniform
from .formats.base import PlateFormat
from .mirror import MIRRORED, MIRRORED_WIDTH, differs_mirrored
from .occlusion import OCCLUSIONS, occlude
from .plate import Plate
from .plate_cache import PlateCache
from .pose import Box, bounds, filling_quad, seen_quad
from .splits import Split
from .templates import PlateTemplates
from .visibility import inside, seen_map, seen_quad_of, seen_text

Picture = NDArray[np.uint8]
Quad = NDArray[np.float32]

# Share of scenes with things that look like plates and are not.
LOOKALIKES = 0.35
# Share of scenes with objects before them that hide a little.
CLUTTERED = 0.3
# Plates less wide than this many times their height are drawn less wide, down to where their characters are no larger
# than those of the long ones.
NARROW = 3.0
# Share of scenes that one plate fills, where plates may be at least FILLED of the picture's width.
FILLING, FILLED = 0.08, 0.9


@dataclass(frozen=True)
class Scene:
    """A picture (H, W) grey uint8 and its plates; text, rows and corners of each are known."""

    image: Picture
    plates: tuple[LabelledPlate, ...]


@dataclass(frozen=True)
class World:
    """What scenes are drawn from: a plate format and, when the user has them, templates and background pictures.

    kept_plates: how many plates scenes show again and again, or 0 for a new one each time.
    """

    plate_format: PlateFormat
    templates: PlateTemplates | None = None
    photos: Sequence[Picture] = ()
    kept_plates: int = 0

    @cached_property
    def plates(self) -> PlateCache:
        """The plates that scenes show."""
        return PlateCache(self.plate_format, self.templates, self.kept_plates)


@dataclass(frozen=True, kw_only=True)
class SceneOptions:
    """Size of the scenes in pixels, and how many plates of which width (a share of the scene's, above 0) they show.

    empty_share: the share of the scenes without any plate, in [0, 1]. occluded_share: the share in which a part of one
    plate cannot be seen; its corners and its text are then those of the part that can. Raises UserError for values that
    cannot be, by their names in params.py.
    """

    height: int
    width: int
    max_plates: int
    empty_share: float
    min_plate: float
    max_plate: float
    occluded_share: float = 0.0

    def __post_init__(self) -> None:
        if self.height < 1 or self.width < 1:
            raise UserError(
                f"IMG_HEIGHT {self.height} and IMG_WIDTH {self.width} must be at least 1"
            )
        if not 0 < self.min_plate <= self.max_plate:
            raise UserError(
                f"MIN_PLATE {self.min_plate} must be above 0 and at most MAX_PLATE {self.max_plate}"
            )
        require_shares(EMPTY_SHARE=self.empty_share, OCCLUDED_SHARE=self.occluded_share)


def draw_scene(
    rng: np.random.Generator, world: World, options: SceneOptions, split: Split
) -> Scene:
    """Draw a scene whose plates' texts belong to a split."""
    image = draw_background(rng, options.height, options.width, world.photos)
    count = _plate_count(rng, options)
    if count and options.max_plate >= FILLED and rng.random() < FILLING:
        return finish_scene(rng, image, [_add_filling_plate(rng, world, image, split)])
    # Nothing is drawn for a share of 0, so that sets without such plates stay what they were.
    occluded = bool(count and options.occluded_share) and rng.random() < options.occluded_share
    taken: list[Box] = []
    if rng.random() < LOOKALIKES:
        for _ in range(integer(rng, 1, 4)):
            paste_lookalike(rng, image, taken)
    widest = options.max_plate * options.width
    if not count and options.max_plates and widest >= MIRRORED_WIDTH and rng.random() < MIRRORED:
        return finish_scene(rng, _with_mirrored(rng, world, image, taken, widest, split), [])
    plates: list[LabelledPlate] = []
    for number in range(count):
        share = math.exp(uniform(rng, math.log(options.min_plate), math.log(options.max_plate)))
        if occluded and number == count - 1:
            # The last one, so that no other plate is drawn over what hides it.
            added = _add_occluded_plate(rng, world, image, taken, share * options.width, split)
            image, plate = added or (image, None)
        else:
            drawn = _add_plate(rng, world, image, taken, share * options.width, split)
            plate = drawn and drawn[0]
        if plate is not None:
            plates.append(plate)
    return finish_scene(rng, image, plates)


def _plate_count(rng: np.random.Generator, options: SceneOptions) -> int:
    """Draw the number of plates; one is the commonest, each further one half as likely."""
    if options.max_plates < 1 or rng.random() < options.empty_share:
        return 0
    whole = 1 - 0.5**options.max_plates
    return 1 + pick_index(rng, (0.5**n / whole for n in range(1, options.max_plates + 1)))


def _add_plate(
    rng: np.random.Generator,
    world: World,
    image: Picture,
    taken: list[Box],
    width: float,
    split: Split,
    where: Callable[[np.random.Generator, Picture, list[Box], Quad], Quad | None] = place,
) -> tuple[LabelledPlate, Plate] | None:
    """Draw a plate where there is room, and return it as it was drawn too; None when there is none.

    where: finds the room.
    """
    chosen = world.plates.choose(rng, split)
    spec = chosen.spec
    aspect = spec.size[0] / spec.size[1]
    width *= uniform(rng, min(1.0, aspect / NARROW), 1.0)
    # Another view may fit where one does not: without these large plates would be rare.
    views = (seen_quad(rng, aspect, width * shrink) for shrink in (1.0, 1.0, 1.0, 0.9, 0.8))
    quad = next((q for view in views if (q := where(rng, image, taken, view)) is not None), None)
    if quad is None:
        return None
    taken.append(bounds(quad))
    drawn = paste_plate(
        rng, image, quad, lambda height: world.plates.draw(rng, chosen, split, height)
    )
    return spec.labelled(quad), drawn


def _add_occluded_plate(
    rng: np.random.Generator,
    world: World,
    image: Picture,
    taken: list[Box],
    width: float,
    split: Split,
) -> tuple[Picture, LabelledPlate] | None:
    """Draw a partly hidden plate; None when there is no room.

    Its corners and text are of what can be seen, where it is known where its characters stand. The picture may be
    another one than before.
    """
    cut = rng.random() < OCCLUSIONS["cut"].share
    added = _add_plate(rng, world, image, taken, width, split, place_across if cut else place)
    if added is None:
        return None
    plate, drawn = added
    if cut:
        seen = inside(image, plate.known_quad)
    else:
        others = [kind for kind in OCCLUSIONS if kind != "cut"]
        # Posts most of all: they stand at an end as the picture's edge does, and look like what is behind the plate.
        kind = pick(rng, {code: OCCLUSIONS[code].share for code in others})
        seen = occlude(rng, image, plate.known_quad, drawn.boxes, kind)
    area = seen_map(seen)
    text = (
        plate.known_text if drawn.boxes is None else seen_text(plate.known_text, drawn.boxes, area)
    )
    return seen.image, replace(plate, text=text, quad=seen_quad_of(seen.quad, area))


def _with_mirrored(
    rng: np.random.Generator,
    world: World,
    image: Picture,
    taken: list[Box],
    widest: float,
    split: Split,
) -> Picture:
    """Return a scene in a mirror, with a plate of at most a width in pixels where there is room: no plate at all."""
    plain = image.copy()
    added = _add_plate(rng, world, image, taken, uniform(rng, MIRRORED_WIDTH, widest), split)
    if added is None or not differs_mirrored(added[0].known_text):
        return plain
    return np.ascontiguousarray(image[:, ::-1])


def _add_filling_plate(
    rng: np.random.Generator, world: World, image: Picture, split: Split
) -> LabelledPlate:
    """Draw a plate that fills the picture, as when somebody has cut it out or photographed nothing else."""
    chosen = world.plates.choose(rng, split)
    spec = chosen.spec
    quad = filling_quad(rng, spec.size[0] / spec.size[1], *image.shape)
    paste_plate(rng, image, quad, lambda height: world.plates.draw(rng, chosen, split, height))
    return spec.labelled(quad)


def finish_scene(rng: np.random.Generator, image: Picture, plates: list[LabelledPlate]) -> Scene:
    """Put clutter before the scene and degrade it."""
    quads = stack_quads(plate.known_quad for plate in plates)
    if rng.random() < CLUTTERED:
        draw_clutter(rng, image, quads)
    image, quads = degrade(rng, image, quads)
    moved = (replace(plate, quad=quad) for plate, quad in zip(plates, quads, strict=True))
    return Scene(image, tuple(moved))
