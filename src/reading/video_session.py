"""One video while it is read: its vehicles, and its annotated copy."""

from collections.abc import Iterator, Sequence

from ..common.errors import UserError
from ..inference.reader import Reading
from .answers import Answer
from .console import tell
from .copies import VideoCopy
from .cut import cut_by_edge
from .source_reader import ReadResult
from .tracker import Tracker
from .votes import Vehicle


class VideoSession:
    """Takes the frames of a video as they were read, and yields its vehicles as they leave.

    first: the first frame. A copy that cannot be written to its end is reported on stderr, and ``copied`` is then
    False.
    """

    def __init__(self, first: ReadResult, tracker: Tracker) -> None:
        self._first = first
        self._tracker = tracker
        self._found = False
        self._copy, self.copied = None, True
        item = first.item
        if item.copy is not None:
            try:
                self._copy = VideoCopy(item.copy, item.fps, first.height, first.width)
            except UserError as error:
                tell(f"error: {error}")
                self.copied = False

    def add(self, result: ReadResult) -> Iterator[Answer]:
        """Take the next frame; yield an answer for each vehicle that has left by then."""
        frame = result.item.frame
        assert frame is not None, "a video is made of frames"
        if frame.wanted:
            readings = [cut_by_edge(r, result.height, result.width) for r in result.readings]
            yield from self._answers(self._tracker.add(frame.index, frame.seconds, readings))
        if self._copy is not None:
            self._copy.add(frame.picture, self._tracker.in_sight(frame.seconds))

    def finish(self) -> Iterator[Answer]:
        """Yield an answer for each vehicle that is left, or one that there was none; close the copy."""
        if self._copy is not None:
            try:
                self._copy.close()
            except UserError as error:
                tell(f"error: {error}")
                self.copied = False
        yield from self._answers(self._tracker.finish())
        if not self._found:
            yield self._answer(())

    def drop(self, why: BaseException) -> None:
        """Remove the copy, half-written as it is, because of an error."""
        if self._copy is not None:
            self._copy.drop(why)

    def _answers(self, vehicles: Sequence[Vehicle]) -> Iterator[Answer]:
        self._found = self._found or bool(vehicles)
        return (self._answer((vehicle.reading,), vehicle) for vehicle in vehicles)

    def _answer(self, readings: tuple[Reading, ...], vehicle: Vehicle | None = None) -> Answer:
        first = self._first
        return Answer(first.item.source.path, first.width, first.height, readings, vehicle)
