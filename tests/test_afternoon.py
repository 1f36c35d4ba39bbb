"""docs/afternoon.md, from the first command to the last, on drawn scenes in place of photographs."""

import csv
import json
import re
import shlex
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load_file

from src.bundle.bundle import RELEASE, load_bundle
from src.common.geometry import box_quad
from src.common.plates import LabelledPlate
from src.datasets.photos import load_photos
from src.generators.formats import get_format
from src.generators.scene import SceneOptions, World, draw_scene
from src.pipeline.start_weights import read_start_weights, start_weights
from tests.checkout import TINY, Checkout, equip, options
from tests.source import ROOT

PAGE = (ROOT / "docs/afternoon.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^ {4}(\S.*)$", PAGE, flags=re.MULTILINE)
PICTURES = 20


def draw_gate(folder: Path) -> list[Sequence[LabelledPlate]]:
    """Write scenes with a plate each as pictures without labels; return what a person sees in them."""
    folder.mkdir()
    asked = SceneOptions(
        height=256, width=256, max_plates=1, empty_share=0.0, min_plate=0.5, max_plate=0.8
    )
    world, rng = World(get_format("swiss")), np.random.default_rng(7)
    scenes = [draw_scene(rng, world, asked, "test") for _ in range(PICTURES)]
    for number, scene in enumerate(scenes):
        Image.fromarray(scene.image).save(folder / f"{number}.png")
    return [scene.plates for scene in scenes]


def correct_in_cvat(folder: Path, plates: Sequence[Sequence[LabelledPlate]]) -> None:
    """Write what CVAT exports after a person has corrected every picture: polygons with a text."""
    root = Element("annotations")
    SubElement(root, "version").text = "1.1"
    for number, inside in enumerate(plates):
        name = {"id": str(number), "name": f"{number}.png", "width": "256", "height": "256"}
        image = SubElement(root, "image", name)
        for plate in inside:
            # Of the first one it is known where it is, and not where its corners are.
            quad = plate.known_quad if number else box_quad(plate.known_quad)
            points = ";".join(f"{x:.2f},{y:.2f}" for x, y in quad.clip(0, 256))
            polygon = SubElement(image, "polygon", {"label": "plate", "points": points})
            SubElement(polygon, "attribute", {"name": "text"}).text = str(plate.text)
    ElementTree(root).write(folder / "annotations.xml", encoding="utf-8", xml_declaration=True)


def small(command: Sequence[str]) -> list[str]:
    """Return a command; that which trains is made as small as it gets, by the variable with its parameters."""
    if list(command) != ["make", "finetune"]:
        return list(command)
    recipe = (ROOT / "Makefile").read_text().partition("\nfinetune:")[2].partition("\n\n")[0]
    (variable,) = re.findall(r"src\.finetune \$\((\w+)\)", recipe)
    values = {**TINY, "MULTIPROCESSING": True, "PrepareLocalizeParams.MAX_IMAGES": 80}
    chosen = options(values, ["photos_wait_for=out/models/localize"])
    tiny = " ".join(shlex.quote(option) for option in chosen)
    return [*command, f"{variable}={tiny}"]


def test_the_page_goes_all_the_way() -> None:
    steps = [" ".join(re.sub(r"^python3 -m src\.", "", c).split()[:2]) for c in COMMANDS]
    assert steps == [
        *("photos label", "photos import", "photos split", "photos check", "photos stats"),
        *("matrix --models", "make finetune", "matrix --models", "make release"),
        *("git add", "git commit"),
    ]


def check_fine_tuning(checkout: Checkout, said: str) -> None:
    """Check what a fine-tuning from the release has printed and written."""
    root = checkout.root
    # The reader's photographs wait for the localizer, which finds the corners too.
    order = [said.index(f"Running stage '{name}'") for name in ("train_localize", "prepare_ocr")]
    assert order == sorted(order)
    photos = load_photos(root / "data/datasets/photos/gate").photos
    sides = Counter(photo.split for photo in photos for _ in photo.plates)
    frozen = re.search(
        r"ocr: photographs frozen: (\d+) to train on, (\d+) to validate on; plates left out: (\d+)",
        said,
    )
    assert frozen
    train, val, left_out = map(int, frozen.groups())
    # Of what is drawn at night, or through drops, one may not be found.
    assert train + val + left_out == sides["train"] + sides["val"]
    assert left_out <= 2
    # What came over, and what it gave.
    head = next(line for line in said.splitlines() if line.startswith("starts from release"))
    assert f"corner_detector for {load_bundle(RELEASE).card.plate_format} plates" in head
    table = said[said.index("Exactly read on your photographs") :].splitlines()
    assert table[1].split()[:5] == ["set", "plates", "before", "after", "change"]
    assert table[2].split()[:2] == ["gate", str(sides["test"])]
    # The run can be had again by the name that it says.
    (run,) = re.findall(r"`dvc exp apply (\S+)` brings", said)
    assert run in checkout.ok("dvc", "exp", "list", "--name-only").split()
    assert not (root / ".cache/finetune").exists()
    released = load_bundle(RELEASE)
    for name in ("localize", "ocr"):
        card = json.loads((root / f"out/models/{name}/card.json").read_text())
        start = root / f"data/prepared/{name}/start"
        origin = json.loads((start / "origin.json").read_text())
        assert card["ancestry"] == {**origin, "data": card["ancestry"]["data"]}
        assert card["ancestry"]["model"] == released.card.version
        # A training of a few steps at a tenth of the rate is near what it started from.
        before = read_start_weights(start_weights(released, name))
        after = load_file(root / f"out/models/{name}/weights.safetensors")
        # The format of this run is of one country: what the release tells countries apart with has no place.
        assert {key.partition(".")[0] for key in before.keys() - after.keys()} <= {"vote"}
        matrices = [key for key, value in before.items() if value.ndim > 1 and key in after]
        # The release tells apart more characters than Swiss plates have: what tells them comes over row by row.
        other = [key for key in matrices if after[key].shape != before[key].shape]
        assert all(key.startswith("classify") for key in other)
        matrices = [key for key in matrices if key not in other]
        for key in matrices:
            moved = abs(after[key] - before[key].astype(after[key].dtype)).mean()
            assert moved < 0.2 * abs(after[key]).mean(), key
        assert any((after[key] != before[key]).any() for key in matrices)


@pytest.mark.slow
def test_every_command_of_the_page_in_its_order(fresh: Checkout, tmp_path: Path) -> None:
    checkout = fresh.copy(tmp_path / "clone").with_identity()
    equip(checkout)
    gate = tmp_path / "gate"
    seen = draw_gate(gate)
    released = json.loads((checkout.root / "release/card.json").read_text())
    parameters = [(checkout.root / name).read_bytes() for name in ("params.py", "params.yaml")]
    for command in map(shlex.split, COMMANDS):
        said = checkout.ok(*small(command))
        if command == ["make", "finetune"]:
            check_fine_tuning(checkout, said)
        if command[3:4] == ["label"]:
            with (gate / "annotations.csv").open(encoding="utf-8", newline="") as file:
                read = [row["plate_text"] for row in csv.DictReader(file)]
            right = {plate.text for plates in seen for plate in plates} & set(read)
            assert len(right) > PICTURES / 2  # little is left to be corrected
            correct_in_cvat(gate, seen)
    # The parameters are as they were.
    kept = [(checkout.root / name).read_bytes() for name in ("params.py", "params.yaml")]
    assert kept == parameters
    photos = load_photos(checkout.root / "data/datasets/photos/gate")
    assert len(photos.photos) == PICTURES
    assert photos.of("train")
    assert photos.of("val")
    assert (checkout.root / "out/photos/stats.png").is_file()
    matrix = json.loads((checkout.root / "out/photos/matrix/matrix.json").read_text())
    assert [cell["pictures"] for cell in matrix["cells"]] == [len(photos.of("test"))] * 2
    assert [model["name"] for model in matrix["models"]] == ["release", "own"]
    card = json.loads((checkout.root / "release/card.json").read_text())
    assert card["weights"] != released["weights"]
    assert "gate" not in checkout.ok(
        "git", "status", "--porcelain"
    )  # no photograph is offered to git
    (give_back,) = re.findall(r"`(git restore [^`]+)`", PAGE)
    checkout.ok("bash", "-c", give_back)
    assert checkout.ok("git", "status", "--porcelain") == ""
    told = checkout.ok(
        *("python3", "-m", "src.matrix", "--models", "HEAD~1:release", "release"),
        *("--photos", "data/datasets/photos/gate"),
    )
    assert "HEAD~1:release" in told
