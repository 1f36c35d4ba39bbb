"""Watching all cameras until a signal, and the exit code that results."""

import fcntl
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType

from ...bundle.bundle import Bundle
from ...common.errors import EXIT_INTERRUPTED, EXIT_USER_ERROR, UserError
from ...common.progress import tell
from ...common.workers import available_cores
from ...inference.rotation import rotated
from ..console import nobody_reads
from ..narrow import Narrow
from .camera import CameraThread
from .confusions import Costs, known_confusions
from .events import Events, wall_clock
from .outlets import Outlets
from .parked import Parked
from .settings import Camera, Settings
from .watch import WatchList

# Seconds that cameras have to end, that answers are sent for after that, and between two notes of how it goes.
_END_S, _SEND_S, _STATE_S = 5.0, 3.0, 10.0


def watch_cameras(settings: Settings, bundle: Bundle, narrow: Narrow) -> int:
    """Watch all cameras, and give answers, until SIGTERM or SIGINT, or until all of them were files and are over.

    narrow: which readings count.

    Returns 0; 1 when a file could not be read, or an answer is lost; 130 after Ctrl-C; 141 when nobody reads standard
    output any more. Raises UserError where the state folder, an outlet or the watch list cannot be used.
    """
    with _locked(settings.state):
        watch = None
        if settings.watch is not None:
            costs = Costs(known_confusions(bundle, settings.state))
            watch = WatchList(settings.watch.file, costs, settings.watch.distance)
        return _Run(settings, narrow, watch).run()


class _Run:
    def __init__(self, settings: Settings, narrow: Narrow, watch: WatchList | None) -> None:
        self._settings = settings
        self._ended = threading.Event()
        self._error: Exception | None = None
        self._outlets = Outlets(settings, self._stdout_failed)
        turn = threading.Semaphore(available_cores())
        self._cameras = []
        for camera in settings.cameras:
            counting = narrow
            if camera.min_confidence is not None:
                counting = replace(narrow, min_confidence=camera.min_confidence)
            # A file that is read again has the same vehicles again.
            kept = settings.state / f"parked-{camera.name}.json" if camera.live else None
            clock = _clock(camera)
            parked = Parked(kept, camera.parked_s, clock)
            events = Events(camera, counting, parked, watch, clock)
            read = rotated(counting.read, camera.rotate)
            self._cameras.append(CameraThread(camera, events, read, turn, self._outlets.give))

    def run(self) -> int:
        """Return the exit code."""
        began, noted = time.monotonic(), 0.0
        with _on_signal(self._ended) as received:
            for camera in self._cameras:
                camera.start()
            while any(camera.running for camera in self._cameras) and not self._ended.wait(0.2):
                if time.monotonic() - noted >= _STATE_S:
                    noted = time.monotonic()
                    self._note(began)
            lost = self._end()
        self._note(began)
        tell(self._summary(time.monotonic() - began))
        if isinstance(self._error, BrokenPipeError):
            return nobody_reads()
        if lost:
            tell(f"error: {lost:,} answers could not be written anywhere")
        if self._error is not None:
            tell(f"error: {self._error}")
        if lost or self._error is not None or any(camera.broken for camera in self._cameras):
            return EXIT_USER_ERROR
        return EXIT_INTERRUPTED if signal.SIGINT in received else 0

    def _end(self) -> int:
        """End all cameras, have their last answers sent; return how many are lost."""
        for camera in self._cameras:
            camera.stop()
        deadline = time.monotonic() + _END_S
        for camera in self._cameras:
            if not camera.join(deadline - time.monotonic()):
                tell(f"error: camera {camera.camera.name} does not end, and is left")
        return self._outlets.close(_SEND_S)

    def _stdout_failed(self, error: Exception) -> None:
        self._error = error
        self._ended.set()

    def _note(self, began: float) -> None:
        """Write how it goes into the state folder, for who watches over it."""
        content = {
            "time": time.time(),
            "seconds": round(time.monotonic() - began, 1),
            "cameras": {camera.camera.name: camera.state() for camera in self._cameras},
            "outputs": self._outlets.state(),
        }
        path = self._settings.state / "status.json"
        try:
            # Not flushed to the disk, which may take its time: a signal waits for this.
            partial = path.with_suffix(".partial")
            partial.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
            partial.replace(path)
        except OSError as error:
            tell(f"note: status.json is not written ({error})")

    def _summary(self, seconds: float) -> str:
        frames = sum(camera.frames for camera in self._cameras)
        losses = sum(camera.losses for camera in self._cameras)
        return (
            f"watched: {len(self._cameras)} cameras, {frames:,} pictures in {seconds:,.0f} s, "
            f"{self._outlets.answers:,} answers, {losses:,} times lost"
        )


def _clock(camera: Camera) -> Callable[[float], float]:
    """Return what makes a time of a camera's pictures one of `time.time`; a file begins now."""
    if camera.live:
        return wall_clock()
    began = time.time()
    return lambda seconds: began + seconds


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Have the state folder for this process alone: two would send everything twice."""
    try:
        folder.mkdir(0o700, parents=True, exist_ok=True)  # it holds texts of plates
        handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    except OSError as error:
        raise UserError(
            f"{folder} cannot be used ({error.strerror}): name a folder that can be written (state: in the file)"
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UserError(
                f"{folder} is in use by another process: end that, or give this one a state folder of its own"
            ) from error
        yield
    finally:
        os.close(handle)


@contextmanager
def _on_signal(ended: threading.Event) -> Iterator[set[int]]:
    """Set an event at the first SIGTERM or SIGINT; a second one acts as usual. Yield the signals that came."""
    received: set[int] = set()
    usual = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def note(number: int, frame: FrameType | None) -> None:
        received.add(number)
        ended.set()
        for each, handler in usual.items():
            signal.signal(each, handler)

    for number in usual:
        signal.signal(number, note)
    try:
        yield received
    finally:
        for each, handler in usual.items():
            signal.signal(each, handler)
