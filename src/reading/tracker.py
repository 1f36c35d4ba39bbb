"""From tracks to vehicles: each vehicle of a video is given once, when its tracks have ended."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..generators.formats.base import PlateFormat
from ..inference.reader import Reading
from .cut import doubted
from .tracks import Track, goes_on, has_fragment, match
from .votes import SURE, Sighting, Vehicle

GAP_S, GAP_FRAMES = 1.0, 3.0
"""A track ends when its plate was not read for so many seconds, or where the frames that are read lie far apart, for so
many of their distances."""
VISIT_S = 10.0
"""A text that comes back within so many seconds is the same vehicle. Two that were in sight at once are two."""
# Texts that are kept of what stands and is not sure enough to be given.
_PILES = 64


class Tracker:
    """Follows the plates of one video.

    plate_format: whose texts are known. min_confidence: that a vehicle needs to be given.
    """

    def __init__(self, plate_format: PlateFormat, min_confidence: float) -> None:
        self._format = plate_format
        self._min_confidence = min_confidence
        self._tracks: list[Track] = []
        self._visits: list[Track] = []
        self._seconds = self._step = 0.0

    def add(self, frame: int, seconds: float, readings: Sequence[Reading]) -> list[Vehicle]:
        """Take in the readings of the next frame; return the vehicles that are gone for good by then."""
        self._step, self._seconds = seconds - self._seconds, seconds
        gap = max(GAP_S, GAP_FRAMES * self._step)
        self._end([track for track in self._tracks if seconds - track.votes.last > gap])
        sightings = [Sighting(frame, seconds, doubted(reading)) for reading in readings]
        followed = match(self._tracks, sightings)
        for index, sighting in enumerate(sightings):
            if index in followed:
                followed[index].add(sighting)
            elif not any(has_fragment(track, sighting) for track in self._tracks):
                self._tracks.append(Track(sighting))
        over = [visit for visit in self._visits if seconds - visit.votes.last > VISIT_S]
        # What is in sight again may yet turn out to be the same visit.
        return self._leave(
            [v for v in over if not any(self._is_same(v, track) for track in self._tracks)]
        )

    def standing(self, after: float) -> list[Vehicle]:
        """Return the vehicles that were seen first ``after`` seconds ago or more and were not given yet.

        For cameras, before which a vehicle may stand for days. When one of them leaves, `add` and `finish` return it
        once more, as it was given but for its times and path, with ``given``.
        """
        found = []
        for track in (*self._tracks, *self._visits):
            if track not in self._tracks and track not in self._visits:
                continue  # it is one with another by now
            earlier = [v for v in self._visits if v is not track and self._is_same(v, track)]
            first = min(one.votes.first for one in (track, *earlier))
            if track.given or self._seconds - first < after:
                continue
            known = any(visit.given for visit in earlier)
            for visit in earlier:
                self._visits.remove(visit)
                track.merge(visit)
            if known:
                continue
            vehicle = self._vehicle(track)
            if self._is_kept(vehicle):
                track.given = True
                found.append(vehicle)
            else:
                track.votes.prune(_PILES)
        return found

    def given_in_sight(self) -> list[Vehicle]:
        """Return the vehicles that `standing` has given and that are still there."""
        return [self._vehicle(track) for track in (*self._tracks, *self._visits) if track.given]

    def finish(self) -> list[Vehicle]:
        """Return the vehicles that are left when the video ends."""
        self._end(list(self._tracks))
        return self._leave(list(self._visits))

    def in_sight(self, seconds: float) -> Iterator[tuple[NDArray[np.float32], Reading]]:
        """Yield where plates that were just read should be at a time (4, 2), and the reading that leads for each."""
        for track in self._tracks:
            if track.votes.last >= self._seconds:
                yield track.expected(seconds), track.votes.leader().reading

    def _end(self, tracks: Sequence[Track]) -> None:
        """Close tracks: each belongs to an earlier visit of the same vehicle, or is one of its own."""
        for track in tracks:
            self._tracks.remove(track)
            for visit in self._visits:
                if self._is_same(visit, track):
                    visit.merge(track)
                    break
            else:
                self._visits.append(track)

    def _is_same(self, visit: Track, track: Track) -> bool:
        """Return whether a vehicle that was in sight before or after another is that one."""
        earlier, later = sorted((visit, track), key=lambda one: one.votes.first)
        if not 0 < later.votes.first - earlier.votes.last <= VISIT_S:
            return False
        seen = not (earlier.votes.partial or later.votes.partial)
        return (seen and self._text(earlier) == self._text(later)) or goes_on(earlier, later)

    def _leave(self, visits: Sequence[Track]) -> list[Vehicle]:
        """Forget visits that are over, and return the vehicles that they were, the first first."""
        vehicles = [self._vehicle(visit) for visit in visits]
        self._visits = [visit for visit in self._visits if visit not in visits]
        kept = [vehicle for vehicle in vehicles if self._is_kept(vehicle)]
        return sorted(kept, key=lambda vehicle: (vehicle.first, vehicle.reading.text))

    def _is_kept(self, vehicle: Vehicle) -> bool:
        """Return whether a vehicle is believed: what is read in a single frame has to be sure."""
        if vehicle.given:
            return True
        least = max(self._min_confidence, SURE if vehicle.frames == 1 else 0.0)
        return vehicle.reading.confidence >= least

    def _vehicle(self, track: Track) -> Vehicle:
        decided = track.votes.decide(self._format)
        return replace(decided, path=track.path.places(), given=track.given)

    def _text(self, track: Track) -> str:
        return track.votes.decide(self._format).reading.text
