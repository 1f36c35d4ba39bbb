"""Which plate of a frame is which of the frames before: by where it is, and by what it says."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from src.common.geometry import quad_iou, quad_size
from src.metrics.reading import edit_distance
from src.reading.votes import Sighting, Votes

Quad = NDArray[np.float32]

OVERLAP, REACH = 0.2, 1.5
"""A plate is where another is expected if they overlap this much (IoU). If their texts differ in no more than a third
of the characters, it is enough that their middles are no further apart than this many plate widths.
"""
SURE = 0.8
"""Confidence from which on a text is believed: two of that kind which differ in more than half of the characters are of
two vehicles, however close they are."""


class Track:
    """One plate followed from frame to frame. quad: its corners (4, 2) where it was seen last."""

    def __init__(self, sighting: Sighting) -> None:
        self.votes = Votes()
        self.votes.add(sighting)
        self.quad: Quad = sighting.reading.quad
        self._velocity = np.zeros(2, np.float32)  # pixels a second

    @property
    def text(self) -> str:
        """What most of the votes say so far."""
        return self.votes.leader().reading.text

    def expected(self, seconds: float) -> Quad:
        """Return where the corners (4, 2) should be at a time, if the plate goes on as it does."""
        return self.quad + self._velocity * np.float32(seconds - self.votes.last)

    def add(self, sighting: Sighting) -> None:
        """Go on with a later sighting."""
        passed = sighting.seconds - self.votes.last
        if passed > 0:
            moved = sighting.reading.quad.mean(axis=0) - self.quad.mean(axis=0)
            self._velocity = (moved / np.float32(passed)).astype(np.float32)
        self.quad = sighting.reading.quad
        self.votes.add(sighting)


def match(tracks: Sequence[Track], sightings: Sequence[Sighting]) -> dict[int, Track]:
    """Return which sighting of one frame (by its index) goes on with which track; each does so with one at most.

    Equal texts come first, wherever they are: two vehicles may pass each other between two frames. Then come plates in
    the place where a track is expected. Of several the nearest is taken.
    """
    pairs = []
    for t, track in enumerate(tracks):
        for s, sighting in enumerate(sightings):
            expected = track.expected(sighting.seconds)
            distance = _distance(expected, sighting.reading.quad)
            if sighting.reading.text == track.text:
                pairs.append((0, distance, t, s))
            elif _may_be(track, expected, sighting):
                pairs.append((1, distance, t, s))
    followed: dict[int, Track] = {}
    taken: set[int] = set()
    for _, _, t, s in sorted(pairs):
        if t not in taken and s not in followed:
            taken.add(t)
            followed[s] = tracks[t]
    return followed


def _may_be(track: Track, expected: Quad, sighting: Sighting) -> bool:
    """Say whether a sighting of another text may be of the plate that is expected there."""
    reading, leader = sighting.reading, track.votes.leader().reading
    length = max(len(reading.text), len(leader.text))
    edits = edit_distance(reading.text, leader.text)
    if min(reading.confidence, leader.confidence) >= SURE and 2 * edits > length:
        return False
    if max(quad_iou(expected, reading.quad), quad_iou(track.quad, reading.quad)) >= OVERLAP:
        return True
    near = _distance(expected, reading.quad) <= REACH * quad_size(reading.quad)[0]
    return near and 3 * edits <= length


def _distance(a: Quad, b: Quad) -> float:
    """Pixels between the middles of two quads."""
    return math.dist(a.mean(axis=0).tolist(), b.mean(axis=0).tolist())
