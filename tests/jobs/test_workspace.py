"""A workspace is of one revision, and goes on from what an earlier one has left."""

from pathlib import Path

import pytest

from src.common.errors import UserError
from src.jobs.workspace import (
    CODE,
    keep,
    keep_in,
    make_workspace,
    needed,
    read_stages,
    revision_of,
)
from tests.checkout import Checkout
from tests.source import ROOT


def test_a_revision_is_what_was_committed(fresh: Checkout, tmp_path: Path) -> None:
    checkout = fresh.copy(tmp_path / "checkout")
    head = checkout.ok("git", "rev-parse", "HEAD").strip()
    checkout.edit("params.py", "BATCH_SIZE: int = 32", "BATCH_SIZE: int = 8")
    assert make_workspace(tmp_path / "one", checkout.root, "HEAD") == head
    assert "BATCH_SIZE: int = 32" in (tmp_path / "one/params.py").read_text()
    assert make_workspace(tmp_path / "two", checkout.root) == f"{head}-dirty"
    assert "BATCH_SIZE: int = 8" in (tmp_path / "two/params.py").read_text()
    for name in CODE:
        assert (tmp_path / "one" / name).exists(), name
    assert not (tmp_path / "one/tests").exists()
    # Of what is not there, nothing is to be found missing.
    assert (tmp_path / "one/data/datasets/photos").is_dir()
    with pytest.raises(UserError, match="there is no revision 'nowhere'"):
        make_workspace(tmp_path / "one", checkout.root, "nowhere")


def test_an_image_has_one_revision_and_no_git(fresh: Checkout, tmp_path: Path) -> None:
    image = fresh.copy(tmp_path / "image", ".git").root
    assert revision_of(image) == "unknown"
    (image / "REVISION").write_text("abc123\n")
    assert revision_of(image) == "abc123"
    assert make_workspace(tmp_path / "one", image, "abc123") == "abc123"
    with pytest.raises(UserError, match="use the image of that revision"):
        make_workspace(tmp_path / "one", image, "def456")


def test_what_was_there_is_gone(fresh: Checkout, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one/left.txt").touch()
    make_workspace(tmp_path / "one", fresh.root)
    assert not (tmp_path / "one/left.txt").exists()


def test_the_next_try_finds_what_was_kept(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / ".dvc").mkdir(parents=True)
    keep_in(tmp_path / "kept", tmp_path / "one")
    (tmp_path / "one/out/checkpoints/ocr").mkdir()
    (tmp_path / "one/out/runs/ocr").mkdir(parents=True)
    (tmp_path / "one/out/runs/ocr/metrics.json").write_text("{}")
    (tmp_path / "one/dvc.lock").write_text("stages: {}")
    keep(tmp_path / "one", tmp_path / "kept")
    keep_in(tmp_path / "kept", tmp_path / "two")
    assert (tmp_path / "two/out/checkpoints/ocr").is_dir()
    assert (tmp_path / "two/out/runs/ocr/metrics.json").read_text() == "{}"
    assert (tmp_path / "two/dvc.lock").read_text() == "stages: {}"
    told = (tmp_path / "two/.dvc/config.local").read_text()
    assert "no_scm = true" in told
    assert f"dir = {(tmp_path / 'kept/cache').resolve()}" in told


def test_stages_come_in_an_order_in_which_they_can_run() -> None:
    stages = read_stages(ROOT)
    assert needed(stages, ["train_ocr"]) == ["prepare_ocr", "train_ocr"]
    everything = needed(stages, stages)
    assert sorted(everything) == sorted(stages)
    assert everything.index("train_localize") < everything.index("evaluate_stack")
    with pytest.raises(UserError, match="there is no stage 'train'"):
        needed(stages, ["train"])


def test_a_stage_that_waits_for_another_needs_it() -> None:
    stages = read_stages(ROOT)
    stages["prepare_ocr"]["deps"].append("out/models/localize")
    assert needed(stages, ["train_ocr"]) == [
        *("prepare_localize", "train_localize", "prepare_ocr", "train_ocr")
    ]
