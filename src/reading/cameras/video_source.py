"""Cameras that OpenCV opens: RTSP by its FFmpeg, devices of this machine; and video files, read from start to end."""

import os
import time
from collections.abc import Iterator
from pathlib import Path, PurePath
from urllib.parse import quote, urlsplit, urlunsplit

import cv2
import numpy as np
from numpy.typing import NDArray

from ...common.errors import UserError
from ..sources import Source
from ..video import Frame as VideoFrame
from ..video import Video, quieten
from .channel import Frame, Order
from .newest import Newest
from .pictures import SourceError, check_size

# What FFmpeg may open because of an answer of the camera.
_PROTOCOLS = "rtsp,rtsps,rtp,srtp,rtcp,tcp,tls,udp,crypto"


class StreamSource:
    """An RTSP camera, or a device by its number. Raises SourceError where it does not open."""

    has_thread = True

    def __init__(self, order: Order) -> None:
        self._order = order
        if order.kind == "rtsp":
            os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = (
                f"rtsp_transport;{order.transport}|protocol_whitelist;{_PROTOCOLS}"
            )
        quieten()
        self._capture = _opened(order)
        if not self._capture.isOpened():
            raise SourceError("the camera does not answer, or not with a stream; or refuses")
        try:
            self._check_size()
        except SourceError:
            self._capture.release()
            raise
        self._newest: Newest[Frame] = Newest(self._receive)

    def next(self) -> Frame:
        """Return a picture that came now; raises SourceError where none comes in time."""
        self._newest.discard()
        return self._newest.take(time.monotonic() + self._order.stall_s)

    def close(self) -> None:
        """Have the thread close the stream: OpenCV bears no two at once."""
        self._newest.stop()

    def _receive(self, newest: Newest[Frame]) -> None:
        try:
            while not newest.stopped:
                if not self._capture.grab():
                    raise SourceError("the stream broke off")
                seconds = time.monotonic()
                if newest.asked:
                    self._check_size()
                    whole, picture = self._capture.retrieve()
                    if whole:
                        newest.put(Frame(_grey(picture), seconds))
        finally:
            self._capture.release()

    def _check_size(self) -> None:
        sides = (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)
        width, height = (self._capture.get(side) for side in sides)
        check_size(width, height, self._order.most_pixels)


class FileSource:
    """A video file: about so many pictures a second of its own time, each one in its turn, however long it takes."""

    has_thread = False

    def __init__(self, order: Order) -> None:
        path = Path(order.source)
        try:
            self._video = Video(Source("video", path, PurePath(path.name)))
        except UserError as error:
            raise SourceError(str(error)) from None
        every = max(1, round(self._video.fps / order.rate))
        self._frames: Iterator[VideoFrame] = self._video.frames(every, whole=False)
        self._most_pixels = order.most_pixels

    def next(self) -> Frame:
        """Return the next picture; raises EOFError after the last one, SourceError where the file is damaged."""
        try:
            frame = next(self._frames)
        except StopIteration:
            raise EOFError from None
        except UserError as error:
            raise SourceError(str(error)) from None
        check_size(frame.picture.shape[1], frame.picture.shape[0], self._most_pixels)
        return Frame(_grey(frame.picture), frame.seconds)

    def close(self) -> None:
        """Close the file."""
        self._video.__exit__(None, None, None)


def _opened(order: Order) -> cv2.VideoCapture:
    if order.kind == "device":
        return cv2.VideoCapture(int(order.source))
    limits = [
        *(cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, round(order.connect_s * 1000)),
        *(cv2.CAP_PROP_READ_TIMEOUT_MSEC, round(order.stall_s * 1000)),
    ]
    return cv2.VideoCapture(_with_user(order), cv2.CAP_FFMPEG, limits)


def _with_user(order: Order) -> str:
    """Return the address as FFmpeg takes it, with user and password in it."""
    if not order.user:
        return order.source
    parts = urlsplit(order.source)
    pair = f"{quote(order.user, '')}:{quote(order.password, '')}"
    return urlunsplit(parts._replace(netloc=f"{pair}@{parts.netloc}"))


def _grey(picture: cv2.typing.MatLike) -> NDArray[np.uint8]:
    if picture.ndim == 3 and picture.shape[2] == 3:
        picture = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    elif picture.ndim == 3:
        picture = picture[..., 0]
    return np.ascontiguousarray(picture, np.uint8)
