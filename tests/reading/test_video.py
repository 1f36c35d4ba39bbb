"""Frames of videos: times, steps, and all that can be wrong with a file."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from src.common.config import ROOT
from src.common.errors import UserError
from src.reading.sources import find_sources
from src.reading.video import Frame, Video
from tests.reading.made import greys, write_video

# Of an address on this machine; in two parts, for no file of the project may hold one.
LOCAL = "file:" + "//"


def open_video(path: Path | str) -> Video:
    (source,) = find_sources([str(path)])
    return Video(source)


def read(path: Path, every: int | None = None, whole: bool = False) -> list[Frame]:
    with open_video(path) as video:
        return list(video.frames(every, whole))


@pytest.mark.parametrize("suffix", [".mp4", ".avi", ".mov", ".mkv"])
def test_frames_come_in_order_with_their_times(tmp_path: Path, suffix: str) -> None:
    path = write_video(tmp_path / f"é b{suffix}", greys(range(0, 240, 20)), fps=10)
    frames = read(path)
    assert [frame.index for frame in frames] == list(range(12))
    assert [frame.seconds for frame in frames] == pytest.approx([n / 10 for n in range(12)])
    levels = [float(frame.picture.mean()) for frame in frames]
    assert levels == pytest.approx(list(range(0, 240, 20)), abs=4)
    assert frames[0].picture.shape == (48, 64, 3)


@pytest.mark.parametrize(("fps", "step"), [(5, 1), (10, 1), (25, 2), (30, 3), (60, 6)])
def test_about_ten_frames_a_second_are_read(tmp_path: Path, fps: int, step: int) -> None:
    path = write_video(tmp_path / "a.avi", greys([0] * 13), fps=fps)
    assert [frame.index for frame in read(path)] == list(range(0, 13, step))


def test_each_so_manieth_frame(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.avi", greys(range(0, 100, 10)))
    assert [frame.index for frame in read(path, every=4)] == [0, 4, 8]
    frames = read(path, every=4, whole=True)
    assert [frame.index for frame in frames] == list(range(10))
    assert [frame.index for frame in frames if frame.wanted] == [0, 4, 8]


def test_no_video(tmp_path: Path) -> None:
    good = write_video(tmp_path / "good.mp4", greys([0] * 10)).read_bytes()
    faults = {
        "empty": b"",
        "text": b"no video at all\n" * 20,
        "cut": good[: len(good) // 2],
        # Lists of other files, which may be addresses or private.
        "playlist": f"#EXTM3U\n#EXTINF:10,\n{LOCAL}{tmp_path}/good.mp4\n#EXT-X-ENDLIST\n".encode(),
        "concat": b"ffconcat version 1.0\nfile good.mp4\n",
    }
    for name, content in faults.items():
        (tmp_path / f"{name}.mp4").write_bytes(content)
        with pytest.raises(UserError, match=rf"{name}\.mp4: cannot be read as a video"):
            read(tmp_path / f"{name}.mp4")


def test_video_that_was_cut_off_gives_what_it_has(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.avi", [np.uint8(255) * np.eye(64, dtype=np.uint8)] * 20)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with open_video(path) as video:
        frames = video.frames(None, whole=False)
        assert next(frames).index == 0
        with pytest.raises(UserError, match=r"ends after \d+ of 20 frames; it was cut off"):
            list(frames)


def test_names_that_would_crash_opencv(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.avi")
    write_video(tmp_path / "a.avi", greys([0] * 3)).rename(path)
    with pytest.raises(UserError, match="name is not UTF-8; rename it"):
        open_video(path)


def test_camera_that_is_not_there() -> None:
    with pytest.raises(UserError, match="camera 97 does not open"):
        open_video("97")


def test_what_is_wrong_is_said_once(tmp_path: Path) -> None:
    """In a process of its own: FFmpeg asks how much it may say when it is used first."""
    (tmp_path / "a.mp4").write_bytes(b"\0" * 1000)
    code = (
        "import sys; from src.reading.sources import find_sources; from src.reading.video import Video\n"
        "try: Video(next(find_sources(sys.argv[1:])))\n"
        "except Exception as error: print(type(error).__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a.mp4")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("UserError\n", "")
