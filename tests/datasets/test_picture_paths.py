"""Paths of tables that were written elsewhere."""

import unicodedata
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.common.errors import UserError
from src.datasets.picture_paths import PictureFinder

COMPOSED = unicodedata.normalize("NFC", "Zürich 각/é.jpg")
TAKEN_APART = unicodedata.normalize("NFD", COMPOSED)


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


@pytest.mark.parametrize(
    ("there", "written"),
    [
        ("imgs/a.jpg", "imgs/a.jpg"),
        ("imgs/a.jpg", "imgs\\a.jpg"),
        ("imgs/a.jpg", ".\\IMGS\\A.JPG"),
        ("imgs/a.jpg", "./imgs//a.jpg"),
        ("imgs/a.jpg", "imgs/../imgs/a.jpg"),
        ("b\\a.jpg", "b\\a.jpg"),
        (" a .jpg", "a .jpg"),
        ("Stra\u00dfe/a.jpg", "STRASSE/a.jpg"),
        (TAKEN_APART, COMPOSED),
        (COMPOSED, TAKEN_APART),
    ],
)
def test_a_path_is_found_however_it_is_spelled(tmp_path: Path, there: str, written: str) -> None:
    touch(tmp_path, there, "other.jpg")
    assert PictureFinder(tmp_path).find(written).resolve() == tmp_path / there


def test_what_is_written_comes_first_and_a_guess_has_to_be_clear(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "A.jpg", "set/set/a.jpg", "set/a.jpg")
    finder = PictureFinder(tmp_path)
    assert finder.find("a.jpg").name == "a.jpg"
    if finder.find("A.JPG").exists():
        pytest.skip("this disk does not tell case apart")
    assert PictureFinder(tmp_path / "set").find("set/a.jpg") == tmp_path / "set/set/a.jpg"


def test_a_path_may_come_from_where_the_folder_was_named(tmp_path: Path) -> None:
    folder = touch(tmp_path / "data/set", "a.jpg", "sub/b.jpg")
    (tmp_path / "link").symlink_to(folder)
    for written in (
        "set/a.jpg",
        "data/set/a.jpg",
        "../set/a.jpg",
        "Data\\Set\\a.jpg",
        f"{folder}/a.jpg",
    ):
        assert PictureFinder(folder).find(written).resolve() == folder / "a.jpg"
    assert PictureFinder(tmp_path / "link").find("link/sub/b.jpg").exists()
    assert PictureFinder(tmp_path / "link").find("data/set/sub/b.jpg").exists()


@pytest.mark.parametrize(
    "written", ["/a.jpg", "C:\\set\\a.jpg", "/set/a.jpg", "//server/set/a.jpg"]
)
def test_a_path_from_elsewhere_is_refused(tmp_path: Path, written: str) -> None:
    folder = touch(tmp_path / "set", "a.jpg")
    with pytest.raises(UserError, match="must be relative to the CSV"):
        PictureFinder(folder).find(written)


@given(st.text(max_size=12))
@settings(max_examples=60, deadline=None)
def test_whatever_is_written_there_is_an_answer(written: str) -> None:
    with suppress(UserError):
        assert not PictureFinder(Path("no/such/folder")).find(written).is_file()
