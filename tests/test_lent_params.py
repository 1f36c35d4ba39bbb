"""Parameters are lent for one run, and given back whatever becomes of it."""

import shutil
from pathlib import Path

import pytest

from src.common.errors import UserError
from src.lent_params import give_back, lent_params
from tests.repository import git
from tests.source import ROOT

VALUES = ["params.py:TrainOCRParams.EPOCHS=77", "start=release"]
NAMES = ("params.py", "params.yaml")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in NAMES:
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def files(root: Path) -> list[bytes]:
    return [(root / name).read_bytes() for name in NAMES]


def run(root: Path, kept: Path) -> None:
    """What `dvc exp run -S` leaves behind."""
    for name in NAMES:
        shutil.copy(kept / "during" / name, root / name)


@pytest.mark.parametrize("error", [None, KeyboardInterrupt, SystemExit])
def test_files_are_given_back(root: Path, error: type[BaseException] | None) -> None:
    before, kept = files(root), root / "kept"
    try:
        with lent_params(root, VALUES, kept):
            run(root, kept)
            assert "    EPOCHS: int = 77\n" in (root / "params.py").read_text()
            assert "\nstart: release\n" in (root / "params.yaml").read_text()
            if error:
                raise error
    except (KeyboardInterrupt, SystemExit):
        pass
    assert files(root) == before
    assert not kept.exists()


def test_the_branch_that_a_killed_run_left_comes_back(root: Path) -> None:
    git(root, "init", "-q", "-b", "street")
    git(root, "add", *NAMES)
    git(root, "commit", "-qm", "Start")
    with lent_params(root, VALUES, root / ".git/kept"):
        run(root, root / ".git/kept")
        git(root, "checkout", "-q", "--detach")
    assert git(root, "symbolic-ref", "--short", "HEAD") == "street"
    assert git(root, "status", "--porcelain") == ""


def test_who_went_to_another_commit_meanwhile_stays_there(root: Path) -> None:
    git(root, "init", "-q", "-b", "street")
    git(root, "add", *NAMES)
    git(root, "commit", "-qm", "Start")
    with lent_params(root, VALUES, root / ".git/kept"):
        git(root, "checkout", "-q", "--detach")
        git(root, "commit", "-q", "--allow-empty", "-m", "Elsewhere")
    assert git(root, "log", "-1", "--format=%s") == "Elsewhere"


def test_what_a_killed_run_left_is_given_back_by_the_next(root: Path) -> None:
    before, kept = files(root), root / "kept"
    lending = lent_params(root, VALUES, kept)
    lending.__enter__()
    run(root, kept)
    assert files(root) != before
    with lent_params(root, ["start=none"], kept):
        assert files(root) == before
    assert files(root) == before
    del lending


def test_what_somebody_has_changed_meanwhile_stays(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, kept = files(root), root / "kept"
    with lent_params(root, VALUES, kept):
        run(root, kept)
        (root / "params.py").write_text("own")
    assert files(root) == [b"own", before[1]]
    assert "params.py was changed meanwhile, and stays" in capsys.readouterr().err


@pytest.mark.parametrize("value", ["params.py:TrainOCRParams.EPOCS=1", "stat=release"])
def test_a_name_that_is_not_there_is_told(root: Path, value: str) -> None:
    before = files(root)
    with (
        pytest.raises(UserError, match="does not fit params"),
        lent_params(root, [value], root / "kept"),
    ):
        pass
    assert files(root) == before
    assert not (root / "kept").exists()


def test_nothing_kept_is_nothing_to_give_back(root: Path) -> None:
    before = files(root)
    give_back(root, root / "kept")
    assert files(root) == before
