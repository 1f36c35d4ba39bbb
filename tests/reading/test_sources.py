"""What paths on the command line stand for."""

import os
from pathlib import Path

import pytest

from src.common.errors import UserError
from src.reading.sources import find_sources, require_some


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def found(*names: str | Path, left_out: Path | None = None) -> list[str]:
    """What is found, as the user would write it; a ``!`` before what is broken."""
    sources = find_sources([str(name) for name in names], left_out)
    return [f"{'!' if source.problem else ''}{source.path.as_posix()}" for source in sources]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_folders_are_searched_to_the_bottom_by_name(here: Path) -> None:
    touch(here, "in/b.JPG", "in/a.png", "in/sub/deep/c.mp4", "in/notes.txt", "in/none")
    touch(here, "in/.hidden.jpg", "in/.cache/d.jpg", "in/Zürich 1/é ß.jpeg")
    (here / "in/empty").mkdir()
    assert found("in") == ["in/Zürich 1/é ß.jpeg", "in/a.png", "in/b.JPG", "in/sub/deep/c.mp4"]


def test_kinds(here: Path) -> None:
    touch(here, "a.jpg", "b.mp4", "c.AVI", "d.mov", "e.mkv", "photo")
    kinds = [
        s.kind for s in find_sources(["a.jpg", "b.mp4", "c.AVI", "d.mov", "e.mkv", "photo", "3"])
    ]
    assert kinds == ["picture", "video", "video", "video", "video", "picture", "camera"]


def test_photographs_are_not_left_out_without_a_word(here: Path) -> None:
    touch(
        here, "in/a.jfif", "in/b.AVIF", "in/c.jp2", "in/d.heic", "in/e.CR2", "in/f.dng", "in/g.pdf"
    )
    expected = ["in/a.jfif", "in/b.AVIF", "in/c.jp2", "in/d.heic", "!in/e.CR2", "!in/f.dng"]
    assert found("in") == expected
    assert found("in/*") == expected
    assert found("in/f.dng") == ["!in/f.dng"]


def test_a_file_called_like_a_camera_is_a_file(here: Path) -> None:
    touch(here, "3")
    assert [source.kind for source in find_sources(["3"])] == ["picture"]


def test_order_is_that_of_the_command_line(here: Path) -> None:
    touch(here, "z/1.jpg", "a.jpg", "m/2.jpg")
    assert found("z", "a.jpg", "m") == ["z/1.jpg", "a.jpg", "m/2.jpg"]


def test_globs_that_the_shell_left_alone(here: Path) -> None:
    touch(here, "x/a.jpg", "x/b.jpg", "x/notes.txt", "x/y/c.jpg", "d[1].jpg")
    assert found("x/*") == ["x/a.jpg", "x/b.jpg", "x/y/c.jpg"]
    assert found(f"{here}/x/?.jpg") == [f"{here}/x/a.jpg", f"{here}/x/b.jpg"]
    assert found("**/*.jpg") == ["d[1].jpg", "x/a.jpg", "x/b.jpg", "x/y/c.jpg"]
    # What exists is a path, whatever it looks like.
    assert found("d[1].jpg") == ["d[1].jpg"]
    assert found("*.gif", "**a") == ["!*.gif", "!**a"]


def test_nothing_is_read_twice(here: Path) -> None:
    touch(here, "in/a.jpg", "in/sub/b.jpg")
    (here / "in/sub/up").symlink_to(here / "in")
    (here / "other").symlink_to(here / "in")
    assert found("in", "other", "in/a.jpg", "in/sub") == ["in/a.jpg", "in/sub/b.jpg"]
    # But what somebody names twice, he means twice.
    assert found("in/a.jpg", "in/a.jpg") == ["in/a.jpg", "in/a.jpg"]


def test_links_that_lead_nowhere(here: Path) -> None:
    touch(here, "in/a.jpg")
    (here / "in/gone.jpg").symlink_to("nothing.jpg")
    (here / "in/self.jpg").symlink_to("self.jpg")
    (here / "in/.gone.jpg").symlink_to("nothing.jpg")
    (here / "in/notes.txt").symlink_to("nothing.txt")
    (here / "in/street").symlink_to("/nowhere/street")
    broken = ["!in/gone.jpg", "!in/self.jpg"]
    # One without an ending may have led to a folder.
    assert found("in") == ["in/a.jpg", *broken, "!in/street"]
    assert found("in/gone.jpg", "in/self.jpg") == broken


def test_pipes_are_not_waited_for(here: Path) -> None:
    os.mkfifo(here / "pipe.jpg")
    touch(here, "a.jpg")
    os.mkfifo(here / "pipe")
    assert found(".") == ["a.jpg", "!pipe.jpg"]
    assert found("pipe.jpg") == ["!pipe.jpg"]


def test_folder_of_copies_is_left_out(here: Path) -> None:
    touch(here, "a.jpg", "copies/b.jpg", "copies/sub/c.jpg")
    assert found(".", left_out=here / "copies") == ["a.jpg"]
    assert found("**/*.jpg", left_out=Path("copies")) == ["a.jpg"]


def test_copies_keep_the_way_below_what_was_named(here: Path) -> None:
    touch(here, "in/sub/a.jpg")
    assert [str(source.copy) for source in find_sources(["in", "0"])] == ["sub/a.jpg", "camera-0"]
    assert [str(source.copy) for source in find_sources(["in/sub/a.jpg"])] == ["a.jpg"]


def test_folder_that_cannot_be_listed(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(here, "in/a.jpg", "in/locked/b.jpg", "in/z.jpg")
    scandir = os.scandir

    def scan(folder: Path) -> object:
        if folder.name == "locked":
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", scan)
    assert found("in") == ["in/a.jpg", "!in/locked", "in/z.jpg"]


@pytest.mark.parametrize("name", ["", " "])
def test_an_empty_name_is_named(here: Path, name: str) -> None:
    touch(here, "a.jpg")
    (source,) = find_sources([name])
    assert str(source.problem).startswith(f"{name!r} names nothing; give a picture")


def test_names_that_are_no_utf8(here: Path) -> None:
    (here / os.fsdecode(b"caf\xe9.jpg")).touch()
    assert [os.fsencode(source.path) for source in find_sources(["."])] == [b"caf\xe9.jpg"]


def test_folders_are_listed_only_when_it_is_their_turn(here: Path) -> None:
    touch(here, "in/a/1.jpg", "in/b/2.jpg")
    sources = find_sources(["in"])
    assert next(sources).path == Path("in/a/1.jpg")
    touch(here, "in/b/3.jpg")
    assert [source.path.name for source in sources] == ["2.jpg", "3.jpg"]


def test_something_has_to_be_there(here: Path) -> None:
    (here / "empty").mkdir()
    with pytest.raises(UserError, match="nothing to read"):
        require_some(find_sources(["empty"]))
    with pytest.raises(UserError, match=r"gone\.jpg: no such file"):
        require_some(find_sources(["gone.jpg", "empty"]))
    touch(here, "a.jpg")
    require_some(find_sources(["gone.jpg", "a.jpg"]))
