"""What was answered before a camera: when it is read again after a gap or a restart, it is no other vehicle."""

import math
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from ...common.errors import UserError
from ...common.files import write_json
from ...common.progress import tell
from ...common.untrusted import read_json
from ...inference.reader import Reading
from ...metrics.reading import edit_distance
from ..path import Place
from ..tracker import VISIT_S
from ..votes import SURE, Vehicle
from .heading import rests, stands

# Plate widths from where it stood, and the share of its characters by which another reading of it may differ.
_NEAR, _MISREAD = 0.3, 1 / 3
_MOST = 500


@dataclass
class Stay:
    """A plate that was answered.

    x, y, width: its middle and its width where it was seen last, as shares of the picture's width and height. seen:
    when that was, in seconds of `time.time`. rests: whether it may have stood there.
    """

    text: str
    confidence: float
    x: float
    y: float
    width: float
    seen: float
    rests: bool


class Parked:
    """What was answered before one camera and may still be there.

    path: the file that keeps it, so that a restart answers nothing twice; None for none. seconds: for how long what
    stands is remembered after it was read last. clock: makes a time of a vehicle one of `time.time`.
    """

    def __init__(self, path: Path | None, seconds: float, clock: Callable[[float], float]) -> None:
        self._path, self._seconds, self._clock = path, max(seconds, VISIT_S), clock
        self._parked_s = seconds
        self._stays = [] if path is None else _load(path)
        self._changed = False

    def knows(self, vehicle: Vehicle, height: int, width: int) -> bool:
        """Return whether a vehicle is one that was answered before.

        It is if it comes back with its text within `VISIT_S`, as `Tracker` has it, which knows nothing of another run.
        And it is if it never moved while it was seen, stands where the other one came to rest, says about the same, and
        that was not too long ago. height, width: of the picture.
        """
        first, reading, still = vehicle.path[0], vehicle.reading, stands(vehicle.path)
        for stay in self._stays:
            passed = self._clock(vehicle.first) - stay.seen
            if 0 <= passed <= VISIT_S and stay.text == reading.text:
                return True
            near = stay.rests and _is_near(stay, first, height, width)
            if 0 <= passed <= self._parked_s and still and near and _same(stay, reading):
                return True
        return False

    def note(self, vehicles: Iterable[Vehicle], height: int, width: int) -> None:
        """Remember where vehicles that were answered were seen last."""
        for vehicle in vehicles:
            last, reading = vehicle.path[-1], vehicle.reading
            seen = self._clock(vehicle.last)
            self._stays = [
                stay
                for stay in self._stays
                if stay.text != reading.text and seen - stay.seen <= self._seconds
            ]
            place = (last.x / width, last.y / height, last.width / width)
            sure = float(reading.confidence)
            self._stays.append(Stay(reading.text, sure, *place, seen, rests(vehicle.path)))
            self._changed = True
        self._stays = self._stays[-_MOST:]

    def save(self) -> None:
        """Write what has changed; tell where that cannot be."""
        if self._path is None or not self._changed:
            return
        self._changed = False
        try:
            write_json(self._path, [asdict(stay) for stay in self._stays])
        except (OSError, UserError) as error:
            tell(f"error: {self._path.name}: what is parked is not kept for a restart ({error})")


def _is_near(stay: Stay, place: Place, height: int, width: int) -> bool:
    """Return whether a place is that of a stay, in a picture of that size."""
    apart = math.dist((stay.x * width, stay.y * height), (place.x, place.y))
    return apart < _NEAR * max(stay.width * width, place.width)


def _same(stay: Stay, reading: Reading) -> bool:
    """Return whether a reading in the place of a stay is of its plate: the same text, or nearly where one is unsure."""
    if stay.text == reading.text:
        return True
    longest = max(len(stay.text), len(reading.text))
    unsure = min(stay.confidence, reading.confidence) < SURE
    return unsure and edit_distance(stay.text, reading.text) <= _MISREAD * longest


def _load(path: Path) -> list[Stay]:
    if not path.exists():
        return []
    try:
        return [Stay(**stay) for stay in read_json(path)]
    except (OSError, ValueError, TypeError) as error:
        tell(f"note: {path} is damaged, and what is parked is forgotten ({error})")
        return []
