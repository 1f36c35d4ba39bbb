"""A sheet of plates to look at."""

import sys
from pathlib import Path

import cv2
import pytest

from src import sheet
from src.common.errors import UserError
from src.generators.formats.chinese import LAYOUTS
from src.pictures.draw import MAX_FILE_BYTES


def draw(monkeypatch: pytest.MonkeyPatch, *options: str) -> None:
    monkeypatch.setattr(sys, "argv", ["sheet", *options])
    sheet.main()


def test_each_layout_has_a_row_and_a_seed_draws_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / name for name in ("a.png", "b.png", "c.png")]
    for file, seed in zip(files, ("1", "1", "2"), strict=True):
        draw(monkeypatch, "chinese", str(file), "--seed", seed)
    first, again, other = (file.read_bytes() for file in files)
    assert first == again != other
    image = cv2.imread(str(files[0]))
    assert image is not None
    # In full, though the file is larger than a picture that is committed.
    assert image.shape[:2] == ((136 + 4) * len(LAYOUTS) + 4, (300 + 4) * 4 + 4)
    assert len(first) > MAX_FILE_BYTES
    assert capsys.readouterr().out.startswith(f"wrote {files[0]}\n")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("swiss", "a.bmp"), r"a\.bmp is to be called \.jpg or \.png at its end"),
        (("swiss", "a.jpg", "--seed", "-1"), "--seed -1 must be at least 0"),
        (("lunar", "a.jpg"), "Unknown plate format 'lunar'"),
    ],
)
def test_what_cannot_be_drawn_is_said(
    options: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=said):
        draw(monkeypatch, *options)
    assert list(tmp_path.iterdir()) == []
