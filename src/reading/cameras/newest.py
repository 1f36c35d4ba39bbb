"""A thread that takes in all that a camera sends, and keeps the newest of it: what nobody asks for in time is lost."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from .pictures import SourceError

T = TypeVar("T")


class Newest(Generic[T]):
    """A place for one thing, between a thread that puts and one that takes.

    fill: called in a thread of its own; puts what comes until it raises, or returns where nothing more comes.
    """

    def __init__(self, fill: "Callable[[Newest[T]], None]") -> None:
        self._changed = threading.Condition()
        self._thing: T | None = None
        self._error: Exception | None = None
        self._stopped = False
        self._asked = False
        threading.Thread(target=self._fill, args=(fill,), daemon=True).start()

    @property
    def asked(self) -> bool:
        """Whether somebody waits: what is costly to make need not be made before."""
        return self._asked

    @property
    def stopped(self) -> bool:
        """Whether nothing more is wanted."""
        return self._stopped

    def put(self, thing: T) -> None:
        """Put a thing there in place of the one before."""
        with self._changed:
            self._thing = thing
            self._changed.notify()

    def discard(self) -> None:
        """Forget what is there."""
        with self._changed:
            self._thing = None

    def take(self, deadline: float) -> T:
        """Return the newest thing, of which each is given once.

        Raises SourceError where none comes until a time of `time.monotonic`, and what the filling thread raised.
        """
        with self._changed:
            self._asked = True
            try:
                self._changed.wait_for(
                    lambda: self._thing is not None or self._error is not None,
                    max(deadline - time.monotonic(), 0),
                )
            finally:
                self._asked = False
            thing, self._thing = self._thing, None
            if thing is not None:
                return thing
            raise self._error or SourceError("no picture came in time")

    def stop(self) -> None:
        """Have the thread end as soon as it looks."""
        self._stopped = True

    def _fill(self, fill: "Callable[[Newest[T]], None]") -> None:
        error: Exception = SourceError("the stream ended")
        try:
            fill(self)
        except Exception as raised:  # it is the taking thread that reports it
            error = raised
        with self._changed:
            self._error = error
            self._changed.notify()
