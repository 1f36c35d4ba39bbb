"""The frames of a video file or of a camera, one after the other, by OpenCV."""

import math
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import cv2
import numpy as np
from numpy.typing import NDArray

from ..common.errors import UserError
from ..datasets.decode import MAX_PIXELS
from .sources import Source

Picture = NDArray[np.uint8]

FRAMES_PER_SECOND = 10.0
"""Frames that are read of each second, unless the user says otherwise: a passing car is seen ten times or more."""
_USUAL_FPS, _MAX_FPS = 25.0, 1000.0
_LEAST_SHARE = 0.9
"""A video that ends before this share of the frames that it says it has is damaged."""

# A file with a video's name may be a list of other files and addresses, which must not be opened.
_ONLY_VIDEOS = "protocol_whitelist;file|format_whitelist;mov,avi,matroska,webm"


@dataclass(frozen=True)
class Frame:
    """One frame of a video: its number from 0, its time in seconds, BGR uint8 (H, W, 3), and whether to read it."""

    index: int
    seconds: float
    picture: Picture
    wanted: bool


class Video:
    """A video file or a camera that is open. Use it as a context manager.

    fps: frames a second, as the file or the camera says, else the usual 25. frame_count: as the file says; 0 where it
    says nothing, and for cameras.

    Raises UserError when it cannot be opened or its frames are too large.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._camera = source.kind == "camera"
        quieten()
        if self._camera:
            self._capture = cv2.VideoCapture(int(str(source.path)))
        else:
            self._capture = cv2.VideoCapture(opencv_name(source.path), cv2.CAP_FFMPEG)
        if not self._capture.isOpened():
            raise self._unreadable()
        fps = self._capture.get(cv2.CAP_PROP_FPS)
        self.fps = fps if math.isfinite(fps) and 0 < fps <= _MAX_FPS else _USUAL_FPS
        count = self._capture.get(cv2.CAP_PROP_FRAME_COUNT)
        usable = not self._camera and math.isfinite(count) and 0 < count < 1e9
        self.frame_count = int(count) if usable else 0
        width, height = (
            self._capture.get(key) for key in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)
        )
        if width * height > MAX_PIXELS:
            self._capture.release()
            limit = MAX_PIXELS // 10**6
            raise UserError(
                f"{source.path}: frames of {width:.0f}x{height:.0f} are over the limit of {limit} megapixels"
            )

    def __enter__(self) -> "Video":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._capture.release()

    def step(self, every: int | None) -> int:
        """Return n where each n-th frame is read: ``every``, or what gives about `FRAMES_PER_SECOND`."""
        return every or max(1, round(self.fps / FRAMES_PER_SECOND))

    def frames(self, every: int | None, whole: bool) -> Iterator[Frame]:
        """Yield the frames that are to be read, and with ``whole`` those between, which are not wanted.

        A camera's frames never end. Raises UserError, after the frames that there are, when a file has none or far
        fewer than it says.
        """
        step, start, last, index = self.step(every), time.monotonic(), 0.0, 0
        while self._capture.grab():
            wanted = index % step == 0
            if wanted or whole:
                ok, picture = self._capture.retrieve()
                if not ok:
                    break
                # Files repeat times or leave them out; never backwards, or tracks would end before they begin.
                last = max(last, self._seconds(index, start))
                yield Frame(index, last, _three_channels(picture), wanted)
            index += 1
        if self._camera:
            raise UserError(f"camera {self._source.path} gives no more frames: is it still there?")
        if index == 0:
            raise self._unreadable()
        if index < _LEAST_SHARE * self.frame_count:
            raise UserError(
                f"{self._source.path}: ends after {index} of {self.frame_count} frames; it was cut off or is damaged"
            )

    def _seconds(self, index: int, start: float) -> float:
        if self._camera:
            return time.monotonic() - start
        stamp = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        return stamp if math.isfinite(stamp) and stamp > 0 else index / self.fps

    def _unreadable(self) -> UserError:
        if self._camera:
            return UserError(f"camera {self._source.path} does not open: is it there and free?")
        return UserError(
            f"{self._source.path}: cannot be read as a video; save it again as MP4, or remove it"
        )


def opencv_name(path: Path) -> str:
    """Return a video's path as OpenCV takes it; raises UserError for a name that is no UTF-8, which would crash it."""
    # Absolute, because OpenCV takes a file called concat:x for a protocol.
    name = str(path.absolute())
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise UserError(
            f"{path}: OpenCV opens no video whose name is not UTF-8; rename it"
        ) from error
    return name


def _three_channels(picture: cv2.typing.MatLike) -> Picture:
    """Return a frame as BGR: some cameras give grey."""
    if picture.ndim == 2 or picture.shape[2] == 1:
        picture = cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)
    return np.asarray(picture, np.uint8)


def quieten() -> None:
    """Keep OpenCV and FFmpeg from writing to stderr: an unreadable file is reported in one line of our own."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    os.environ.setdefault("OPENCV_FFMPEG_CAPTURE_OPTIONS", _ONLY_VIDEOS)
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
