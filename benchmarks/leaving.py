"""What becomes of vehicles of which a video shows only a part at times.

python3 -m benchmarks.leaving (about three minutes)

Draws clips of one vehicle each, reads them with the model that `python3 -m src.read` takes, and counts those that give
just the one vehicle with its text, its text at all, more than one vehicle, and a wrong text for sure.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from benchmarks.report import machine, table
from src.common.errors import run_main
from src.generators.clip import Passage, Post, Stop, draw_clip
from src.generators.formats import get_format
from src.generators.formats.base import PlateSpec
from src.generators.scene import Scene
from src.generators.splits import sample_spec
from src.reading.film import Film
from src.reading.looks import Look, Seen
from src.reading.sources import Source
from src.reading.tracker import GAP_S, Tracker
from src.reading.video import Frame
from src.reading.votes import Parse
from src.stack.bundle import Bundle, find_bundle, load_bundle
from src.stack.reader import PlateReader, Reading

CLIPS = 24
HEIGHT, WIDTH, FPS, STEP, LONGEST = 360, 640, 25.0, 2, 200
SURE = 0.9
SEED = 11
HEAD = ("vehicles that", "clips", "one, right", "right", "more than one", f"wrong at {SURE:.0%}")


class Clip(NamedTuple):
    """One vehicle's way: its text, and a function that draws the frames."""

    text: str
    draw: Callable[[], Iterator[Scene]]


class _Way(NamedTuple):
    """Shares of the picture: how wide a plate is, how far it goes in a frame, where it begins on its way and across."""

    share: float
    step: float
    start: float
    level: float


class Count(NamedTuple):
    """What was read in one clip."""

    alone: bool
    right: bool
    several: bool
    wrong: bool


def by_the_sides(format_name: str, number: int) -> Clip:
    """Draw a vehicle that leaves by the right edge or the left one; each second pair comes in by the other."""
    rng, spec, way = _begin(0, format_name, number)
    frames, *stops = _go(way.start, 1.25, way.step)
    route = [Stop(n, x if number % 2 else 1 - x, way.level, way.share) for n, x in stops]
    return _clip(rng, spec, route, frames)


def up_and_down(format_name: str, number: int) -> Clip:
    """Draw a vehicle that leaves by the lower edge or the upper one; each second pair comes in by the other."""
    rng, spec, way = _begin(1, format_name, number)
    frames, *stops = _go(way.start, 1.15, 0.4 * way.step * WIDTH / HEIGHT)
    route = [Stop(n, way.level, y if number % 2 else 1 - y, way.share) for n, y in stops]
    return _clip(rng, spec, route, frames)


def behind_a_post(format_name: str, number: int) -> Clip:
    """Draw a vehicle that drives up behind a post, and stands there for two seconds and a half, hidden in part."""
    rng, spec, way = _begin(2, format_name, number)
    left, wide, hidden = rng.uniform((0.5, 0.02, 0.12), (0.7, 0.25, 0.75))
    stop = left + (hidden - 0.5) * way.share
    route = [Stop(10, 0.2, way.level, way.share), Stop(30, stop, way.level, way.share)]
    return _clip(rng, spec, route, 92, [Post(left, 0, left + wide, 1)])


KINDS = {
    "leave by the sides": by_the_sides,
    "leave up or down": up_and_down,
    "stop behind a post": behind_a_post,
}


def watch(reader: PlateReader, parse: Parse, least: float, clip: Clip) -> list[Reading]:
    """Return what `Film` gives of a clip, as of a video file: a reading for each vehicle that is at least so sure."""
    source = Source("video", Path("clip"), Path("clip"))
    film: Film | None = None
    given: list[Reading] = []
    for index, scene in enumerate(clip.draw()):
        if index % STEP:
            continue
        picture = np.asarray(cv2.cvtColor(scene.image, cv2.COLOR_GRAY2BGR), np.uint8)
        look = Look(source, frame=Frame(index, index / FPS, picture, wanted=True))
        seen = Seen(look, tuple(reader.read(scene.image)), *scene.image.shape)
        film = film or Film(seen, Tracker(parse, least))
        given += [reading for answer in film.add(seen) for reading in answer.readings]
    assert film is not None, "a clip has frames"
    return given + [reading for answer in film.finish() for reading in answer.readings]


def judge(text: str, given: Sequence[Reading]) -> Count:
    """Return how what was given compares with the one vehicle that was there."""
    right = [reading.text == text and not reading.partial for reading in given]
    sure = [reading.confidence >= SURE for reading in given]
    wrong = any(a and not b for a, b in zip(sure, right, strict=True))
    return Count(right == [True], any(right), len(given) > 1, wrong)


def measure(bundle: Bundle, kind: str, clips: int) -> list[str]:
    """Return a row of the table: what was read in so many clips of a kind."""
    card = bundle.card
    parse = get_format(card.plate_format).parse
    drawn = (KINDS[kind](card.plate_format, number) for number in range(clips))
    counts = [
        judge(clip.text, watch(bundle.reader, parse, card.min_confidence, clip)) for clip in drawn
    ]
    return [kind, str(clips), *(str(sum(column)) for column in zip(*counts, strict=True))]


def main() -> None:
    bundle = load_bundle(find_bundle())
    print(f"{bundle.title}\n{machine(('onnxruntime', 'opencv-python-headless', 'numpy'))}\n")
    print(table(HEAD, [measure(bundle, kind, CLIPS) for kind in KINDS], 1))


def _begin(kind: int, format_name: str, number: int) -> tuple[np.random.Generator, PlateSpec, _Way]:
    """Draw the plate of a clip, and how its vehicle goes."""
    rng = np.random.default_rng([SEED, kind, number])
    spec = sample_spec(rng, get_format(format_name), "test")
    low, high = (0.16, 0.06, 0.3, 0.35), (0.26, 0.5, 0.5, 0.75)
    share, widths, start, level = rng.uniform(low, high).tolist()
    # It covers so many of its widths between two frames that are read; each second one comes in from beyond the edge.
    return rng, spec, _Way(share, widths * share / STEP, start if number // 2 % 2 else -0.3, level)


def _clip(
    rng: np.random.Generator,
    spec: PlateSpec,
    route: Sequence[Stop],
    frames: int,
    posts: Sequence[Post] = (),
) -> Clip:
    passage = Passage(spec, 0, frames, route=tuple(route))
    # The camera goes on for as long as a track lives.
    total = frames + round(FPS * GAP_S)
    return Clip(spec.text, lambda: draw_clip(rng, [passage], total, HEIGHT, WIDTH, posts))


def _go(start: float, end: float, step: float) -> tuple[int, tuple[int, float], tuple[int, float]]:
    """Return for how many frames a vehicle is on its way, and where it is in the first and the last of them."""
    frames = min(round((end - start) / step) + 2, LONGEST)
    return frames, (0, start), (frames - 1, end)


if __name__ == "__main__":
    run_main(main)
