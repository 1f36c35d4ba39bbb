"""Files are whole or not there."""

import errno
import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from src.common import files
from src.common.errors import UserError
from src.common.files import atomic_path, write_json


def test_success_leaves_the_file_alone(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "weights.npy"
    with atomic_path(target) as partial:
        assert partial.suffix == ".npy"
        assert partial.parent == target.parent
        np.save(partial, np.arange(3))
        assert not target.exists()
    assert np.load(target).tolist() == [0, 1, 2]
    assert [path.name for path in target.parent.iterdir()] == ["weights.npy"]


def test_failure_keeps_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")

    def fail_half_way() -> None:
        with atomic_path(target) as partial:
            partial.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert target.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_what_a_killed_run_left_is_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    with atomic_path(target) as partial:
        name = partial.name
        partial.write_text("first")
    (tmp_path / name).write_text("left over by a kill")
    with atomic_path(target) as partial:
        partial.write_text("second")
    assert target.read_text() == "second"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_body_that_writes_nothing_is_a_defect(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), atomic_path(tmp_path / "a.txt"):
        pass


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_full_disk_names_the_file(tmp_path: Path, code: int) -> None:
    with pytest.raises(UserError, match=r"set\.npy.*disk space"), atomic_path(tmp_path / "set.npy"):
        raise OSError(code, "no space")


def test_numpys_short_write_is_a_full_disk_only_if_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OSError, match="requested"), atomic_path(tmp_path / "set.npy"):
        raise OSError("100 requested and 7 written")
    monkeypatch.setattr(files, "_FULL_DISK_BYTES", 1 << 62)
    with pytest.raises(UserError), atomic_path(tmp_path / "set.npy"):
        raise OSError("100 requested and 7 written")


def test_json_is_sorted_and_takes_numpy_scalars(tmp_path: Path) -> None:
    target = tmp_path / "metrics.json"
    write_json(target, {"b": np.float64(0.5), "a": [np.int64(3), None], "ü": True})
    assert target.read_text(encoding="utf-8").startswith('{\n  "a": [\n    3,')
    assert target.read_bytes().endswith(b"}\n")
    assert json.loads(target.read_text("utf-8")) == {"a": [3, None], "b": 0.5, "ü": True}


@pytest.mark.parametrize("number", [float("nan"), float("inf"), np.float32("nan")])
def test_json_refuses_what_is_not_finite(tmp_path: Path, number: float) -> None:
    target = tmp_path / "metrics.json"
    target.write_text("old")
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(target, {"loss": number})
    assert target.read_text() == "old"


def test_json_refuses_what_it_cannot_hold(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="Path does not go into JSON"):
        write_json(tmp_path / "a.json", {"path": Path("x").absolute()})


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/null", "/dev/fd/1", ""])
def test_nothing_takes_the_place_of_a_device(name: str) -> None:
    before = Path(name).lstat() if name else None
    with pytest.raises(UserError, match="no file"):
        write_json(Path(name), {})
    assert before is None or Path(name).lstat().st_ino == before.st_ino


def test_nothing_takes_the_place_of_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UserError, match="pipe' is no file"):
        write_json(tmp_path / "pipe", {})
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="no folder in memory")
def test_a_folder_in_memory_is_a_folder() -> None:
    with TemporaryDirectory(dir="/dev/shm") as folder:
        write_json(Path(folder) / "a.json", {"a": 1})
        assert json.loads((Path(folder) / "a.json").read_text()) == {"a": 1}
