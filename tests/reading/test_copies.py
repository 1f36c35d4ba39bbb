"""Annotated copies."""

import os
from pathlib import Path, PurePath

import cv2
import numpy as np
import pytest
from PIL import Image

from src.common.errors import UserError
from src.datasets.decode import read_picture
from src.pictures.draw import PREDICTION
from src.reading.copies import Copies, VideoCopy, check_folder, save_picture
from src.reading.sources import Source
from tests.reading.made import greys, quad, reading

READING = reading("ZH42", x=100, y=60)


def copy_of(path: Path) -> np.ndarray:
    """The annotated copy of a picture, BGR."""
    target = path.parent / "copy.jpg"
    save_picture(target, path, read_picture(path), [READING])
    return np.asarray(cv2.imread(str(target)))


def test_outline_and_label_are_drawn_in_colour(tmp_path: Path) -> None:
    Image.new("RGB", (200, 120), (0, 0, 200)).save(tmp_path / "a.png")
    picture = copy_of(tmp_path / "a.png")
    assert picture.shape == (120, 200, 3)
    assert picture[110, 5].tolist() == pytest.approx([200, 0, 0], abs=12)
    assert PREDICTION[2] == 255  # red, of which the picture has none
    assert picture[50, 60:140, 2].mean() > 120
    assert picture[70, 60:140, 2].mean() > 120


def test_copies_are_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = (
        6  # the camera was turned: the left edge of the pixels is the upper one of the picture
    )
    pixels = np.zeros((200, 120, 3), np.uint8)
    pixels[:, :20] = (0, 200, 0)
    Image.fromarray(pixels).save(tmp_path / "a.jpg", exif=exif, quality=95)
    picture = copy_of(tmp_path / "a.jpg")
    assert picture.shape == (120, 200, 3)
    assert picture[5, 100].tolist() == pytest.approx([0, 200, 0], abs=12)
    assert picture[100, 190].tolist() == pytest.approx([0, 0, 0], abs=12)


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "I;16", "1", "LA", "CMYK"])
def test_pictures_of_any_kind(tmp_path: Path, mode: str) -> None:
    grey = np.full((120, 200), 180, np.uint8)
    if mode == "I;16":
        image = Image.fromarray(grey.astype(np.uint16) * 257)
    else:
        image = Image.fromarray(grey).convert(mode, dither=Image.Dither.NONE)
    path = tmp_path / ("a.tif" if mode == "CMYK" else "a.png")
    image.save(path)
    level = float(copy_of(path)[100:, :40].mean())
    assert level == pytest.approx(255 if mode == "1" else 180, abs=4)


def test_copies_of_equal_names_do_not_overwrite_each_other(tmp_path: Path) -> None:
    copies = Copies(tmp_path)
    names = ["a.jpg", "A.PNG", "sub/a.jpg", "a.jpg", "a.mp4"]
    claimed = [
        copies.claim(
            Source("video" if name.endswith("mp4") else "picture", Path(name), PurePath(name))
        )
        for name in names
    ]
    shown = [path.relative_to(tmp_path).as_posix() for path in claimed]
    assert shown == ["a.jpg", "A-2.jpg", "sub/a.jpg", "a-3.jpg", "a.mp4"]


@pytest.mark.parametrize(
    ("names", "out"),
    [
        (["in"], "in"),
        (["in/a.jpg"], "in"),
        (["in/a.jpg"], "."),
        (["in/*.jpg"], "in"),
        (["in/**/*.jpg"], "."),
        (["other.jpg", "in/a.jpg"], "in"),
        (["link"], "in"),
    ],
)
def test_originals_are_never_overwritten(
    names: list[str], out: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.jpg").touch()
    (tmp_path / "other.jpg").touch()
    (tmp_path / "link").symlink_to("in")
    with pytest.raises(UserError, match="holds what is to be read"):
        check_folder(Path(out), names)


@pytest.mark.parametrize("names", [["in"], ["in/a.jpg"], ["."], ["*.jpg"], ["0"], ["gone.jpg"]])
def test_folder_for_copies_is_made(
    names: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.jpg").touch()
    check_folder(Path("in/copies/new"), names)
    assert (tmp_path / "in/copies/new").is_dir()


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=r"cannot write .*file.*choose another folder"):
        check_folder(tmp_path / "file", [])
    with pytest.raises(UserError, match=r"cannot write .*file.*choose another folder"):
        check_folder(tmp_path / "file/sub", [])


def test_picture_that_cannot_be_written(tmp_path: Path) -> None:
    Image.new("L", (200, 120)).save(tmp_path / "a.png")
    (tmp_path / "file").touch()
    grey = read_picture(tmp_path / "a.png")
    with pytest.raises(UserError, match="cannot write"):
        save_picture(tmp_path / "file/copy.jpg", tmp_path / "a.png", grey, [])


def test_video_copy_has_every_frame_in_one_size(tmp_path: Path) -> None:
    try:
        copy = VideoCopy(tmp_path / "a.mp4", 10.0, 120, 200)
    except UserError as error:
        pytest.skip(str(error))
    plates = [(quad(100, 60), READING)]
    for grey in [*greys([40] * 3, 120, 200), *greys([40] * 2, 60, 100)]:
        copy.add(np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)), plates)
    assert not (tmp_path / "a.mp4").exists()
    copy.close()
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]
    capture = cv2.VideoCapture(str(tmp_path / "a.mp4"))
    frames = []
    while (read := capture.read())[0]:
        frames.append(read[1])
    assert [frame.shape for frame in frames] == [(120, 200, 3)] * 5
    assert frames[0][50, 60:140].astype(int).max() > 120
    assert capture.get(cv2.CAP_PROP_FPS) == pytest.approx(10)


def test_video_copy_that_was_not_written_to_its_end(tmp_path: Path) -> None:
    """As on a full disk: OpenCV's writes fail, and it says nothing."""
    try:
        copy = VideoCopy(tmp_path / "a.mp4", 10.0, 120, 200)
    except UserError as error:
        pytest.skip(str(error))
    for _ in range(5):
        copy.add(np.zeros((120, 200, 3), np.uint8), [])
    copy._writer.release()
    (partial,) = tmp_path.iterdir()
    os.truncate(partial, partial.stat().st_size // 2)
    with pytest.raises(UserError, match=r"cannot write .*a\.mp4 to its end: free some disk"):
        copy.close()
    assert list(tmp_path.iterdir()) == []


def test_copies_whose_place_cannot_be_had(tmp_path: Path) -> None:
    Image.new("L", (200, 120)).save(tmp_path / "a.png")
    grey = read_picture(tmp_path / "a.png")
    (tmp_path / "out/folder.jpg").mkdir(parents=True)
    (tmp_path / "out/folder.mp4").mkdir()
    for name, why in (("folder", "choose another folder"), ("n" * 250, "a shorter name")):
        with pytest.raises(UserError, match=f"cannot write .*{why}"):
            save_picture(tmp_path / f"out/{name}.jpg", tmp_path / "a.png", grey, [])
    with pytest.raises(UserError, match=r"cannot write .*a shorter name"):
        VideoCopy(tmp_path / f"out/{'n' * 250}.mp4", 10.0, 120, 200)
    copy = VideoCopy(tmp_path / "out/folder.mp4", 10.0, 120, 200)
    copy.add(np.zeros((120, 200, 3), np.uint8), [])
    with pytest.raises(UserError, match=r"cannot write .*choose another folder"):
        copy.close()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "folder.jpg",
        "folder.mp4",
    ]


def test_video_copy_that_is_dropped_leaves_nothing(tmp_path: Path) -> None:
    try:
        copy = VideoCopy(tmp_path / "a.mp4", 10.0, 120, 200)
    except UserError as error:
        pytest.skip(str(error))
    copy.add(np.zeros((120, 200, 3), np.uint8), [])
    copy.drop(KeyboardInterrupt())
    assert list(tmp_path.iterdir()) == []


def test_video_copy_in_a_folder_that_would_crash_opencv(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="name is not UTF-8"):
        VideoCopy(tmp_path / os.fsdecode(b"caf\xe9") / "a.mp4", 10.0, 120, 200)
    assert list(tmp_path.iterdir()) == []


def test_video_copy_that_no_codec_can_write(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot write MP4 of 90000x50000"):
        VideoCopy(tmp_path / "a.mp4", 10.0, 50_000, 90_000)
    assert list(tmp_path.iterdir()) == []
