"""From which checkpoints a stopped training goes on, and what is said where it cannot."""

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
import torch

from src.common.errors import UserError
from src.training.checkpoints import Checkpoints, DamagedCheckpoint, read_checkpoint
from src.training.resume import BEST, IDENTITY, LAST, Point, forget, resume_point

WHO = {"EPOCHS": 4, "data/prepared/ocr": "1f"}
EPOCHS = [{"val_good": 0.1}, {"val_good": 0.2}, {"val_good": 0.15}]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A training that was stopped after its third epoch; the second was its best."""
    monkeypatch.setattr("src.training.resume.ROOT", tmp_path)
    folder = tmp_path / "ocr"
    assert resume_point(folder, WHO) is None
    for file, count in ((BEST, 2), (LAST, 3)):
        content = {"weights": torch.arange(1000.0), "epochs": EPOCHS[:count]}
        Checkpoints().save_checkpoint(content, folder / file)
    return folder


def tear(path: Path) -> None:
    """Cut a file off, as a crash of the machine may."""
    os.truncate(path, path.stat().st_size // 2)


def flip(path: Path) -> None:
    """Change one bit of the weights."""
    content = bytearray(path.read_bytes())
    content[content.index(torch.arange(1000.0).numpy().tobytes()) + 2000] ^= 1
    path.write_bytes(content)


def empty(path: Path) -> None:
    """Leave a name without a content, as a full disk may."""
    path.write_bytes(b"")


damage = pytest.mark.parametrize("damage", [tear, flip, empty])


def test_it_goes_on_after_the_last_epoch(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert resume_point(folder, WHO) == Point(folder / LAST, EPOCHS)
    assert capsys.readouterr().out == "resuming the interrupted training in ocr after epoch 3\n"


@damage
def test_damage_is_seen(folder: Path, damage: Any) -> None:
    assert torch.equal(read_checkpoint(folder / LAST)["weights"], torch.arange(1000.0))
    damage(folder / LAST)
    with pytest.raises(DamagedCheckpoint):
        read_checkpoint(folder / LAST)


@damage
def test_a_damaged_last_epoch_leaves_the_best_one(
    folder: Path, damage: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(folder / LAST)
    assert resume_point(folder, WHO) == Point(folder / BEST, EPOCHS[:2])
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(
        "resuming the interrupted training in ocr after epoch 2; last.ckpt is damaged"
    )


@damage
def test_a_damaged_best_epoch_leaves_nothing(
    folder: Path, damage: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(folder / BEST)
    assert resume_point(folder, WHO) is None
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(
        "starting anew, for of the interrupted training in ocr best.ckpt is damaged"
    )
    assert [path.name for path in folder.iterdir()] == [IDENTITY]


def test_killed_between_the_two_files_of_the_first_epoch(folder: Path) -> None:
    (folder / LAST).unlink()
    assert resume_point(folder, WHO) == Point(folder / BEST, EPOCHS[:2])


def test_another_identity_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert resume_point(folder, {**WHO, "EPOCHS": 9}) is None
    assert capsys.readouterr().out == (
        "starting anew, for the interrupted training in ocr was another one: EPOCHS was 4, not 9\n"
    )
    assert [path.name for path in folder.iterdir()] == [IDENTITY]
    assert resume_point(folder, {**WHO, "EPOCHS": 9}) is None
    assert capsys.readouterr().out == ""


def test_an_identity_that_cannot_be_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tear(folder / IDENTITY)
    assert resume_point(folder, WHO) is None
    assert "identity.json is unreadable" in capsys.readouterr().out


@pytest.mark.parametrize("killed", [False, True])
def test_what_is_finished_does_not_go_on(
    folder: Path, killed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if killed:
        removed: list[Path] = []
        remove = Path.unlink

        def remove_one(path: Path, missing_ok: bool = False) -> None:
            if removed:
                raise KeyboardInterrupt
            removed.append(path)
            remove(path)

        monkeypatch.setattr(Path, "unlink", remove_one)
        with pytest.raises(KeyboardInterrupt):
            forget(folder)
        monkeypatch.undo()
    else:
        forget(folder)
    assert (folder / BEST).is_file()
    assert resume_point(folder, WHO) is None


def test_no_other_disk_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Lightning's own way is through the folder for temporary files.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))
    Checkpoints().save_checkpoint({"a": 1}, tmp_path / LAST)
    assert read_checkpoint(tmp_path / LAST) == {"a": 1}
    assert [path.name for path in tmp_path.iterdir()] == [LAST]


def test_a_full_disk_is_named_and_leaves_what_was_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path, content: Any) -> None:
        path.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fail)
    with pytest.raises(UserError, match=r"no space left to write .*last\.ckpt: free some disk"):
        Checkpoints().save_checkpoint({"a": 1}, folder / LAST)
    assert read_checkpoint(folder / LAST)["epochs"] == EPOCHS
    assert sorted(path.name for path in folder.iterdir()) == [BEST, IDENTITY, LAST]
