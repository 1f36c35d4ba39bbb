"""The trained networks behind the reader."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from src.common.errors import UserError
from src.generators.formats import get_format
from src.models.card import Card
from src.models.decoding.plates import decoding_of
from src.models.registry import build_localizer, build_reader
from src.models.runtime import torch_run
from src.models.store import save_model
from src.stack.networks import detect, load_plate_reader
from tests.networks import REFINER

ALPHABET = get_format("swiss").alphabet
BOTH: dict[str, Any] = {"height": 64, "width": 64}
LOCALIZE: dict[str, Any] = {**BOTH, "channels": [4, 4, 8, 8], "blocks": [1, 1, 1], **REFINER}
READ: dict[str, Any] = {
    "height": 32, "width": 128, "channels": [4, 4, 8, 8], "hidden": 8, "dropout": 0.0
}  # fmt: skip


def save(models: Path, localizer: str = "corner_detector", plate_format: str = "swiss") -> None:
    torch.manual_seed(1)
    one, two = build_localizer(localizer, LOCALIZE), build_reader("ctc_reader", READ, ALPHABET)
    save_model(models / "localize", one, Card(localizer, LOCALIZE, plate_format, ALPHABET, {}, 1))
    save_model(models / "ocr", two, Card("ctc_reader", READ, "swiss", ALPHABET, {}, 1, "ctc"))


@pytest.mark.parametrize("name", ["corner_detector", "plate_localizer_v3"])
@pytest.mark.parametrize("size", [(1, 1), (33, 190), (700, 500)])
def test_any_picture_gives_finite_readings(
    tmp_path: Path, name: str, size: tuple[int, int]
) -> None:
    save(tmp_path, name)
    plate_reader, card = load_plate_reader(tmp_path, 0.001, 0.0, [64, 256])
    assert card.name == "ctc_reader"
    for grey in (0, 255):
        for r in plate_reader.read(np.full(size, grey, np.uint8)):
            numbers = [r.score, r.confidence, r.confidence_mean, r.confidence_min, *r.quad.ravel()]
            assert np.isfinite(numbers).all()


def test_same_picture_same_readings(tmp_path: Path) -> None:
    save(tmp_path, "plate_localizer_v3")
    image = np.random.default_rng(1).integers(0, 256, (90, 160), dtype=np.uint8)
    first, second = (load_plate_reader(tmp_path, 0.0, 0.0, [256])[0].read(image) for _ in range(2))
    assert [(r.text, r.confidence) for r in first] == [(r.text, r.confidence) for r in second]


@pytest.mark.parametrize("size", [(64, 64), (128, 256), (50, 30)])
def test_fixed_size_networks_answer_in_the_picture_s_pixels(size: tuple[int, int]) -> None:
    # A regressor whose last layer says: the box is the whole picture.
    network = build_localizer("plate_localizer_v3", LOCALIZE).eval()
    last = [m for m in network.modules() if isinstance(m, torch.nn.Linear)][-1]
    torch.nn.init.zeros_(last.weight)
    last.bias.data = torch.tensor([0.0, 0.0, 20.0, 20.0])
    height, width = size
    decoding = decoding_of("plate_localizer_v3", LOCALIZE)
    (found,) = detect(decoding, torch_run(network), np.zeros(size, np.uint8), 0.3)
    # The whole of a grid of n pixels, counted from 0 to n, is half a pixel more than from -0.5 to n - 0.5.
    expected = np.array([[0, 0], [width, 0], [width, height], [0, height]])
    assert np.abs(found.quad - expected).max() <= 0.5 * max(1, width / 64, height / 64)


def test_networks_of_two_formats_do_not_work_together(tmp_path: Path) -> None:
    save(tmp_path, plate_format="elvish")
    with pytest.raises(UserError, match=r"elvish.*swiss.*dvc repro"):
        load_plate_reader(tmp_path, 0.3, 0.5, [256])


def test_missing_networks_say_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="dvc repro"):
        load_plate_reader(tmp_path, 0.3, 0.5, [256])
