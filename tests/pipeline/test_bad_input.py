"""What a user may get wrong is answered by one line that says so."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.checkout import Checkout, Done

pytestmark = pytest.mark.slow


@pytest.fixture
def checkout(fresh: Checkout, tmp_path: Path) -> Checkout:
    return fresh.copy(tmp_path / "checkout", ".git", ".dvc")


@pytest.fixture
def with_models(trained: Checkout, tmp_path: Path) -> Checkout:
    return trained.copy(tmp_path / "checkout", ".git", ".dvc", "checkpoints", "runs")


def complaint(done: Done) -> str:
    """Return the one line that a command ended with."""
    assert done.returncode == 1, done.stdout + done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.strip()]
    assert line.startswith("error: ")
    return line


@pytest.mark.parametrize("stage", ["localize", "ocr", "stack"])
def test_no_pictures(checkout: Checkout, stage: str) -> None:
    classes = {"localize": "PrepareLocalize", "ocr": "PrepareOCR", "stack": "PrepareStack"}
    one = rf"(class {classes[stage]}Params:(?:\n.*?)*?MAX_IMAGES: int = )\d+"
    checkout.edit("params.py", one, r"\g<1>0")
    assert "MAX_IMAGES" in complaint(checkout.run("python3", "-m", f"src.{stage}.prepare"))


def test_unknown_plate_format(checkout: Checkout) -> None:
    checkout.edit("params.yaml", "plate_format: .*", "plate_format: martian")
    line = complaint(checkout.run("python3", "-m", "src.stack.prepare"))
    assert "martian" in line
    assert "swiss" in line


def test_unknown_networks(with_models: Checkout) -> None:
    with_models.edit("params.yaml", "localize_model: .*", "localize_model: yolo99")
    line = complaint(with_models.run("python3", "-m", "src.localize.train"))
    assert "yolo99" in line
    assert "corner_detector" in line


def test_broken_background_picture(checkout: Checkout) -> None:
    picture = checkout.root / "data/datasets/backgrounds/deep/down.jpg"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"\xff\xd8\xff\xe0 and no more")
    line = complaint(checkout.run("python3", "-m", "src.stack.prepare"))
    assert "deep/down.jpg" in line


def test_broken_row_of_the_annotations(with_models: Checkout) -> None:
    folder = with_models.root / "data/datasets/photos/street"
    folder.mkdir(parents=True)
    table = folder / "annotations.csv"
    table.write_text("image_path,plate_text\ngone.jpg,ZH1\n", encoding="utf-8")
    done = with_models.run("python3", "-m", "src.stack.evaluate")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "error: " in done.stderr
    assert "annotations.csv" in done.stderr
    assert "gone.jpg" in done.stderr


def test_photographs_that_are_not_there(with_models: Checkout) -> None:
    done = with_models.run("python3", "-m", "src.stack.evaluate", "--photos", "no/such/folder")
    assert done.returncode == 1
    model, line = done.stderr.splitlines()
    # Networks are there, but not as a saved model.
    assert model.startswith("model ")
    assert "release; the networks trained last are not in" in model
    assert line.startswith("error: no/such/folder")


def test_nothing_trained_yet(checkout: Checkout) -> None:
    assert "dvc repro" in complaint(checkout.run("python3", "-m", "src.stack.evaluate"))
    picture = checkout.root / "data/datasets/photos/street/0.png"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(cv2.imencode(".png", np.zeros((64, 64), np.uint8))[1].tobytes())
    (picture.parent / "annotations.csv").write_text("image_path,plate_text\n0.png,\n")
    photos = ("python3", "-m", "src.stack.evaluate", "--photos", str(picture.parent))
    for options in ((), ("--model", "release")):
        done = checkout.run(*photos, *options)
        assert done.returncode == 0, done.stderr
        line, sheet = done.stderr.splitlines()
        assert line.endswith(f"from {checkout.root / 'release'}")
        path = checkout.root / "out/photos/photos_street.jpg"
        assert sheet == f"wrote {path}: all pictures, the worst first"
        assert done.stdout.splitlines()[1].split()[:2] == ["street", "1"]
    assert "no model in" in complaint(checkout.run(*photos, "--model", "own"))
    without = ("python3", "-m", "src.stack.evaluate", "--model", "own")
    assert "--photos" in complaint(checkout.run(*without))


def test_make_with_changes_and_without_a_git_identity(fresh: Checkout, tmp_path: Path) -> None:
    # A first experiment needs none; with changes in the tree, as it leaves them, DVC fails without.
    checkout = fresh.copy(tmp_path / "checkout")
    checkout.ok("make", "git-checkout")
    checkout.edit("params.py", "BATCH_SIZE: int = 32", "BATCH_SIZE: int = 16")
    done = checkout.run("make", "git-checkout")
    assert done.returncode == 2
    assert "git config user.name" in done.stderr.splitlines()[0]
    checkout.with_identity().ok("make", "git-checkout")


@pytest.mark.parametrize("target", ["quickstart", "pipeline"])
def test_make_without_git(checkout: Checkout, target: str) -> None:
    done = checkout.run("make", target)
    assert done.returncode == 2
    assert done.stderr.splitlines()[0].startswith("DVC needs a git repository here")
    assert "git init" in done.stderr
    assert not (checkout.root / ".venv").exists()  # it is said at once, not after minutes of set-up
