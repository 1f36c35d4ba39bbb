"""The process of a camera: what comes, comes as pictures or as a reason, within a time, and shows no password."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from benchmarks.camera_servers import Fault, Stub
from benchmarks.camera_servers import camera as running
from src.reading.cameras.feed import Feed, LostError
from src.reading.cameras.secrets import Secret
from src.reading.cameras.settings import Camera, Limits
from tests.reading import made as films
from tests.reading.cameras import made

PASSWORD = "hunter2@:/ %"


@contextmanager
def feed(one: Camera) -> Iterator[Feed]:
    made_feed = Feed(one)
    try:
        yield made_feed
    finally:
        made_feed.close()


def level(feed: Feed) -> int:
    """How bright the next picture is; raises LostError."""
    while (frame := feed.next(1.0)) is None:
        pass
    return round(float(frame.picture.mean()))


def lost(feed: Feed) -> str:
    """Why there is no next picture."""
    with pytest.raises(LostError) as raised:
        level(feed)
    return str(raised.value)


def numbered(bright: int) -> Callable[[], tuple[int, bytes]]:
    """Pictures of one brightness, numbered."""
    number, content = count(), made.jpeg(bright)
    return lambda: (next(number), content)


def moving() -> Stub:
    """A camera whose pictures are brighter from one to the next, from 100 on, and begin again."""
    number = count()

    def picture() -> tuple[int, bytes]:
        n = next(number)
        return n, made.jpeg(100 + n % 100)

    return Stub(picture, interval_s=0.02, user="ann", password=PASSWORD)


@pytest.mark.parametrize(("kind", "digest"), [("mjpeg", True), ("snapshot", False), ("rtsp", True)])
def test_pictures_come_from_a_camera_that_asks_for_a_password(kind: Any, digest: bool) -> None:
    stub = moving()
    stub.digest = digest
    with running(kind, stub) as url:
        one = made.camera(
            url, kind="rtsp" if kind == "rtsp" else "http", user="ann", password=Secret(PASSWORD)
        )
        with feed(one) as pictures:
            began = time.monotonic()
            frame = None
            while frame is None:
                frame = pictures.next(1.0)
            assert began <= frame.seconds <= time.monotonic()
            assert frame.picture.shape == (48, 64)
            assert pictures._process is not None
            shown = Path(f"/proc/{pictures._process.pid}")
            for name in ("cmdline", "environ"):
                assert b"hunter2" not in (shown / name).read_bytes()
            # In the meantime more have come, of which the newest is given.
            before = round(float(frame.picture.mean()))
            sent = len(stub.sent)
            if kind == "mjpeg":
                made.wait_for(lambda: len(stub.sent) > sent + 9)
                assert (level(pictures) - before) % 100 > 5
            else:
                level(pictures)
        with feed(made.camera(url, kind=one.kind, user="ann", password=Secret("hunter3"))) as wrong:
            why = lost(wrong)
            assert "refuses" in why if kind == "rtsp" else "401" in why
            assert "hunter" not in why


def test_a_stream_goes_on_after_garbage_and_comes_back_after_a_drop() -> None:
    fault: Fault = "garbage"
    stub = Stub(numbered(150), lambda: fault, interval_s=0.01)
    with running("mjpeg", stub) as url, feed(made.camera(url)) as pictures:
        assert level(pictures) == 150
        fault = "length"
        assert level(pictures) == 150
        fault = "drop"
        made.wait_for(lambda: "ended" in lost(pictures) or "503" in lost(pictures))
        assert "503" in lost(pictures)
        fault = ""
        assert level(pictures) == 150


@pytest.mark.parametrize(
    ("content", "limits", "why"),
    [
        (made.jpeg(150)[:-40], {}, "damaged or not all there"),
        (made.jpeg(150), {"megabytes": 0.0005}, "more than 0.0005 MB"),
    ],
)
def test_snapshots_that_are_none(content: bytes, limits: dict[str, float], why: str) -> None:
    with running("snapshot", Stub(lambda: (0, content))) as url:
        one = made.camera(url, limits=Limits(connect_s=5, stall_s=5, **limits))
        with feed(one) as pictures:
            assert why in lost(pictures)
            process = pictures._process
            assert why in lost(pictures)
            # The same process asks again.
            assert process is pictures._process is not None


def test_a_page_is_no_camera() -> None:
    import http.server
    import threading

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            moved = self.path == "/moved"
            self.send_response(302 if moved else 200)
            self.send_header("Location", "http://localhost:1/")
            self.send_header("Content-Type", "text/html")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    with feed(made.camera(f"{address}/page")) as pictures:
        assert "answers with 'text/html' and no pictures" in lost(pictures)
    with feed(made.camera(f"{address}/moved")) as pictures:
        assert "leads to another address" in lost(pictures)
    server.shutdown()
    server.server_close()


def test_silence_is_a_loss_and_so_is_a_process_that_hangs_or_ends() -> None:
    fault: Fault = ""
    stub = Stub(numbered(150), lambda: fault, interval_s=0.01)
    with running("mjpeg", stub) as url:
        with feed(made.camera(url, limits=Limits(connect_s=20, stall_s=0.3))) as pictures:
            assert level(pictures) == 150
            fault = "stall"
            time.sleep(0.2)
            made.wait_for(lambda: _is_lost(pictures))
        fault = ""
        with feed(made.camera(url)) as pictures:
            assert level(pictures) == 150
            assert pictures._process is not None
            os.kill(pictures._process.pid, signal.SIGKILL)
            assert "process ended" in lost(pictures)
            assert level(pictures) == 150
            assert pictures._process is not None
            os.kill(pictures._process.pid, signal.SIGSTOP)
            pictures._longest = 0.2
            assert "does not answer" in lost(pictures)


def _is_lost(feed: Feed) -> bool:
    try:
        level(feed)
    except LostError as error:
        return "no picture came in time" in str(error)
    return False


def test_a_file_is_read_to_its_end(tmp_path: Path) -> None:
    film = films.write_video(tmp_path / "a.avi", films.greys([50, 50, 100, 100, 200, 200]), fps=10)
    with feed(made.camera(str(film), kind="file", rate=5)) as pictures:
        frames = [pictures.next(made.PATIENCE_S) for _ in range(3)]
        with pytest.raises(EOFError):
            pictures.next(made.PATIENCE_S)
    seen = [(frame.seconds, frame.picture.mean()) for frame in frames if frame is not None]
    assert np.allclose(seen, [(0.0, 50), (0.2, 100), (0.4, 200)], atol=3)
    assert [round(seconds, 1) for seconds, _ in seen] == [0.0, 0.2, 0.4]


def test_stopped_while_it_waits() -> None:
    with (
        running("mjpeg", Stub(lambda: (0, b""), lambda: "stall")) as url,
        feed(made.camera(url)) as one,
    ):
        assert one.next(0.01) is None
        one.stop()
        assert lost(one) == "it was stopped"
        assert lost(one) == "it was stopped"


def test_opencv_is_there_with_ffmpeg() -> None:
    """RTSP is its FFmpeg's; without, every address would just not answer."""
    assert cv2.CAP_FFMPEG in cv2.videoio_registry.getBackends()
