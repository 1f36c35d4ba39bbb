"""From sources to readings: pictures and frames are read by all cores, and come in order."""

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ..common.errors import UserError
from ..datasets.decode import read_picture
from ..inference.reader import Reading
from .copies import Copies, save_picture
from .parallel import in_order
from .sources import Source
from .video import Frame, Video

Picture = NDArray[np.uint8]
Read = Callable[[Picture], list[Reading]]


@dataclass(frozen=True)
class SourceItem:
    """One thing to read: a picture, whose file is not decoded yet, or a frame of a video.

    copy: where the annotated copy of the source goes, if there is to be one. fps: of the video. last: nothing more
    comes of this source; so for pictures. problem: why there is nothing to read, or nothing more.
    """

    source: Source
    copy: Path | None = None
    frame: Frame | None = None
    fps: float = 0.0
    last: bool = True
    problem: UserError | None = None


@dataclass(frozen=True)
class ReadResult:
    """What an item says: its readings, the surest first; height and width of its picture in pixels, or 0 without one.

    problem: why nothing was read. notes: what is to be said of a picture that was. uncopied: why it has no copy.
    """

    item: SourceItem
    readings: tuple[Reading, ...] = ()
    height: int = 0
    width: int = 0
    problem: UserError | None = None
    notes: tuple[str, ...] = ()
    uncopied: UserError | None = None


@dataclass(frozen=True)
class SourceReader:
    """How sources are read.

    read: returns what a grey picture (H, W) says; several threads call it. threads: how many. every: read
    each n-th frame of a video; None: about `FRAMES_PER_SECOND`. copies: where annotated copies go, or None.
    """

    read: Read
    threads: int
    every: int | None = None
    copies: Copies | None = None

    def results(self, sources: Iterable[Source]) -> Generator[ReadResult, None, None]:
        """Yield what is read in each picture and frame, in their order; copies of pictures are written on the way.

        Of videos that are copied, the frames between those that are read come as well, unread. An unreadable source and
        a copy that cannot be written are reported in the result, not raised.
        """
        items = (item for source in sources for item in self._items(source))
        yield from in_order(self._read_item, items, self.threads)

    def count(self, sources: Iterable[Source]) -> int:
        """Return about how many items there will be; a camera counts for one, as nobody knows when it ends."""
        return sum(self._count(source) for source in sources)

    def _count(self, source: Source) -> int:
        if source.kind != "video" or source.problem is not None:
            return 1
        try:
            with Video(source) as video:
                step = 1 if self.copies else video.step(self.every)
                return 1 + video.frame_count // step
        except UserError:  # reported when this source is read
            return 1

    def _items(self, source: Source) -> Iterator[SourceItem]:
        copy = self.copies.claim(source) if self.copies and source.problem is None else None
        if source.kind == "picture" or source.problem is not None:
            yield SourceItem(source, copy, problem=source.problem)
            return
        try:
            with Video(source) as video:
                for frame in video.frames(self.every, whole=copy is not None):
                    yield SourceItem(source, copy, frame, video.fps, last=False)
            yield SourceItem(source, copy)
        except UserError as error:
            yield SourceItem(source, copy, problem=error)

    def _read_item(self, item: SourceItem) -> ReadResult:
        if item.problem is not None:
            return ReadResult(item, problem=item.problem)
        if item.source.kind == "picture":
            return self._read_picture(item)
        if item.frame is None:
            return ReadResult(item)
        picture = item.frame.picture
        readings: tuple[Reading, ...] = ()
        if item.frame.wanted:
            grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
            readings = tuple(self.read(grey))
        return ReadResult(item, readings, *picture.shape[:2])

    def _read_picture(self, item: SourceItem) -> ReadResult:
        notes: list[str] = []
        try:
            grey = read_picture(item.source.path, notes.append)
        except UserError as error:
            return ReadResult(item, problem=error)
        readings, uncopied = tuple(self.read(grey)), None
        if item.copy is not None:
            try:
                save_picture(item.copy, item.source.path, grey, readings)
            except UserError as error:
                uncopied = error
        height, width = grey.shape
        return ReadResult(item, readings, height, width, None, tuple(notes), uncopied)
