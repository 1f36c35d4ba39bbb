"""Folders that are whole or absent, and their checksums."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from src.bundle import files
from src.bundle.files import SUMS, check_sums, whole_folder, write_sums
from src.common.files import sha256


def fill(folder: Path, text: str) -> None:
    (folder / "a.txt").write_text(text)
    (folder / "b.txt").write_text("b")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    fill(tmp_path, "a")
    write_sums(tmp_path, ["b.txt", "a.txt"])
    return tmp_path


@pytest.mark.parametrize("before", ["nothing", "file", "folder"])
def test_a_folder_takes_the_place_of_what_was_there(tmp_path: Path, before: str) -> None:
    target = tmp_path / "in" / "stack"
    if before == "file":
        target.parent.mkdir()
        target.write_text("old")
    if before == "folder":
        target.mkdir(parents=True)
        (target / "old.txt").write_text("old")
    with whole_folder(target) as partial:
        fill(partial, "new")
        assert not (target / "a.txt").exists()
    assert sorted(path.name for path in target.iterdir()) == ["a.txt", "b.txt"]
    assert list(target.parent.iterdir()) == [target]


def test_a_stopped_write_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "stack"
    with whole_folder(target) as partial:
        fill(partial, "old")

    def stop() -> None:
        with whole_folder(target) as partial:
            (partial / "a.txt").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop()
    assert (target / "a.txt").read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_what_a_killed_run_left_is_no_hindrance(tmp_path: Path) -> None:
    for kind in ("partial", "old"):
        (tmp_path / f".stack.{kind}").mkdir()
        (tmp_path / f".stack.{kind}" / "left.txt").write_text("left")
    with whole_folder(tmp_path / "stack") as partial:
        fill(partial, "new")
    assert [path.name for path in tmp_path.iterdir()] == ["stack"]
    assert not (tmp_path / "stack" / "left.txt").exists()


def test_checksums_are_those_of_the_files(folder: Path) -> None:
    expected = {name: hashlib.sha256(name[:1].encode()).hexdigest() for name in ("a.txt", "b.txt")}
    assert check_sums(folder, ["a.txt", "b.txt", "c.txt"]) == expected
    assert sha256(folder / "a.txt") == expected["a.txt"]


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum here")
def test_sha256sum_reads_the_list(folder: Path) -> None:
    command = ["sha256sum", "--check", "--strict", SUMS]
    assert subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0
    fill(folder, "other")
    assert subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 1


def test_other_files_are_noticed(folder: Path) -> None:
    fill(folder, "c")
    with pytest.raises(ValueError, match=r"a\.txt is not the file"):
        check_sums(folder, ["a.txt", "b.txt"])


def test_missing_files_are_noticed(folder: Path) -> None:
    (folder / "b.txt").unlink()
    with pytest.raises(OSError, match=r"b\.txt"):
        check_sums(folder, ["a.txt", "b.txt"])


@pytest.mark.parametrize(
    "line",
    ["", "hash  a.txt", f"{'0' * 64} a.txt", f"{'0' * 64}  ../a.txt", f"{'0' * 64}  c.txt", "ü"],
)
def test_lists_that_are_none(folder: Path, line: str) -> None:
    (folder / SUMS).write_text(f"{line}\n")
    with pytest.raises(ValueError, match=r"SHA256SUMS has the line|ascii"):
        check_sums(folder, ["a.txt", "b.txt"])


def test_a_name_comes_once(folder: Path) -> None:
    (folder / SUMS).write_text(2 * (folder / SUMS).read_text())
    with pytest.raises(ValueError, match="has the line"):
        check_sums(folder, ["a.txt", "b.txt"])


def test_large_files_are_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 0)
    with pytest.raises(ValueError, match=r"a\.txt has more than 0 bytes"):
        check_sums(folder, ["a.txt", "b.txt"])
    (folder / SUMS).write_text("x" * (files.MAX_SUMS_BYTES + 1))
    with pytest.raises(ValueError, match="SHA256SUMS has more than 10,000 bytes"):
        check_sums(folder, ["a.txt", "b.txt"])
