"""The trained networks behind the reader."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from src.architectures.localizers.registry import LOCALIZERS, build_localizer
from src.architectures.readers.registry import READERS, build_reader
from src.common.errors import UserError
from src.generators.formats import get_format
from src.inference.card import CARD
from src.inference.settings import Value
from src.models.store import save_model
from src.stack.networks import load_plate_reader
from tests.networks import REFINER, card_of

ALPHABET = get_format("swiss").alphabet
LOCALIZE: dict[str, Value] = {"channels": [4, 4, 8, 8], "blocks": [1, 1, 1], **REFINER}
READ: dict[str, Value] = {"channels": [4, 4, 8, 8], "hidden": 8, "dropout": 0.0}


def save(models: Path, localizer: str = "corner_detector", plate_format: str = "swiss") -> None:
    torch.manual_seed(1)
    values, size = LOCALIZE if localizer == "corner_detector" else {}, (64, 64)
    one = build_localizer(localizer, values, size)
    two = build_reader("ctc_reader", READ, (32, 128), ALPHABET)
    card = card_of(LOCALIZERS.get(localizer), one, values, size, plate_format)
    save_model(models / "localize", one, card)
    save_model(models / "ocr", two, card_of(READERS.get("ctc_reader"), two, READ, (32, 128)))


@pytest.fixture(scope="module", params=["corner_detector", "plate_localizer_v3"])
def models(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a localizer and a reader; to be read only."""
    folder: Path = tmp_path_factory.mktemp("models")
    save(folder, request.param)
    return folder


@pytest.mark.parametrize("size", [(1, 1), (33, 190), (700, 500)])
def test_any_picture_gives_finite_readings(models: Path, size: tuple[int, int]) -> None:
    plate_reader, card = load_plate_reader(models, 0.001, 0.0, [64, 256])
    assert card.name == "ctc_reader"
    for grey in (0, 255):
        for r in plate_reader.read(np.full(size, grey, np.uint8)):
            numbers = [r.score, r.confidence, r.confidence_mean, r.confidence_min, *r.quad.ravel()]
            assert np.isfinite(numbers).all()


@pytest.mark.parametrize("models", ["plate_localizer_v3"], indirect=True)
def test_same_picture_same_readings(models: Path) -> None:
    image = np.random.default_rng(1).integers(0, 256, (90, 160), dtype=np.uint8)
    first, second = (load_plate_reader(models, 0.0, 0.0, [256])[0].read(image) for _ in range(2))
    assert [(r.text, r.confidence) for r in first] == [(r.text, r.confidence) for r in second]


def test_networks_of_two_formats_do_not_work_together(tmp_path: Path) -> None:
    save(tmp_path, plate_format="elvish")
    with pytest.raises(UserError, match=r"elvish.*swiss.*dvc repro"):
        load_plate_reader(tmp_path, 0.3, 0.5, [256])


def test_missing_networks_say_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="dvc repro"):
        load_plate_reader(tmp_path, 0.3, 0.5, [256])


def test_countries_of_another_number_are_found_on_loading(tmp_path: Path) -> None:
    save(tmp_path)
    path = tmp_path / "ocr" / CARD
    path.write_text(json.dumps({**json.loads(path.read_text()), "countries": ["CH", "LI"]}))
    with pytest.raises(UserError, match=r"ocr is damaged .*2 countries.*dvc repro"):
        load_plate_reader(tmp_path, 0.3, 0.5, [64])
