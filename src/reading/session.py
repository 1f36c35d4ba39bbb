"""From what was read to what is given: an answer for each picture, and one for each vehicle of a video."""

from collections.abc import Iterator

from ..common.errors import UserError
from .answers import Answer
from .console import tell
from .narrow import Narrow
from .source_reader import ReadResult
from .tracker import Tracker
from .video_session import VideoSession


class Session:
    """Takes what was read, in its order, and keeps count.

    narrow: which readings count. broken: sources that could not be read, or not to their end, or not be copied; each
    was reported on stderr. pictures, videos, plates: how many were read.
    """

    def __init__(self, narrow: Narrow) -> None:
        self._narrow = narrow
        self._video: VideoSession | None = None
        self.broken = self.pictures = self.videos = self.plates = 0

    def take(self, result: ReadResult) -> Iterator[Answer]:
        """Yield the answers that are ready by now."""
        yield from self._counted(self._answers(result))

    def finish(self) -> Iterator[Answer]:
        """Yield the answers of a video that is broken off."""
        yield from self._counted(self._ended())

    def drop(self, why: BaseException) -> None:
        """Leave no half-written copy of a video behind, because of an error."""
        if self._video is not None:
            self._video.drop(why)

    def summary(self) -> str:
        """Return what was read, in a line."""
        counts = (
            (self.pictures, "picture"),
            (self.videos, "video"),
            (self.plates, "plate"),
            (self.broken, "problem"),
        )
        return "read: " + ", ".join(f"{n:,} {name}{'' if n == 1 else 's'}" for n, name in counts)

    def _answers(self, result: ReadResult) -> Iterator[Answer]:
        item = result.item
        if result.problem is not None:
            self._tell(result.problem)
        elif item.source.kind == "picture":
            self.pictures += 1
            for note in result.notes:
                tell(f"note: {item.source.path}: {note}")
            if result.uncopied is not None:
                self._tell(result.uncopied)
            sure = tuple(r for r in result.readings if r.confidence >= self._narrow.min_confidence)
            yield Answer(item.source.path, result.width, result.height, sure)
        elif item.frame is not None:
            yield from self._video_of(result).add(result)
        if item.last:
            yield from self._ended()

    def _ended(self) -> Iterator[Answer]:
        video, self._video = self._video, None
        if video is not None:
            self.videos += 1
            yield from video.finish()
            self.broken += not video.copied

    def _counted(self, answers: Iterator[Answer]) -> Iterator[Answer]:
        for answer in answers:
            self.plates += len(answer.readings)
            yield answer

    def _video_of(self, result: ReadResult) -> VideoSession:
        if self._video is None:
            tracker = Tracker(self._narrow.plate_format, self._narrow.min_confidence)
            self._video = VideoSession(result, tracker)
        return self._video

    def _tell(self, problem: UserError) -> None:
        self.broken += 1
        tell(f"error: {problem}")
