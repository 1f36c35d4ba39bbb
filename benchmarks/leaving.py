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

from benchmarks.report import machine, table, take_no_options
from src.bundle.bundle import Bundle
from src.bundle.choose import choose_model
from src.common.errors import run_main
from src.generators.clip import Passage, Post, Stop, draw_clip
from src.generators.draws import uniform
from src.generators.formats import get_format
from src.generators.formats.base import PlateFormat, PlateSpec
from src.generators.scene import Scene
from src.generators.splits import sample_spec
from src.inference.reader import PlateReader, Reading
from src.reading.source_reader import ReadResult, SourceItem
from src.reading.sources import Source
from src.reading.tracker import Tracker
from src.reading.video import Frame
from src.reading.video_session import VideoSession

HEIGHT, WIDTH, FPS, STEP, LONGEST = 360, 640, 25.0, 2, 200
SURE = 0.9
HEAD = ("vehicles that", "clips", "one, right", "right", "more than one", f"wrong at {SURE:.0%}")


class Clip(NamedTuple):
    """One vehicle's way: its text, and a function that draws the frames."""

    text: str
    draw: Callable[[], Iterator[Scene]]


class Count(NamedTuple):
    """What was read in one clip."""

    alone: bool
    right: bool
    several: bool
    wrong: bool


def leaves(format_name: str, number: int) -> Clip:
    """Draw a vehicle that leaves by one of the four edges, each in its turn; about half come in by the one across."""
    rng, spec = _begin(11, format_name, number)
    edge = ("right", "left", "bottom", "top")[number % 4]
    # Widths of its plate that it goes in a tenth of a second.
    share, pace = uniform(rng, 0.16, 0.26), uniform(rng, 0.06, 0.5)
    start = uniform(rng, 0.3, 0.5) if rng.random() < 0.5 else -0.3
    step, level = pace * share / (0.1 * FPS), uniform(rng, 0.35, 0.75)
    level_at_end = level + uniform(rng, -0.1, 0.1)
    upright = edge in ("bottom", "top")
    # Plates are cut much sooner across than along, so these go slower.
    end, step = (1.15, 0.4 * step * WIDTH / HEIGHT) if upright else (1.25, step)
    frames = min(int((end - start) / step) + 1, LONGEST)
    places = [(start, level), (end, level_at_end)]
    if edge in ("left", "top"):
        places = [(1 - along, across) for along, across in places]
    if upright:
        places = [(x, y) for y, x in places]
    widths = (share, share * uniform(rng, 0.9, 1.15))
    stops = zip((0, frames - 1), places, widths, strict=True)
    route = tuple(Stop(frame, *place, width) for frame, place, width in stops)
    passage = Passage(spec, 0, frames, route=route)
    return Clip(spec.text, lambda: draw_clip(rng, [passage], frames + 8, HEIGHT, WIDTH))


def behind_a_post(format_name: str, number: int) -> Clip:
    """Draw a vehicle that drives up behind a post, and stands there for nearly three seconds, hidden in part."""
    rng, spec = _begin(12, format_name, number)
    share, hidden = uniform(rng, 0.18, 0.28), uniform(rng, 0.12, 0.75)
    left, wide, level = uniform(rng, 0.5, 0.7), uniform(rng, 0.02, 0.25), uniform(rng, 0.4, 0.7)
    stop = left + (hidden - 0.5) * share
    route = (Stop(10, 0.2, level, share), Stop(30, stop, level, share))
    passage, post = Passage(spec, 0, 100, route=route), Post(left, 0, left + wide, 1)
    return Clip(spec.text, lambda: draw_clip(rng, [passage], 100, HEIGHT, WIDTH, [post]))


KINDS = {"leave the picture": leaves, "stop behind a post": behind_a_post}
CLIPS = {"leave the picture": 48, "stop behind a post": 24}


def watch(
    reader: PlateReader, plate_format: PlateFormat, least: float, clip: Clip
) -> list[Reading]:
    """Return what `VideoSession` gives of a clip: a reading for each vehicle that is at least so sure."""
    source = Source("video", Path("clip"), Path("clip"))
    video: VideoSession | None = None
    given: list[Reading] = []
    for index, scene in enumerate(clip.draw()):
        if index % STEP:
            continue
        picture = np.asarray(cv2.cvtColor(scene.image, cv2.COLOR_GRAY2BGR), np.uint8)
        item = SourceItem(source, frame=Frame(index, index / FPS, picture, wanted=True))
        result = ReadResult(item, tuple(reader.read(scene.image)), *scene.image.shape)
        video = video or VideoSession(result, Tracker(plate_format, least))
        given += [reading for answer in video.add(result) for reading in answer.readings]
    assert video is not None, "a clip has frames"
    return given + [reading for answer in video.finish() for reading in answer.readings]


def judge(text: str, given: Sequence[Reading]) -> Count:
    """Return how what was given compares with the one vehicle that was there."""
    right = [reading.text == text and not reading.partial for reading in given]
    sure = [reading.confidence >= SURE for reading in given]
    wrong = any(a and not b for a, b in zip(sure, right, strict=True))
    return Count(right == [True], any(right), len(given) > 1, wrong)


def measure(bundle: Bundle, kind: str, numbers: Sequence[int]) -> list[str]:
    """Return a row of the table: what was read in clips of a kind, by their numbers."""
    card = bundle.card
    plate_format = get_format(card.plate_format)
    drawn = (KINDS[kind](card.plate_format, number) for number in numbers)
    counts = [
        judge(clip.text, watch(bundle.reader, plate_format, card.min_confidence, clip))
        for clip in drawn
    ]
    return [kind, str(len(counts)), *(str(sum(column)) for column in zip(*counts, strict=True))]


def main() -> None:
    take_no_options("benchmarks.leaving", __doc__)
    bundle = choose_model()
    print(f"{bundle.title}\n{machine(('onnxruntime', 'opencv-python-headless', 'numpy'))}\n")
    print(table(HEAD, [measure(bundle, kind, range(CLIPS[kind])) for kind in KINDS], 1))


def _begin(kind: int, format_name: str, number: int) -> tuple[np.random.Generator, PlateSpec]:
    """Return the random generator of a clip, and its plate."""
    rng = np.random.default_rng([kind, number])
    return rng, sample_spec(rng, get_format(format_name), "test")


if __name__ == "__main__":
    run_main(main)
