"""One camera while it is watched: it is lost and found again, its newest picture is read, its vehicles are answered."""

import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from ...common.progress import tell
from ...common.untrusted import one_line
from ...inference.reader import Reading
from .backoff import Backoff
from .channel import Frame
from .events import Event, Events
from .feed import Feed, LostError
from .settings import Camera
from .zones import black_out

Read = Callable[[np.ndarray[Any, np.dtype[np.uint8]]], list[Reading]]

# Seconds between two looks whether a vehicle is gone while no picture comes, and between two times that the same
# trouble is told.
_TICK_S, _TOLD_S = 1.0, 600.0
_FIRST_RETRY_S = 1.0


class CameraThread:
    """Watches one camera, in a thread of its own, until it is stopped or its file is over.

    read: returns the readings of a grey picture. turn: held while a picture is read, so that no more are read at once
    than there are cores. give: takes an answer. broken: whether a file could not be read to its end.
    """

    def __init__(
        self,
        camera: Camera,
        events: Events,
        read: Read,
        turn: threading.Semaphore,
        give: Callable[[Event], None],
    ) -> None:
        self.camera, self._events, self._read, self._turn = camera, events, read, turn
        self._give = give
        self._feed = Feed(camera)
        self._stop = threading.Event()
        self._backoff = Backoff(_FIRST_RETRY_S, camera.limits.retry_s, np.random.default_rng())
        self._told, self._told_at = "", 0.0
        self._since: float | None = None
        self.frames = self.connections = self.losses = self.answers = 0
        self.last_frame: float | None = None
        self.broken = False
        self._thread = threading.Thread(target=self._run, name=camera.name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end; what it has seen is answered."""
        self._stop.set()
        self._feed.stop()

    def join(self, seconds: float) -> bool:
        """Wait for its end; return whether it has ended."""
        self._thread.join(max(seconds, 0))
        return not self._thread.is_alive()

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._thread.is_alive()

    def state(self) -> dict[str, Any]:
        """Return what can be said of it, without texts of plates."""
        seen = self.last_frame
        return {
            "connected": self._since is not None,
            "frames": self.frames,
            "connections": self.connections,
            "losses": self.losses,
            "answers": self.answers,
            "seconds_since_frame": None if seen is None else round(time.monotonic() - seen, 1),
        }

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                began = time.monotonic()
                try:
                    frame = self._feed.next(_TICK_S)
                except EOFError:
                    break
                except LostError as error:
                    if not self._lost(str(error)):
                        break
                    continue
                if frame is None:
                    self._tick()
                    continue
                try:
                    self._take(frame)
                except Exception as error:  # a defect costs this picture, and this camera alone
                    if not self._lost(f"{type(error).__name__}: {one_line(error)}"):
                        break
                if self.camera.live:
                    self._stop.wait(began + 1 / self.camera.rate - time.monotonic())
        finally:
            self._feed.close()
            self._since = None
            self._answer(self._events.finish())

    def _take(self, frame: Frame) -> None:
        now = time.monotonic()
        if self._since is None:
            self._since = now
            self.connections += 1
            height, width = frame.picture.shape
            self._tell(f"connected, {width}×{height}")
        elif now - self._since > self._backoff.latest:
            self._backoff.reset()
        picture = black_out(frame.picture, self.camera.masks)
        with self._turn:
            readings = self._read(picture)
        self.frames += 1
        self.last_frame = time.monotonic()
        self._answer(self._events.add(frame.seconds, readings, *picture.shape))

    def _tick(self) -> None:
        """Answer what is gone by now, although no picture comes."""
        if self.camera.live:
            self._answer(self._events.wait(time.monotonic()))

    def _lost(self, why: str) -> bool:
        """Wait before the next attempt; return False where there is none."""
        if self._stop.is_set():
            return False
        self.losses += 1
        self._since = None
        if not self.camera.live:
            self.broken = True
            tell(f"error: camera {self.camera.name}: {why}")
            return False
        self._tell(f"{why}; trying again")
        until = time.monotonic() + self._backoff.wait()
        while (left := until - time.monotonic()) > 0 and not self._stop.wait(min(left, _TICK_S)):
            self._tick()
        return True

    def _answer(self, events: list[Event]) -> None:
        for event in events:
            self.answers += 1
            self._give(event)

    def _tell(self, text: str) -> None:
        """Tell what is new; the same trouble again only after a while."""
        now = time.monotonic()
        if text != self._told or now - self._told_at > _TOLD_S:
            self._told, self._told_at = text, now
            tell(f"camera {self.camera.name} ({self.camera.shown}): {text}")
