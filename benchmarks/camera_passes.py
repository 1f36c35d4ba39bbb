"""Vehicles that pass made-up cameras again and again, and how many of them were answered once.

`benchmarks.cameras` shows them; what is drawn is the same in every run.
"""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, NamedTuple

import cv2
import numpy as np

from benchmarks.camera_servers import Fault
from src.generators.clip import Passage, Stop, draw_clip
from src.generators.formats import get_format
from src.generators.formats.base import PlateFormat
from src.generators.splits import sample_spec
from src.inference.reader import PlateReader
from src.reading.tracker import Tracker

HEIGHT, WIDTH, FPS = 360, 640, 12.5
PASS_S, PERIOD_S = 4.0, 8.0
"""Seconds that a vehicle is in sight, and from one to the next."""
QUALITY = 90
# A pass counts as shown where so many of its parts of so many seconds had a picture that went out.
_PART_S, _SHOWN = 0.4, 0.6
# Seconds by which times of an answer may be beyond its pass.
_SLACK_S = 2.5


class Clip(NamedTuple):
    """A vehicle that passes: its text, and its frames as JPEG files, the last ones without it."""

    text: str
    frames: list[bytes]


def draw_passes(reader: PlateReader, name: str, clips: int, seed: int) -> list[Clip]:
    """Draw so many passes of a plate format that the reader reads right where nothing disturbs it."""
    found: list[Clip] = []
    plate_format = get_format(name)
    frames = round((PASS_S + 0.5) * FPS)
    for number in count():
        rng = np.random.default_rng([seed, number])
        spec = sample_spec(rng, plate_format, "test")
        passage = Passage(spec, 0, round(PASS_S * FPS), lane=float(rng.uniform(0.2, 0.8)))
        drawn = [scene.image for scene in draw_clip(rng, [passage], frames, HEIGHT, WIDTH)]
        # However often the pictures come that a camera is read at.
        ways = (drawn[::2], drawn[1::2], drawn[::3], drawn[1::3])
        if all(_reads(reader, plate_format, way) == [spec.text] for way in ways):
            found.append(Clip(spec.text, [_jpeg(image) for image in drawn]))
        if len(found) == clips:
            return found
    raise AssertionError("unreachable")


def draw_parked(reader: PlateReader, name: str, seed: int) -> Clip:
    """Draw a vehicle that stands, which the reader reads right."""
    plate_format = get_format(name)
    for number in count():
        rng = np.random.default_rng([seed, number])
        spec = sample_spec(rng, plate_format, "test")
        passage = Passage(spec, 0, 25, route=(Stop(0, 0.5, 0.6, 0.25),))
        drawn = [scene.image for scene in draw_clip(rng, [passage], 25, HEIGHT, WIDTH)]
        if _reads(reader, plate_format, drawn) == [spec.text]:
            return Clip(spec.text, [_jpeg(image) for image in drawn])
    raise AssertionError("unreachable")


@dataclass
class Street:
    """What a camera sees: its clips one after the other, for ever; or one that stands.

    faults: when it fails and how, as (from, to, fault) in seconds of a turn of ``turn_s`` seconds.
    """

    clips: Sequence[Clip]
    parked: bool = False
    faults: Sequence[tuple[float, float, Fault]] = ()
    turn_s: float = 60.0
    began: float = field(default_factory=time.time)

    def picture(self) -> tuple[int, bytes]:
        """Return the number of the picture that is seen now, and its file."""
        now = time.time() - self.began
        number = int(now * FPS)
        if self.parked:
            frames = self.clips[0].frames
            return number, frames[number % len(frames)]
        turn, within = divmod(now, PERIOD_S)
        frames = self.clips[int(turn) % len(self.clips)].frames
        return number, frames[min(int(within * FPS), len(frames) - 1)]

    def fault(self) -> Fault:
        """Return how it fails now."""
        now = (time.time() - self.began) % self.turn_s
        return next((fault for start, end, fault in self.faults if start <= now < end), "")

    def passes(self, until: float) -> list[tuple[str, float]]:
        """Return the text and the start of each pass that was over at a time."""
        last = int((until - self.began - PASS_S) // PERIOD_S)
        starts = (self.began + turn * PERIOD_S for turn in range(last + 1))
        return [(self.clips[n % len(self.clips)].text, start) for n, start in enumerate(starts)]


class Verdict(NamedTuple):
    """What became of a camera's passes: shown ones in all, answered once, not at all, more than once; those that were
    shown in part, which may be answered or not; and answers that belong to none."""

    shown: int
    once: int
    lost: int
    doubled: int
    in_part: int
    others: int


def judge(
    street: Street,
    sent: set[int],
    answers: Sequence[dict[str, Any]],
    until: float,
    broken: Sequence[tuple[float, float]] = (),
) -> Verdict:
    """Return the verdict on a camera.

    sent: numbers of the pictures that went out. answers: the camera's. until: when it ended. broken: times between
    which nobody watched; a pass that reaches into one counts as shown in part.
    """
    if street.parked:
        right = sum(answer["plate"] == street.clips[0].text for answer in answers)
        others = len(answers) - right
        return Verdict(1, int(right == 1), int(right == 0), max(right - 1, 0), 0, others)
    passes, over = street.passes(until + PASS_S), len(street.passes(until))
    given: Counter[int] = Counter()
    others = 0
    for answer in answers:
        first = datetime.fromisoformat(answer["vehicle"]["first"]).timestamp()
        matching = [
            number
            for number, (text, start) in enumerate(passes)
            if text == answer["plate"] and start - _SLACK_S <= first <= start + PASS_S + _SLACK_S
        ]
        given.update(matching[:1])
        others += not matching
    shown = [
        number
        for number, (_, start) in enumerate(passes[:over])
        if _is_shown(street, sent, start)
        and not any(low < start + PERIOD_S and start < high for low, high in broken)
    ]
    return Verdict(
        len(shown),
        sum(given[number] == 1 for number in shown),
        sum(given[number] == 0 for number in shown),
        sum(max(times - 1, 0) for number, times in given.items()),
        over - len(shown),
        others,
    )


def _is_shown(street: Street, sent: set[int], start: float) -> bool:
    first = round((start - street.began) * FPS)
    parts = round(PASS_S / _PART_S)
    per_part = round(_PART_S * FPS)
    seen = (
        any(first + part * per_part + n in sent for n in range(per_part)) for part in range(parts)
    )
    return sum(seen) >= _SHOWN * parts


def _reads(
    reader: PlateReader, plate_format: PlateFormat, pictures: Sequence[np.ndarray[Any, Any]]
) -> list[str]:
    """Return the texts of the vehicles in pictures, six of which are a second."""
    tracker, found = Tracker(plate_format, 0.4), []
    for number, picture in enumerate(pictures):
        found += tracker.add(number, number / 6, reader.read(picture))
    return [vehicle.reading.text for vehicle in found + tracker.finish()]


def _jpeg(image: np.ndarray[Any, Any]) -> bytes:
    colours = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)
    return cv2.imencode(".jpg", colours, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes()
