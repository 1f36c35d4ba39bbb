"""How often a plate of which a part cannot be seen, or a notice that is none, is given surely and wrongly.

python3 -m benchmarks.partial [--model PATH|release|own] [--plates N]

Draws plates of 180 to 320 pixels in pictures of 640×480, takes a part of each away, as named, and reads them; each kind
has the same plates. Then plates of 60 pixels in 3840×2160 and of 200 in panoramas, which are surely read when they are
cut out.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count, islice

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.report import machine, table
from src.bundle.bundle import Bundle
from src.bundle.choose import add_model_option, choose_model
from src.common.errors import UserError, run_main
from src.common.geometry import quad_box
from src.common.progress import progress, tell
from src.datasets.scenes import SceneRecipe
from src.generators.formats import get_format
from src.generators.formats.base import PlateFormat
from src.generators.hard_scenes import draw_hard_scene
from src.generators.scene import SceneOptions, World
from src.inference.reader import PlateReader, Reading
from src.pipeline.stage import command_line

Picture = NDArray[np.uint8]
# Takes a part of the plate with these corners away: (picture, corners, random numbers) → what is left of the picture.
Hide = Callable[[Picture, NDArray[np.float32], np.random.Generator], Picture]

SURE, UNSURE = 0.9, 0.5
PLATES, SEED = 60, 7
HEIGHT, WIDTH = 480, 640
NARROWEST, WIDEST = 180, 320
# Height and width of pictures in which plates are to be found, and the plates' width in pixels.
LARGE = {
    "3840×2160, plates of 60": (2160, 3840, 60),
    "12000×1000, plates of 200": (1000, 12000, 200),
}
HEAD = ("what", "plates", f"wrong at {SURE:.0%}", f"something at {UNSURE:.0%}", "whole text read")


def cut(
    picture: Picture, quad: NDArray[np.float32], _: np.random.Generator, *, side: str, share: float
) -> Picture:
    """Let the picture end within the plate, so that a share of its width is beyond the edge."""
    left, _, right, _ = quad_box(quad).tolist()
    gone = round(share * (right - left))
    if side == "right":
        return np.ascontiguousarray(picture[:, : round(right) + 1 - gone])
    return np.ascontiguousarray(picture[:, round(left) + gone :])


def post(
    picture: Picture, quad: NDArray[np.float32], rng: np.random.Generator, *, share: float
) -> Picture:
    """Put a post with straight edges before the plate's right end."""
    left, _, right, _ = quad_box(quad).tolist()
    start = round(right - share * (right - left))
    hidden = picture.copy()
    hidden[:, start : start + int(rng.integers(60, 140))] = int(rng.integers(20, 230))
    return hidden


def thing(
    picture: Picture, quad: NDArray[np.float32], rng: np.random.Generator, *, ball: bool
) -> Picture:
    """Put a dark ball, or a sticker of one grey, over about one of the middle characters."""
    middle, (across, down) = quad.mean(axis=0), (quad[1] - quad[0], quad[3] - quad[0])
    centre = middle + across * float(rng.uniform(-0.22, 0.22))
    tall = float(np.linalg.norm(down))
    covered = picture.copy()
    if ball:
        at = tuple(int(v) for v in centre + 0.15 * down)
        cv2.circle(covered, at, round(0.42 * tall), int(rng.integers(10, 60)), -1, cv2.LINE_AA)
    else:
        wide, high = across * 0.075, down * 0.42
        corners = np.array(
            [centre - wide - high, centre + wide - high, centre + wide + high, centre - wide + high]
        )
        cv2.fillConvexPoly(covered, corners.round().astype(np.int32), int(rng.integers(60, 250)))
    return covered


def whole(picture: Picture, _: NDArray[np.float32], __: np.random.Generator) -> Picture:
    """Take nothing away."""
    return picture


KINDS: dict[str, Hide] = {
    "whole": whole,
    **{
        f"cut at the right by {n}%": partial(cut, side="right", share=n / 100)
        for n in (12, 20, 30, 45)
    },
    **{f"cut at the left by {n}%": partial(cut, side="left", share=n / 100) for n in (12, 20, 30)},
    **{f"behind a post by {n}%": partial(post, share=n / 100) for n in (20, 35)},
    "under a ball": partial(thing, ball=True),
    "under a sticker": partial(thing, ball=False),
}


def plates_of(
    drawn: PlateFormat, height: int, width: int, narrow: int, wide: int
) -> Iterator[tuple[Picture, NDArray[np.float32], str]]:
    """Draw pictures with one plate, of a width between two in pixels; yield picture, corners and text without end."""
    options = SceneOptions(
        height=height,
        width=width,
        max_plates=1,
        empty_share=0.0,
        min_plate=narrow / width,
        max_plate=wide / width,
    )
    for scene in map(SceneRecipe(World(drawn), options, SEED, "test"), count()):
        for plate in scene.plates:
            if plate.quad is not None:
                yield scene.image, plate.quad, str(plate.text)


def given_whole(reader: PlateReader, picture: Picture) -> list[Reading]:
    """Return the readings of a picture that say that they are whole."""
    return [r for r in reader.read(picture) if not r.partial]


def is_read(given: Sequence[Reading], text: str) -> bool:
    """Tell whether one of these readings has a text."""
    return any(r.text == text for r in given)


def is_sure_and_wrong(given: Sequence[Reading], text: str) -> bool:
    """Tell whether one of these readings is sure of another text."""
    return any(r.confidence >= SURE and r.text != text for r in given)


def row(
    reader: PlateReader, what: str, pictures: Iterator[tuple[Picture, str]], plates: int
) -> list[str]:
    """Read so many pictures, each with the text that would be right; "" where there is no plate."""
    sure = something = right = 0
    for picture, text in islice(pictures, plates):
        given = given_whole(reader, picture)
        sure += is_sure_and_wrong(given, text)
        something += any(r.confidence > UNSURE for r in given)
        right += is_read(given, text)
    return [what, str(plates), str(sure), str(something), str(right)]


def _read_alone(
    reader: PlateReader, picture: Picture, quad: NDArray[np.float32], text: str
) -> bool:
    """Tell whether a plate is surely read when it is cut out of its picture with room around it."""
    left, top, right, bottom = quad_box(quad).tolist()
    room = 1.5 * (right - left)
    around = picture[
        max(0, int(top - room)) : int(bottom + room), max(0, int(left - room)) : int(right + room)
    ]
    given = reader.read(np.ascontiguousarray(around))
    return any(r.text == text and r.confidence >= SURE and not r.partial for r in given)


def rows(reader: PlateReader, drawn: PlateFormat, plates: int) -> Iterator[list[str]]:
    """Measure every kind."""
    for what, hide in KINDS.items():
        rng = np.random.default_rng(SEED)
        views = plates_of(drawn, HEIGHT, WIDTH, NARROWEST, WIDEST)
        yield row(
            reader, what, ((hide(image, quad, rng), text) for image, quad, text in views), plates
        )
    rng = np.random.default_rng(SEED)
    world = World(drawn)
    notices = (draw_hard_scene(rng, world, HEIGHT, WIDTH, "test", "notice").image for _ in count())
    yield row(reader, "prices, dates, boards", ((image, "") for image in notices), 2 * plates)
    for what, (height, width, size) in LARGE.items():
        views = plates_of(drawn, height, width, size, size)
        large = (
            (image, text) for image, quad, text in views if _read_alone(reader, image, quad, text)
        )
        yield row(reader, what, large, max(1, plates // 2))


def main(options: Namespace) -> None:
    """Print the table of the chosen model."""
    bundle = model_to_draw_for(options)
    drawn = get_format(options.format or bundle.card.plate_format)
    found = progress(
        rows(bundle.reader, drawn, options.plates), len(KINDS) + 1 + len(LARGE), "kinds"
    )
    print(table(HEAD, list(found), 1))
    print(f"\n{bundle.title}; {machine(['onnxruntime'])}")


def model_to_draw_for(options: Namespace) -> Bundle:
    """Return the model that was chosen, once it is told; raises UserError for less than one plate."""
    if options.plates < 1:
        raise UserError(f"--plates {options.plates}: at least 1 is needed")
    bundle = choose_model(options.model)
    tell(bundle.title)
    return bundle


def add_drawing_options(parser: ArgumentParser, plates: int, which: str) -> None:
    """Add which model reads, and which plates are drawn: by default so many, of which the help says what they are."""
    add_model_option(parser)
    parser.add_argument("--format", metavar="NAME", help="plates to draw; default: the model's")
    parser.add_argument(
        "--plates", type=int, default=plates, metavar="N", help=f"{which}; default: {plates}"
    )


def add_options(parser: ArgumentParser) -> None:
    """Add what a user may choose."""
    add_drawing_options(parser, PLATES, "of each kind")


if __name__ == "__main__":
    cv2.setNumThreads(0)
    asked = command_line(add_options)
    run_main(lambda: main(asked))
