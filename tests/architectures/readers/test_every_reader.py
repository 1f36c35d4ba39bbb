"""Whatever reader is chosen: it learns, is judged, exported, saved, loaded and read with."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from src.architectures.readers.registry import READERS, build_reader, reader_of
from src.architectures.readers.stored import load_reader
from src.common.texts import UNSEEN
from src.generators.formats import format_names, get_format
from src.inference.card import ONNX, ONNX_INT8
from src.inference.decoding.texts import text_decoder
from src.inference.grammar import PlateDecoder
from src.inference.runtime import onnx_run
from src.models.quantise import LEAST_AGREEMENT
from src.models.store import check_onnx, save_model
from src.models.torch_runtime import torch_run
from src.ocr.batches import ReadingBatch
from src.ocr.objective import ReadingObjective, require_room
from tests.architectures.readers.tiny import TINY
from tests.networks import card_of

SWISS = get_format("swiss")
ALPHABET = SWISS.alphabet + UNSEEN
SIZE = (32, 96)
every_reader = pytest.mark.parametrize("name", READERS.names())


def batch() -> ReadingBatch:
    plates = np.random.default_rng(1).integers(0, 256, (3, 1, *SIZE), dtype=np.uint8)
    return {
        "images": torch.from_numpy(plates),
        "texts": ["ZH1", "", f"BE22{UNSEEN}"],
        "rows": [("ZH1",), ("",), ("BE22?",)],
        "countries": ["CH", "", "CH"],
    }


@every_reader
def test_it_takes_a_step_and_goes_all_the_way(name: str, tmp_path: Path) -> None:
    torch.manual_seed(1)
    architecture, values, pictures = reader_of(name), TINY.get(name, {}), batch()
    network = architecture.new(values, SIZE, ALPHABET).train()
    objective = ReadingObjective(network)
    before = {key: value.detach().clone() for key, value in network.named_parameters()}
    losses = objective.loss(network, network(pictures["images"]), pictures, 0)
    assert losses["loss"] > 0
    losses["loss"].backward()
    idle = [key for key, value in network.named_parameters() if value.grad is None]
    assert not idle, "layers that learn nothing"
    torch.optim.AdamW(network.parameters(), 0.01).step()
    assert not any(torch.equal(before[k], v) for k, v in network.named_parameters() if v.ndim > 1)

    network.eval()
    with torch.inference_mode():
        objective.collect(network(pictures["images"]), pictures)
    assert set(objective.metrics()) == {"val_right", "val_exact", "val_cer"}

    card = card_of(architecture, network, values, SIZE, alphabet=ALPHABET)
    save_model(tmp_path, network, card)
    loaded, known = load_reader(tmp_path)
    assert known.int8_agreement is not None
    assert known.int8_agreement >= LEAST_AGREEMENT
    assert check_onnx(tmp_path, loaded, known) < 1e-3
    raws = [
        run(pictures["images"].numpy())
        for run in (torch_run(loaded), onnx_run(tmp_path / ONNX), onnx_run(tmp_path / ONNX_INT8))
    ]
    decoder = PlateDecoder(text_decoder(known.decoding, known.alphabet), SWISS.parse)
    for raw in raws:
        assert raw.shape == raws[0].shape
        for judged in decoder.decode(raw):
            assert 0 <= judged.confidence <= 1
            assert set(judged.text) <= set(ALPHABET)


def test_countries_go_all_the_way(tmp_path: Path) -> None:
    torch.manual_seed(1)
    architecture, pictures, codes = reader_of("ctc_reader"), batch(), ("CH", "DE", "FR")
    settings = architecture.settings.of(TINY.get("ctc_reader", {})).for_plates(9, len(codes))
    network = architecture.new(settings.values(), SIZE, ALPHABET).train()
    raw = network(pictures["images"])
    losses = ReadingObjective(network, codes).loss(network, raw, pictures, 0)
    assert losses["country_loss"] > 0
    losses["country_loss"].backward()
    # Two of the three are plates of the first country: its logits have to rise, the others' to fall.
    slope = dict(network.named_parameters())["vote.bias"].grad
    assert slope is not None
    assert slope[0] < 0
    assert (slope[1:] > 0).all()
    pictures["countries"] = ["", "", "AT"]  # not known, and none of the three
    raw = network(pictures["images"])
    assert ReadingObjective(network, codes).loss(network, raw, pictures, 0)["country_loss"] == 0

    card = card_of(architecture, network, settings.values(), SIZE, alphabet=ALPHABET)
    save_model(tmp_path, network, replace(card, countries=codes))
    loaded, known = load_reader(tmp_path)
    assert tuple(known.countries) == codes
    decoder = text_decoder(known.decoding, known.alphabet, known.countries)
    raws = [torch_run(loaded), onnx_run(tmp_path / ONNX_INT8)]
    exact, rounded = (
        PlateDecoder(decoder, SWISS.parse).decode(run(pictures["images"].numpy())) for run in raws
    )
    for one, other in zip(exact, rounded, strict=True):
        assert one.countries.keys() == set(codes)
        assert sum(one.countries.values()) == pytest.approx(1)
        assert other.countries == pytest.approx(one.countries, abs=0.05)


def test_one_country_is_not_told_apart() -> None:
    settings = reader_of("ctc_reader").settings()
    assert settings.for_plates(9, 1) == settings.for_plates(9, 0) == settings
    assert settings.for_plates(9, 2).values()["countries"] == 2


@every_reader
@pytest.mark.parametrize("plate_format", format_names())
def test_the_default_canvas_has_room_for_every_format(name: str, plate_format: str) -> None:
    longest = get_format(plate_format).max_length
    architecture = reader_of(name)
    settings = architecture.settings.of(TINY.get(name, {})).for_plates(longest, 0)
    require_room(architecture.new(settings.values(), (32, 128), "01"), 128, longest)


@every_reader
def test_longest_is_what_can_be_learned(name: str) -> None:
    network = build_reader(name, TINY.get(name, {}), (32, 128), "01").train()
    plates = torch.zeros(2, 1, 32, 128)
    longest = network.longest(128)
    targets: ReadingBatch = {
        "images": plates,
        "texts": ["1" * longest, ""],
        "rows": [("1" * longest,), ("",)],
        "countries": ["", ""],
    }
    loss = ReadingObjective(network).loss(network, network(plates), targets, 10**6)["loss"]
    assert 0 < loss.item() < 100  # a text without room would have no probability at all
