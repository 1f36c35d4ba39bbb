"""Copies of labelled photographs, each transformed in another way, with their labels moved along."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
from numpy.typing import NDArray

from ..collecting.rows import RowWriter
from ..common.errors import UserError
from ..common.geometry import stack_quads
from ..common.progress import progress
from ..datasets.annotation_rows import Row
from ..datasets.decode import read_picture
from ..datasets.photos import ANNOTATIONS
from ..datasets.transforms import Transforms
from ..datasets.windows import seen_share
from ..generators.degrade import DEGRADATIONS
from .folders import new_folder
from .intake import Put, link
from .names import Names
from .record import Labelled, Plate
from .whole import whole_pictures

# Of a plate, the share that may be lost without its text being another one; what is seen less is not seen.
_WHOLE, _HIDDEN = 0.98, 0.02
# Tries of a copy that changes something and cuts no plate, before it is given up.
_TRIES = 20
# What moves things, and could lose a plate of which nobody knows where it is.
MOVING = ("r3d", "rot", "cut", "tbc", "pad", "lns", "rol")
MOST_COPIES = 1000


@dataclass(frozen=True)
class Copies:
    """How many copies are made, and how.

    count: of each picture whose split is train. stacked: times as many of one with a plate of two rows. transforms:
    mean number of transformations of a copy. weights: how often each is drawn, by code; None for the usual ones.
    """

    count: int = 4
    stacked: int = 1
    transforms: float = 1.2
    weights: Mapping[str, float] | None = None
    seed: int = 42

    def __post_init__(self) -> None:
        for name in ("count", "stacked"):
            if not 1 <= getattr(self, name) <= MOST_COPIES:
                raise UserError(f"{name} is {getattr(self, name)}: give 1 to {MOST_COPIES}")
        if not 0 < self.transforms <= len(DEGRADATIONS):
            raise UserError(
                f"transforms is {self.transforms}: give a number above 0, at most {len(DEGRADATIONS)}"
            )

    def of(self, plates: Sequence[Plate]) -> int:
        """Return how many copies a picture with such plates gets."""
        return self.count * (self.stacked if any(plate.lines == "2" for plate in plates) else 1)

    def transform(self, plates: Sequence[Plate]) -> Transforms:
        """Return what happens to a picture: nothing moves where the place of a plate is not known."""
        weights = dict(self.weights or {code: row.weight for code, row in DEGRADATIONS.items()})
        if any(plate.corners is None for plate in plates):
            weights |= dict.fromkeys(MOVING, 0.0)
        return Transforms(weights, self.transforms)


@dataclass
class Augmented:
    """What was written. given_up: copies of which none left every plate whole, or changed anything."""

    pictures: int = 0
    copies: int = 0
    given_up: int = 0


def read_weights(text: str) -> dict[str, float]:
    """Return weights by code from `mot=2,rot`; a code without a number has its usual weight.

    Raises UserError for a code that there is not, and for a weight that is none.
    """
    weights = {}
    for part in filter(None, text.split(",")):
        code, equals, number = part.strip().partition("=")
        if code not in DEGRADATIONS:
            raise UserError(f"there is no transformation {code!r}: name {', '.join(DEGRADATIONS)}")
        try:
            weights[code] = float(number) if equals else DEGRADATIONS[code].weight
        except ValueError:
            raise UserError(f"the weight of {code} is {number!r}: give a number") from None
    if not any(weight > 0 for weight in weights.values()):
        raise UserError("no transformation has a weight above 0: name some")
    return weights


def augment(
    folder: Path, target: Path, copies: Copies, put: Put = link, replace: bool = False
) -> Augmented:
    """Write a folder of photographs that has all pictures of another one, and copies of those to train on.

    Copies are grey, as everything here is read, and on the side of their picture: they are a group with it. What is
    validated on or measured has none. The same seed gives the same copies.

    Raises UserError where `annotations.csv` is broken, there is nothing to train on, or as `new_folder` does.
    """
    done, names = Augmented(), Names()
    total, whole = whole_pictures(folder, names)
    with new_folder(target, replace) as partial:
        with (partial / ANNOTATIONS).open("w", encoding="utf-8", newline="") as file:
            writer = RowWriter(file)
            pictures = progress(whole, total, f"augment {folder.name}")
            for number, picture in enumerate(pictures):
                (partial / picture.name).parent.mkdir(parents=True, exist_ok=True)
                put(picture.picture, partial / picture.name)
                for row in _rows(folder.name, partial, number, picture, copies, names, done):
                    writer.write(row)
        if not done.copies:
            raise UserError(
                f"{folder} has no picture whose split is train: `python3 -m src.photos split` chooses some"
            )
    return done


def _rows(
    called: str,
    target: Path,
    number: int,
    picture: Labelled,
    copies: Copies,
    names: Names,
    done: Augmented,
) -> Iterator[Row]:
    """Yield the rows of a picture and of its copies, which are written then.

    called: the folder that is copied. number: of the picture, for the seed. names: those of the target are taken.
    """
    done.pictures += 1
    place = PurePosixPath(picture.name)
    group = next((plate.group for plate in picture.plates if plate.group), f"{called}/{place}")
    yield from _labels(picture.name, picture.plates, picture.split, group)
    if picture.split != "train":
        return
    image = read_picture(picture.picture)
    transform = copies.transform(picture.plates)
    inner = "" if place.parent == PurePosixPath() else place.parent.as_posix()
    for turn in range(copies.of(picture.plates)):
        made = _copy(
            np.random.default_rng([copies.seed, number, turn]), image, picture.plates, transform
        )
        if made is None:
            done.given_up += 1
            continue
        pixels, plates = made
        copy = names.free(inner, f"{place.stem}-{turn + 1}-{copies.seed}.png")
        # By hand, for cv2.imwrite keeps quiet of a disk that is full.
        (target / copy).write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
        done.copies += 1
        yield from _labels(copy, plates, picture.split, group)


def _copy(
    rng: np.random.Generator,
    image: NDArray[np.uint8],
    plates: Sequence[Plate],
    transform: Transforms,
) -> tuple[NDArray[np.uint8], list[Plate]] | None:
    """Return a transformed picture and its plates; None where every try cuts one or changes nothing."""
    known = [plate for plate in plates if plate.corners is not None]
    quads = stack_quads(np.array(plate.corners, np.float32) for plate in known)
    for _ in range(_TRIES):
        pixels, moved = transform(rng, image, quads)
        seen = [seen_share(quad, pixels.shape) for quad in moved]
        if pixels is image or any(_HIDDEN < share < _WHOLE for share in seen):
            continue
        kept = [
            _moved(plate, quad, pixels.shape)
            for plate, quad, share in zip(known, moved, seen, strict=True)
            if share >= _WHOLE
        ]
        return pixels, [*kept, *(plate for plate in plates if plate.corners is None)]
    return None


def _moved(plate: Plate, quad: NDArray[np.float32], size: tuple[int, ...]) -> Plate:
    low, high = np.zeros(2), np.array([size[1] - 1, size[0] - 1])
    points = np.clip(quad, low, high).tolist()
    return Plate(
        plate.text,
        tuple((round(x, 2), round(y, 2)) for x, y in points),
        region=plate.region,
        lines=plate.lines,
        group=plate.group,
    )


def _labels(image: str, plates: Sequence[Plate], split: str, group: str) -> Iterator[Row]:
    for plate in plates:
        corners = tuple(f"{value:g}" for point in plate.corners or () for value in point)
        yield Row(0, image, plate.text, corners, split, group, plate.region, plate.lines)
    if not plates:
        yield Row(0, image, "", (), split, group)
