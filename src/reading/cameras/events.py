"""The answers of one camera: from the readings of its pictures to one event for each vehicle."""

import math
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ...bundle.endpoint import describe
from ...inference.reader import Reading
from ..cut import cut_by_edge
from ..narrow import Narrow
from ..tracker import Tracker
from ..votes import Vehicle
from .heading import COMPASS, direction, heading
from .parked import Parked
from .settings import Camera
from .watch import WatchList
from .zones import visited

Event = dict[str, Any]
"""An answer as plain JSON; docs/cameras.md says what is in it."""

# Seconds between two looks for vehicles that stand, and between two notes of where they do.
_LOOK_S, _NOTE_S = 0.5, 20.0


@dataclass(frozen=True)
class _Size:
    height: int
    width: int


class Events:
    """Follows the plates of one camera.

    clock: makes a time of its pictures, in seconds, one of `time.time`. watch: the list that texts are looked up in, or
    None.
    """

    def __init__(
        self,
        camera: Camera,
        narrow: Narrow,
        parked: Parked,
        watch: WatchList | None,
        clock: Callable[[float], float],
    ) -> None:
        self._camera, self._parked, self._watch, self._clock = camera, parked, watch, clock
        self._tracker = Tracker(narrow.plate_format, narrow.min_confidence)
        self._size = _Size(0, 0)
        self._seconds = -math.inf
        self._frame = 0
        self._looked = self._noted = -math.inf

    def add(
        self, seconds: float, readings: Sequence[Reading], height: int, width: int
    ) -> list[Event]:
        """Take the readings of the next picture, of that size; return what is answered by then."""
        self._size = _Size(height, width)
        cut = [cut_by_edge(reading, height, width) for reading in readings]
        return self._follow(seconds, cut)

    def wait(self, seconds: float) -> list[Event]:
        """Take note that no picture has come until a time; return what is answered by then."""
        return self._follow(seconds, []) if self._size.width else []

    def finish(self) -> list[Event]:
        """Return what is left, and keep where vehicles stood."""
        events = self._answered(self._tracker.finish())
        self._parked.save()
        return events

    def _follow(self, seconds: float, readings: Sequence[Reading]) -> list[Event]:
        # Times of pictures and of waiting for them may cross by a little.
        self._seconds = max(self._seconds, seconds)
        events = self._answered(self._tracker.add(self._frame, self._seconds, readings))
        self._frame += 1
        if self._seconds - self._looked >= _LOOK_S:
            self._looked = self._seconds
            events += self._answered(self._tracker.standing(self._camera.answer_after))
        if self._seconds - self._noted >= _NOTE_S:
            self._noted = self._seconds
            self._note(self._tracker.given_in_sight())
            self._parked.save()
        return events

    def _answered(self, vehicles: Sequence[Vehicle]) -> list[Event]:
        new = [v for v in vehicles if not v.given and not self._parked.knows(v, *self._picture)]
        self._note(vehicles)
        events = [self._event(vehicle) for vehicle in new]
        return [event for event in events if event is not None]

    def _note(self, vehicles: Sequence[Vehicle]) -> None:
        self._parked.note(vehicles, *self._picture)

    @property
    def _picture(self) -> tuple[int, int]:
        return self._size.height, self._size.width

    def _event(self, vehicle: Vehicle) -> Event | None:
        """Return the answer about a vehicle, or None where its camera gives none."""
        camera, path = self._camera, vehicle.path
        height, width = self._picture
        zones = visited(camera.zones, path, height, width)
        way = direction(path, camera.directions or COMPASS)
        if (camera.zones and not zones) or (camera.only and way not in camera.only):
            return None
        degrees = heading(path)
        event = {
            "id": uuid.uuid4().hex,
            "camera": camera.name,
            "time": self._moment(vehicle.best),
            **describe([vehicle.reading], width, height),
            "vehicle": {
                "first": self._moment(vehicle.first),
                "last": self._moment(vehicle.last),
                "frames": vehicle.frames,
                "in_sight": vehicle.last >= self._seconds - 1,
            },
            "zones": list(zones),
            "direction": way,
            "heading": None if degrees is None else round(degrees, 1),
        }
        if self._watch is not None:
            event["watch"] = self._watch.find(vehicle.reading)
        return event

    def _moment(self, seconds: float) -> str:
        moment = datetime.fromtimestamp(self._clock(seconds), UTC)
        return moment.isoformat(timespec="milliseconds")


def wall_clock() -> Callable[[float], float]:
    """Return what makes a time of `time.monotonic` one of `time.time`; a clock that is set later changes it as well."""
    return lambda seconds: time.time() - (time.monotonic() - seconds)
