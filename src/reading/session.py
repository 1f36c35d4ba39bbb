"""From what was seen to what is given: an answer for each picture, and one for each vehicle of a video."""

from collections.abc import Iterator

from ..common.errors import UserError
from .answers import Answer
from .console import tell
from .film import Film
from .looks import Seen
from .narrow import Narrow
from .tracker import Tracker


class Session:
    """Takes what was seen, in its order, and keeps count.

    narrow: which readings count. broken: sources that could not be read, or not to their end, or not be copied; each
    was told on stderr. pictures, videos, plates: how many were read.
    """

    def __init__(self, narrow: Narrow) -> None:
        self._narrow = narrow
        self._film: Film | None = None
        self.broken = self.pictures = self.videos = self.plates = 0

    def take(self, seen: Seen) -> Iterator[Answer]:
        """Yield the answers that are ready by now."""
        yield from self._counted(self._answers(seen))

    def finish(self) -> Iterator[Answer]:
        """Yield the answers of a video that is broken off."""
        yield from self._counted(self._ended())

    def drop(self, why: BaseException) -> None:
        """Leave no half-written copy of a video behind, because of an error."""
        if self._film is not None:
            self._film.drop(why)

    def summary(self) -> str:
        """Return what was read, in a line."""
        counts = (
            (self.pictures, "picture"),
            (self.videos, "video"),
            (self.plates, "plate"),
            (self.broken, "problem"),
        )
        return "read: " + ", ".join(f"{n:,} {name}{'' if n == 1 else 's'}" for n, name in counts)

    def _answers(self, seen: Seen) -> Iterator[Answer]:
        look = seen.look
        if seen.problem is not None:
            self._tell(seen.problem)
        elif look.source.kind == "picture":
            self.pictures += 1
            for note in seen.notes:
                tell(f"note: {look.source.path}: {note}")
            if seen.uncopied is not None:
                self._tell(seen.uncopied)
            sure = tuple(r for r in seen.readings if r.confidence >= self._narrow.min_confidence)
            yield Answer(look.source.path, seen.width, seen.height, sure)
        elif look.frame is not None:
            yield from self._film_of(seen).add(seen)
        if look.last:
            yield from self._ended()

    def _ended(self) -> Iterator[Answer]:
        film, self._film = self._film, None
        if film is not None:
            self.videos += 1
            yield from film.finish()
            self.broken += not film.copied

    def _counted(self, answers: Iterator[Answer]) -> Iterator[Answer]:
        for answer in answers:
            self.plates += len(answer.readings)
            yield answer

    def _film_of(self, seen: Seen) -> Film:
        if self._film is None:
            tracker = Tracker(self._narrow.parse, self._narrow.min_confidence)
            self._film = Film(seen, tracker)
        return self._film

    def _tell(self, problem: UserError) -> None:
        self.broken += 1
        tell(f"error: {problem}")
