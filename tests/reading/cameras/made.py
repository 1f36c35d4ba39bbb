"""Settings, cameras and vehicles that are made up."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from src.reading.cameras.secrets import Secret
from src.reading.cameras.settings import Camera, Limits
from src.reading.narrow import Narrow
from src.reading.path import Place
from src.reading.votes import Vehicle
from tests.reading import made

# Long enough for a machine that is busy with all tests at once.
PATIENCE_S = 60.0


def camera(source: str = "http://camera/stream", **changed: Any) -> Camera:
    """A camera by HTTP, or what is changed of it, with limits that tests can wait for."""
    limits = Limits(connect_s=5, stall_s=5, retry_s=0.2)
    values = {
        "name": "gate",
        "kind": "http",
        "source": Secret(source),
        "limits": limits,
        "rate": 30,
    }
    return Camera(**{**values, **changed})


def narrow() -> Narrow:
    """What counts of `made.reader`, which reads how bright a picture is."""
    return Narrow(made.reader(), made.SWISS, only_known=False, min_confidence=0.4)


def grey(level: int) -> NDArray[np.uint8]:
    """A picture of one grey: 200 is ZH10, 220 is ZH11."""
    return np.full((48, 64), level, np.uint8)


def jpeg(level: int) -> bytes:
    """The same as a JPEG file."""
    return cv2.imencode(".jpg", cv2.cvtColor(grey(level), cv2.COLOR_GRAY2BGR))[1].tobytes()


def vehicle(
    text: str = "ZH42",
    places: Sequence[tuple[float, float, float]] = ((100, 100, 80),),
    given: bool = False,
    confidence: float = 0.9,
    first: float = 0.0,
) -> Vehicle:
    """A vehicle with a way of (x, y, width), one place a second."""
    path = tuple(Place(first + n, *place) for n, place in enumerate(places))
    last = path[-1].seconds
    return Vehicle(made.reading(text, confidence), first, last, len(path), 0, first, path, given)


def wait_for(what: Callable[[], object], seconds: float = PATIENCE_S) -> None:
    """Wait until something is so; fails when it never is."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.01)


def write(path: Path, text: str) -> Path:
    """Write a file; return its path."""
    path.write_text(text, encoding="utf-8")
    return path
