"""The start of a training is frozen beside its prepared set."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from src.bundle.bundle import RELEASE, load_bundle
from src.common.errors import UserError
from src.common.files import sha256
from src.datasets.start_origin import START, read_origin
from src.pipeline.start_frozen import freeze_start
from src.training.start import load_start


def test_weights_and_where_they_are_from_are_frozen(tmp_path: Path) -> None:
    folder = tmp_path / "ocr"
    freeze_start("release", folder)
    origin = read_origin(folder / START)
    assert (origin.start, origin.model) == ("release", load_bundle(RELEASE).card.version)
    assert origin.weights == sha256(folder / START / "weights.safetensors")
    start = load_start(folder)
    assert start is not None
    assert start.card.name == "ctc_reader"
    assert start.origin == origin


def test_none_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "localize"
    freeze_start("none", folder)
    assert not folder.exists()
    freeze_start("release", folder)
    freeze_start("none", folder)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: shutil.rmtree(folder), "has no weights to train on from, only what reads"),
        (
            lambda folder: (folder / "ocr/weights.safetensors").write_bytes(b"nothing"),
            "damaged",
        ),
        (
            lambda folder: shutil.copy(
                folder / "localize/weights.safetensors", folder / "ocr/weights.safetensors"
            ),
            "damaged",
        ),
    ],
)
def test_weights_that_are_not_the_models_are_refused(
    tmp_path: Path, spoil: Callable[[Path], object], said: str
) -> None:
    model = tmp_path / "model"
    shutil.copytree(RELEASE, model)
    spoil(model / "weights")
    with pytest.raises(UserError, match=said):
        freeze_start(str(model), tmp_path / "ocr")
    assert not (tmp_path / "ocr").exists()
