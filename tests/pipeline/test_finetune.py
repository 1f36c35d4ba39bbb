"""What fine-tuning refuses and says before it begins, and what it can start from; tests/test_afternoon.py runs it."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from src import finetune
from src.bundle.bundle import load_bundle
from src.common.config import ROOT, load_config
from src.datasets.photos import load_photos
from src.generators.formats import get_format
from src.pipeline.start import start_bundle
from src.pipeline.start_weights import start_weights
from tests.checkout import Checkout


def test_without_photographs_to_train_on_it_says_what_to_do(fresh: Checkout) -> None:
    done = fresh.run("python3", "-m", "src.finetune")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: no photograph to train on in ")
    assert "python3 -m src.photos split" in line


def label(root: Path, *texts: str) -> None:
    """Write a folder of pictures to train on, one for each text."""
    folder = root / "data/datasets/photos/own"
    folder.mkdir(parents=True)
    rows = ["image_path,plate_text,split"]
    for number, text in enumerate(texts):
        cv2.imwrite(str(folder / f"{number}.png"), np.zeros((8, 8), np.uint8))
        rows.append(f"{number}.png,{text},train")
    (folder / "annotations.csv").write_text("\n".join(rows), encoding="utf-8")


def test_plates_of_which_the_format_lacks_characters_are_counted_before_it_begins(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    label(tmp_path, "ZH1", "KQ1", "ZH?", "")
    photos = load_photos(tmp_path / "data/datasets/photos/own").of("train")
    finetune._require_learnable(photos, get_format("swiss"))
    said = capsys.readouterr().err
    assert said.startswith(
        "warning: 1 of 3 plates to train on cannot be learned: the plate format "
    )
    assert "swiss lacks KQ;" in said
    finetune._require_learnable(photos, get_format("european"))
    assert capsys.readouterr().err == ""


def test_where_none_can_be_learned_nothing_is_trained(fresh: Checkout, tmp_path: Path) -> None:
    checkout = fresh.copy(tmp_path / "clone")
    label(checkout.root, "KQ1", "XY22")
    done = checkout.run("python3", "-m", "src.finetune")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: 2 of 2 plates to train on cannot be learned: ")
    assert line.endswith("plate_format in params.yaml (docs/pipeline.md lists them)")


@pytest.mark.slow
def test_a_revision_gives_the_networks_that_it_trained(trained: Checkout, tmp_path: Path) -> None:
    copied = trained.copy(tmp_path / "checkout").with_identity()
    copied.ok("git", "add", "-A")
    copied.ok("git", "commit", "-q", "-m", "Trained")
    found = start_bundle("HEAD", copied.root)
    assert found is not None
    bundle = load_bundle(found)
    assert bundle.card.revision == copied.ok("git", "rev-parse", "HEAD").strip()
    for name in ("localize", "ocr"):
        own = (copied.root / f"out/models/{name}/weights.safetensors").read_bytes()
        assert (start_weights(bundle, name) / "weights.safetensors").read_bytes() == own


def test_networks_are_as_large_as_those_of_the_start() -> None:
    start, config = load_bundle(ROOT / "release"), load_config()
    values = finetune.network_values(start, config, [])
    assert values == [
        "params.py:LocalizeModelParams.CHANNELS=[24,48,80,96]",
        "params.py:OCRModelParams.CHANNELS=[48,96,128,192]",
        "params.py:OCRModelParams.HIDDEN=128",
    ]
    assert (
        finetune.network_values(start, config, ["params.py:OCRModelParams.HIDDEN=96"]) == values[:2]
    )
    other = replace(config, ocr_model="lprnet")
    assert finetune.network_values(start, other, []) == values[:1]
