"""What stands before a camera and was answered: when it is read again after a gap, it is no other vehicle."""

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ...common.errors import UserError
from ...common.files import write_json
from ...common.progress import tell
from ...common.untrusted import read_json
from ...inference.reader import Reading
from ...metrics.reading import edit_distance
from ..path import Place
from ..votes import SURE, Vehicle
from .heading import stands

# Plate widths from where it stood, and the share of its characters by which another reading of it may differ.
_NEAR, _MISREAD = 0.5, 1 / 3
_MOST = 500


@dataclass
class Stay:
    """A plate that stood somewhere.

    x, y, width: its middle and its width, as shares of the picture's width and height. seen: when it was read last, in
    seconds of `time.time`.
    """

    text: str
    confidence: float
    x: float
    y: float
    width: float
    seen: float


class Parked:
    """The stays before one camera.

    path: the file that keeps them, so that a restart answers nothing twice; None for none. seconds: for how long one is
    remembered after it was read last.
    """

    def __init__(self, path: Path | None, seconds: float) -> None:
        self._path, self._seconds = path, seconds
        self._stays = [] if path is None else _load(path)
        self._changed = False

    def knows(self, vehicle: Vehicle, height: int, width: int) -> bool:
        """Return whether a vehicle is one that was answered before and has not moved since.

        It is if it never moved while it was seen, stands where the other one was seen last, says about the same, and
        that was not too long ago. height, width: of the picture.
        """
        if not stands(vehicle.path, _NEAR):
            return False
        x, y, wide = _shares(vehicle.path[:1], height, width)
        self._forget()
        return any(
            math.dist((stay.x * width, stay.y * height), (x * width, y * height))
            < _NEAR * max(stay.width, wide) * width
            and _same(stay, vehicle.reading)
            for stay in self._stays
        )

    def note(self, vehicles: Iterable[Vehicle], height: int, width: int) -> None:
        """Remember where vehicles that were answered are now, or were last."""
        for vehicle in vehicles:
            text = vehicle.reading.text
            x, y, wide = _shares(vehicle.path[-1:], height, width)
            self._stays = [stay for stay in self._stays if stay.text != text]
            sure = float(vehicle.reading.confidence)
            self._stays.append(Stay(text, sure, x, y, wide, time.time()))
            self._changed = True
        self._stays = self._stays[-_MOST:]

    def save(self) -> None:
        """Write what has changed; tell where that cannot be."""
        if self._path is None or not self._changed:
            return
        self._forget()
        self._changed = False
        try:
            write_json(self._path, [asdict(stay) for stay in self._stays])
        except (OSError, UserError) as error:
            tell(f"error: {self._path.name}: what is parked is not kept for a restart ({error})")

    def _forget(self) -> None:
        now = time.time()
        self._stays = [stay for stay in self._stays if 0 <= now - stay.seen <= self._seconds]


def _same(stay: Stay, reading: Reading) -> bool:
    """Return whether a reading in the place of a stay is of its plate: the same text, or nearly where one is unsure."""
    if stay.text == reading.text:
        return True
    longest = max(len(stay.text), len(reading.text))
    unsure = min(stay.confidence, reading.confidence) < SURE
    return unsure and edit_distance(stay.text, reading.text) <= _MISREAD * longest


def _shares(path: Sequence[Place], height: int, width: int) -> tuple[float, float, float]:
    (place,) = path
    return place.x / width, place.y / height, place.width / width


def _load(path: Path) -> list[Stay]:
    if not path.exists():
        return []
    try:
        return [Stay(**stay) for stay in read_json(path)]
    except (OSError, ValueError, TypeError) as error:
        tell(f"note: {path} is damaged, and what is parked is forgotten ({error})")
        return []
