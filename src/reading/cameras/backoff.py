"""Waiting between attempts: twice as long each time, up to a longest time, and never all at the same moment."""

import numpy as np


class Backoff:
    """Times to wait. first_s, most_s: the first and the longest one, in seconds. rng: what each is shortened by."""

    def __init__(self, first_s: float, most_s: float, rng: np.random.Generator) -> None:
        self._first, self._most, self._rng = min(first_s, most_s), most_s, rng
        self._next = self._first

    def wait(self) -> float:
        """Return how long to wait now, in seconds: from a half of its turn's time to all of it."""
        now, self._next = self._next, min(2 * self._next, self._most)
        return now * float(self._rng.uniform(0.5, 1))

    def reset(self) -> None:
        """Begin again with the first time: it went well for long enough."""
        self._next = self._first

    @property
    def latest(self) -> float:
        """The longest that the next wait can be."""
        return self._next
