"""Tracking plates from frame to frame, by position and by text."""

import math
from collections.abc import Sequence
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from ..common.geometry import quad_area, quad_cover, quad_iou, quad_size
from ..inference.reader import Reading
from ..metrics.reading import edit_distance
from .cut import foreign_to, is_rest_of
from .path import Path
from .votes import SURE, Sighting, Votes

Quad = NDArray[np.float32]

OVERLAP, REACH = 0.2, 1.5
"""A plate is where another is expected if they overlap this much (IoU). If their texts differ in no more than a third
of the characters, it is enough that their middles are no further apart than this many plate widths.
"""
COVER = 0.5
"""A part of a plate is where the whole one is expected if that covers this share of it."""
FOREIGN = 1 / 3
"""Share of its characters that a part may not have in common with the whole text, where its place does not decide."""


class Track:
    """One plate followed from frame to frame.

    quad: its corners (4, 2) where it was seen last, all of it or a part. began: where it was seen first. path: where it
    was in between. given: its vehicle was given already: further sightings have no vote, so that what is parked for
    days takes no more memory than what passes.
    """

    def __init__(self, sighting: Sighting) -> None:
        self.votes = Votes()
        self.votes.add(sighting)
        self.path = Path(sighting.seconds, sighting.reading.quad)
        self.given = False
        self._reading = sighting.reading
        self.began = self.quad
        # Where all of the plate was when it was seen last, as far as that is known.
        self._whole: Quad = self.quad
        self._velocity = np.zeros(2, np.float32)  # pixels a second

    @property
    def quad(self) -> Quad:
        return self._reading.quad

    @property
    def text(self) -> str:
        """What most of the votes say so far."""
        return self.leader.text

    @property
    def leader(self) -> Reading:
        """The best reading of that text."""
        return self.votes.leader().reading

    def expected(self, seconds: float) -> Quad:
        """Return where the corners (4, 2) of what was seen last should be at a time, if it goes on as it does."""
        return self.quad + self._moves(seconds)

    def whole(self, seconds: float) -> Quad:
        """Return where the corners (4, 2) of the whole plate should be at a time, also beyond the picture's edge."""
        return self._whole + self._moves(seconds)

    def add(self, sighting: Sighting) -> None:
        """Go on with a later sighting."""
        reading, passed = sighting.reading, sighting.seconds - self.votes.last
        moved = _moved(self._reading, reading)
        cut = reading.partial or is_rest_of(reading, self.leader)
        if cut and quad_area(reading.quad) < quad_area(self._whole):
            self._whole = self._whole + moved
        else:
            self._whole = reading.quad
        if passed > 0:
            self._velocity = (moved / np.float32(passed)).astype(np.float32)
        self._reading = reading
        self.path.add(sighting.seconds, reading.quad)
        if self.given:
            self.votes.count(sighting.seconds, sighting.seconds, 1)
        else:
            self.votes.add(sighting)

    def merge(self, other: "Track") -> None:
        """Take in another track of the same vehicle, from before this one began or after it had ended."""
        if other.votes.first > self.votes.last:
            self._reading, self._whole, self._velocity = (
                other._reading,
                other._whole,
                other._velocity,
            )
        else:
            self.began = other.began
        self.path.merge(other.path)
        if self.given:
            self.votes.count(other.votes.first, other.votes.last, other.votes.frames)
        elif other.given:
            # What was given stands, whatever the later one says.
            seen, self.votes, self.given = self.votes, other.votes, True
            self.votes.count(seen.first, seen.last, seen.frames)
        else:
            self.votes.merge(other.votes)

    def _moves(self, seconds: float) -> NDArray[np.float32]:
        return self._velocity * np.float32(seconds - self.votes.last)


def has_fragment(track: Track, sighting: Sighting) -> bool:
    """Return whether a sighting is a piece of a plate that is tracked already: a post before it leaves two."""
    reading, leader = sighting.reading, track.leader
    part = reading.partial or is_rest_of(reading, leader)
    if not part or foreign_to(leader.text, reading.text):
        return False
    return quad_cover(track.whole(sighting.seconds), reading.quad) >= COVER


def goes_on(earlier: Track, later: Track) -> bool:
    """Return whether a track is of the same vehicle as one that had ended before, although their texts differ.

    It is if one has seen only a part of what the other read, and it lies on the way that the earlier one was going.
    """
    if not _fit(earlier.leader, later.leader):
        return False
    last = earlier.whole(earlier.votes.last)
    end = last.mean(axis=0)
    ahead = earlier.whole(later.votes.first).mean(axis=0) - end
    there = later.began.mean(axis=0) - end
    length = float(ahead @ ahead)
    share = min(max(float(there @ ahead) / length, 0.0), 1.0) if length > 0 else 0.0
    reach = REACH * max(quad_size(last)[0], quad_size(later.began)[0])
    return float(np.linalg.norm(there - share * ahead)) <= reach


def match(tracks: Sequence[Track], sightings: Sequence[Sighting]) -> dict[int, Track]:
    """Assign the sightings of one frame (by index) to tracks, each to one at most.

    Equal whole texts come first, wherever they are: two vehicles may pass each other between two frames. Then come
    plates in the place where a track is expected. Of several the nearest is taken.
    """
    pairs = []
    for t, track in enumerate(tracks):
        for s, sighting in enumerate(sightings):
            expected = track.expected(sighting.seconds)
            distance = _distance(expected, sighting.reading.quad)
            if _says_the_same(track.leader, sighting.reading):
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


def _says_the_same(a: Reading, b: Reading) -> bool:
    """Return whether two readings have the same text, and neither is of a part: that may be of any other plate too."""
    return a.text == b.text and not (a.partial or b.partial)


def _may_be(track: Track, expected: Quad, sighting: Sighting) -> bool:
    """Return whether a sighting of another text, or of a part, may be of the plate that is expected there."""
    reading, leader = sighting.reading, track.leader
    overlap = max(quad_iou(expected, reading.quad), quad_iou(track.quad, reading.quad))
    if _is_cut(reading, leader):
        whole = track.whole(sighting.seconds)
        if overlap >= OVERLAP or quad_cover(whole, reading.quad) >= COVER:
            return True
        width = max(quad_size(whole)[0], quad_size(reading.quad)[0])
        return _fit(reading, leader) and _distance(whole, reading.quad) <= REACH * width
    length = max(len(reading.text), len(leader.text))
    edits = edit_distance(reading.text, leader.text)
    if min(reading.confidence, leader.confidence) >= SURE and 2 * edits > length:
        return False
    near = _distance(expected, reading.quad) <= REACH * quad_size(reading.quad)[0]
    return overlap >= OVERLAP or (near and 3 * edits <= length)


def _is_cut(a: Reading, b: Reading) -> bool:
    """Return whether one of two readings is of a part of a plate that the other may show whole."""
    return a.partial or b.partial or is_rest_of(a, b) or is_rest_of(b, a)


def _fit(a: Reading, b: Reading) -> bool:
    """Return whether one of two readings may be of a part of the plate of the other, by what they say."""
    part, whole = sorted((a, b), key=lambda reading: (len(reading.text), not reading.partial))
    if not (part.partial or is_rest_of(part, whole)):
        return False
    return foreign_to(whole.text, part.text) <= FOREIGN * len(part.text)


def _moved(before: Reading, after: Reading) -> NDArray[np.float32]:
    """Return how far a plate has moved between two readings, in pixels (x, y).

    Where one says less than the other, the plate may be cut: then by that end which both show.
    """
    corners = [0, 1, 2, 3]
    if len(before.text) != len(after.text):
        left = _shared(before.text, after.text)
        right = _shared(before.text[::-1], after.text[::-1])
        if left != right:
            corners = [0, 3] if left > right else [1, 2]
    moved = after.quad[corners].mean(axis=0) - before.quad[corners].mean(axis=0)
    return np.asarray(moved, np.float32)


def _shared(a: str, b: str) -> int:
    """Return how many characters two texts begin with alike."""
    pairs = zip(a, b, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _distance(a: Quad, b: Quad) -> float:
    """Pixels between the middles of two quads."""
    return math.dist(a.mean(axis=0).tolist(), b.mean(axis=0).tolist())
