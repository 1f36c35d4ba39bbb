"""Annotated copies of what was read: pictures as JPEG, videos as MP4."""

import errno
import glob
from collections.abc import Iterable
from contextlib import suppress
from itertools import takewhile
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ..common.errors import UserError
from ..common.files import atomic_path
from ..datasets.decode import read_colours
from ..inference.reader import Reading
from ..pictures.draw import PREDICTION, draw_reading
from .sources import Source
from .video import opencv_name

Picture = NDArray[np.uint8]
Plate = tuple[NDArray[np.float32], Reading]
"""What is drawn: corners (4, 2) in pixels, and what is read there."""

_QUALITY = 92
_CODEC = "mp4v"  # the one that OpenCV's own wheels can write


def check_folder(folder: Path, names: Iterable[str]) -> None:
    """Make a folder for copies; raise UserError when that cannot be, or when copies could overwrite what is read."""
    for name in names:
        # Of a glob, what stands before the first wildcard.
        parts = takewhile(lambda part: not glob.has_magic(part), Path(name).parts)
        fixed = Path(*parts) if not Path(name).exists() else Path(name)
        if fixed.resolve().is_relative_to(folder.resolve()) and (fixed.exists()):
            raise UserError(
                f"--out {folder} holds what is to be read ({name}): choose a folder of its own"
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error


class Copies:
    """A folder for annotated copies, each where its original lies in what was named."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken: set[str] = set()

    def claim(self, source: Source) -> Path:
        """Return where the copy of a source goes: one place for each, also where originals have the same name."""
        suffix = ".jpg" if source.kind == "picture" else ".mp4"
        plain = self._folder / source.copy.with_name(f"{source.copy.stem}{suffix}")
        target, number = plain, 1
        while str(target).casefold() in self._taken:
            number += 1
            target = plain.with_name(f"{plain.stem}-{number}{suffix}")
        self._taken.add(str(target).casefold())
        return target


def save_picture(target: Path, original: Path, grey: Picture, readings: Iterable[Reading]) -> None:
    """Write a copy of a picture, in its colours, with its readings drawn over it.

    grey: the same picture (H, W), which is drawn on where its colours cannot be had. Raises UserError when it cannot
    be written.
    """
    picture = _coloured(original, grey)
    _draw(picture, ((r.quad, r) for r in readings))
    content = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()
    try:
        with atomic_path(target) as partial:
            partial.write_bytes(content)
    except OSError as error:
        raise _unwritable(target, error) from error


class VideoCopy:
    """The annotated copy of one video: written frame by frame, and in its place once it is closed.

    target: .mp4. fps: frames a second. height, width: of all frames, in pixels.

    Raises UserError when it cannot be written, as where OpenCV was built without the codec.
    """

    def __init__(self, target: Path, fps: float, height: int, width: int) -> None:
        opencv_name(target)
        self._target, self._size, self._frames = target, (width, height), 0
        self._file = atomic_path(target)
        try:
            self._partial = self._file.__enter__()
            self._partial.touch()  # OpenCV does not say why it cannot
        except OSError as error:
            with suppress(OSError):  # a name that cannot be written cannot be removed
                self._file.__exit__(type(error), error, None)
            raise _unwritable(target, error) from error
        codec = cv2.VideoWriter.fourcc(*_CODEC)
        self._writer = cv2.VideoWriter(
            opencv_name(self._partial), cv2.CAP_FFMPEG, codec, fps, self._size
        )
        if not self._writer.isOpened():
            problem = UserError(f"{target}: OpenCV cannot write MP4 of {width}x{height}; no copy")
            self.drop(problem)
            raise problem

    def add(self, frame: Picture, plates: Iterable[Plate]) -> None:
        """Write a frame, BGR, with plates drawn over it."""
        picture = frame.copy()
        _draw(picture, plates)
        if picture.shape[1::-1] != self._size:  # a video may change its size
            picture = np.asarray(cv2.resize(picture, self._size), np.uint8)
        self._writer.write(picture)
        self._frames += 1

    def close(self) -> None:
        """Put the copy in its place.

        OpenCV says nothing of a full disk, so the copy is opened again and its last frame decoded. Raises UserError,
        and leaves nothing of it, when that fails.
        """
        self._writer.release()
        if not _is_whole(self._partial, self._frames):
            problem = UserError(
                f"cannot write {self._target} to its end: free some disk space, or choose another folder for --out"
            )
            self.drop(problem)
            raise problem
        try:
            self._file.__exit__(None, None, None)
        except OSError as error:
            raise _unwritable(self._target, error) from error

    def drop(self, why: BaseException) -> None:
        """Remove what was written, because of an error."""
        self._writer.release()
        self._file.__exit__(type(why), why, None)


def _is_whole(video: Path, frames: int) -> bool:
    """Return whether a video has so many frames and its last one can be decoded."""
    capture = cv2.VideoCapture(opencv_name(video), cv2.CAP_FFMPEG)
    try:
        counted = capture.isOpened() and round(capture.get(cv2.CAP_PROP_FRAME_COUNT)) == frames
        capture.set(cv2.CAP_PROP_POS_FRAMES, frames - 1)
        return counted and capture.read()[0]
    finally:
        capture.release()


def _draw(picture: Picture, plates: Iterable[Plate]) -> None:
    for quad, reading in plates:
        draw_reading(picture, quad, f"{reading.text} {reading.confidence:.0%}", PREDICTION)


def _coloured(path: Path, grey: Picture) -> Picture:
    """Return a picture file as BGR, as it is shown; the grey picture where its colours cannot be had."""
    try:
        picture = read_colours(path)
    except UserError:  # the file has changed since its plates were read
        picture = None
    if picture is None or picture.shape[:2] != grey.shape:
        return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), np.uint8)
    return picture


def _unwritable(target: Path, error: OSError) -> UserError:
    remedy = "choose another folder for --out"
    if error.errno == errno.ENAMETOOLONG:
        remedy = "give the original a shorter name"
    return UserError(f"cannot write {target} ({error.strerror}): {remedy}")
