"""Fine-tuning on a small drawn stand-in for photographs, as its users run it."""

import csv
import json
import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from safetensors.numpy import load_file

from src import finetune
from src.bundle.bundle import RELEASE, load_bundle
from src.common.config import load_config
from src.common.geometry import box_quad
from src.datasets.annotation_rows import COLUMNS
from src.datasets.scenes import SceneRecipe
from src.generators.formats import get_format
from src.generators.scene import SceneOptions
from src.pipeline.start import start_bundle
from src.pipeline.start_weights import start_weights
from src.pipeline.world import load_world
from tests.checkout import TINY, Checkout, options

# Pictures by split.
SPLITS = ("train",) * 6 + ("val",) * 2 + ("test",) * 3
SCENES = SceneOptions(
    height=160, width=200, max_plates=1, empty_share=0.0, min_plate=0.4, max_plate=0.8
)


def draw_photographs(folder: Path) -> None:
    """Write drawings in the place of photographs, with their annotations."""
    folder.mkdir(parents=True)
    recipe = SceneRecipe(load_world(load_config()), SCENES, 77, "test")
    with (folder / "annotations.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for index, split in enumerate(SPLITS):
            sample = recipe(index)
            cv2.imwrite(str(folder / f"{index}.png"), sample.image)
            for plate in sample.plates:
                # Of the first one it is known where it is, and not where its corners are.
                quad = plate.known_quad if index else box_quad(plate.known_quad)
                corners = [f"{value:.2f}" for value in quad.ravel()]
                rows.writerow([f"{index}.png", plate.text, *corners, split, "", "", plate.lines])


@pytest.fixture
def checkout(trained: Checkout, tmp_path: Path) -> Checkout:
    copied = trained.copy(tmp_path / "checkout").with_identity()
    draw_photographs(copied.root / "data/datasets/photos/own")
    return copied


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
    finetune._require_learnable([tmp_path / "data/datasets/photos/own"], get_format("swiss"))
    said = capsys.readouterr().err
    assert said.startswith(
        "warning: 1 of 3 plates to train on cannot be learned: the plate format "
    )
    assert "swiss lacks KQ;" in said
    finetune._require_learnable([tmp_path / "data/datasets/photos/own"], get_format("european"))
    assert capsys.readouterr().err == ""


def test_where_none_can_be_learned_nothing_is_trained(fresh: Checkout) -> None:
    label(fresh.root, "KQ1", "XY22")
    done = fresh.run("python3", "-m", "src.finetune")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: 2 of 2 plates to train on cannot be learned: ")
    assert line.endswith("plate_format in params.yaml (docs/pipeline.md lists them)")


@pytest.mark.slow
def test_from_the_release_to_a_table(checkout: Checkout) -> None:
    parameters = (checkout.root / "params.py").read_text(encoding="utf-8")
    names = (checkout.root / "params.yaml").read_text(encoding="utf-8")
    values = options(
        {**TINY, "MULTIPROCESSING": True, "PrepareLocalizeParams.MAX_IMAGES": 80},
        ["photos_wait_for=out/models/localize"],
    )
    said = checkout.ok("python3", "-m", "src.finetune", *values)
    # The reader's photographs wait for the localizer, which finds the corners too.
    order = [said.index(f"Running stage '{name}'") for name in ("train_localize", "prepare_ocr")]
    assert order == sorted(order)
    assert "ocr: photographs frozen: 6 to train on, 2 to validate on; plates left out: 0" in said
    # What came over, and what it gave.
    assert "starts from release" in said
    head = next(line for line in said.splitlines() if line.startswith("starts from release"))
    assert "corner_detector for swiss plates" in head
    table = said[said.index("Exactly read on your photographs") :].splitlines()
    assert table[1].split()[:5] == ["set", "plates", "before", "after", "change"]
    assert table[2].split()[:2] == ["own", str(SPLITS.count("test"))]
    # The run can be had again by the name that it says.
    (run,) = re.findall(r"`dvc exp apply (\S+)` brings", said)
    assert run in checkout.ok("dvc", "exp", "list", "--name-only").split()
    # The parameters are as they were, and nothing is left behind.
    assert (checkout.root / "params.py").read_text(encoding="utf-8") == parameters
    assert (checkout.root / "params.yaml").read_text(encoding="utf-8") == names
    assert not (checkout.root / ".cache/finetune").exists()
    released = load_bundle(RELEASE)
    for name in ("localize", "ocr"):
        card = json.loads((checkout.root / f"out/models/{name}/card.json").read_text())
        frozen = checkout.root / f"data/prepared/{name}/start"
        assert card["ancestry"] == {
            **json.loads((frozen / "origin.json").read_text()),
            "data": card["ancestry"]["data"],
        }
        assert card["ancestry"]["model"] == released.card.version
        # A training of a few steps at a tenth of the rate is near what it started from.
        before = load_file(start_weights(released, name) / "weights.safetensors")
        after = load_file(checkout.root / f"out/models/{name}/weights.safetensors")
        matrices = [key for key, value in before.items() if value.ndim > 1]
        for key in matrices:
            moved = abs(after[key] - before[key].astype(after[key].dtype)).mean()
            assert moved < 0.2 * abs(after[key]).mean(), key
        assert any((after[key] != before[key]).any() for key in matrices)


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
