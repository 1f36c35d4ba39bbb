"""What is made into a bundle computes what the weights do."""

import re
from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import load_file, save_file

from src.architectures.localizers.plate_localizer_v3.architecture import (
    ARCHITECTURE as PLATE_LOCALIZER_V3,
)
from src.bundle.bundle import LOCALIZE, READ, REFINE, load_bundle
from src.bundle.origin import Thresholds
from src.common.errors import UserError
from src.common.files import sha256
from src.inference.card import ONNX_INT8, WEIGHTS, load_card
from src.models.store import save_model
from src.stack.pack import pack
from tests.networks import bundle_on, card_of, save_networks


def test_files_and_settings_are_those_of_the_networks(tmp_path: Path) -> None:
    save_networks(tmp_path)
    metrics = {"val_acc": 0.5}
    card = pack(tmp_path, tmp_path / "stack", Thresholds(0.2, 0.6, [128, 256]), metrics).card
    assert (card.min_score, card.min_confidence, card.long_sides) == (0.2, 0.6, (128, 256))
    assert card.metrics == metrics
    for part, name in (("localize", LOCALIZE), ("ocr", READ)):
        assert sha256(tmp_path / "stack" / name) == sha256(tmp_path / part / ONNX_INT8)
        assert card.weights[part] == sha256(tmp_path / part / WEIGHTS)


def test_networks_without_8_bit_convolutions_if_those_are_wanted(tmp_path: Path) -> None:
    save_networks(tmp_path)
    pack(tmp_path, tmp_path / "stack", Thresholds(0.2, 0.6, [128]), {}, int8=False)
    for source, name in (("localize/network.onnx", LOCALIZE), ("localize/refiner.onnx", REFINE)):
        assert sha256(tmp_path / "stack" / name) == sha256(tmp_path / source)


def test_a_localizer_of_one_size_without_a_refiner(tmp_path: Path) -> None:
    save_networks(tmp_path)
    network = PLATE_LOCALIZER_V3.new({}, (64, 96))
    card = card_of(PLATE_LOCALIZER_V3, network, {}, (64, 96))
    save_model(tmp_path / "localize", network, card)
    bundle = bundle_on(tmp_path)
    assert REFINE not in bundle.files
    # It answers one plate for every picture, which is stretched to the one size that it takes.
    assert len(bundle.reader.detect(np.zeros((200, 50), np.uint8))) == 1


def test_the_default_localizer_without_a_refiner(tmp_path: Path) -> None:
    save_networks(tmp_path / "with")
    save_networks(tmp_path / "without", refiner_channels=[])
    assert not load_card(tmp_path / "without/localize").refined
    bundle, refined = bundle_on(tmp_path / "without"), bundle_on(tmp_path / "with")
    assert (REFINE in bundle.files, REFINE in refined.files) == (False, True)
    # All cells say "a plate of 80×20 pixels here": the refiner of the other one finds nothing to correct in them.
    picture = np.zeros((64, 96), np.uint8)
    (first, *_), (same, *_) = bundle.reader.detect(picture), refined.reader.detect(picture)
    assert first.quad == pytest.approx(same.quad, abs=0.1)
    assert {r.text for r in bundle.reader.read(picture)} == {"Z"}


def test_deviation_of_the_engines_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_networks(tmp_path)
    bundle_on(tmp_path)
    told = re.findall(r"(\w+): .* differ by at most (\S+);", capsys.readouterr().out)
    assert [name for name, _ in told] == ["localize", "ocr"]
    assert all(0 <= float(deviation) < 1e-3 for _, deviation in told)


def test_nothing_is_saved_when_the_engines_disagree(tmp_path: Path) -> None:
    save_networks(tmp_path)
    before = bundle_on(tmp_path)
    weights = tmp_path / "ocr" / WEIGHTS
    state = load_file(weights)
    save_file({name: tensor + 0.5 for name, tensor in state.items()}, weights)
    with pytest.raises(UserError, match=r"ocr.network\.onnx differs from the weights"):
        bundle_on(tmp_path, 0.4)
    assert load_bundle(before.folder).card == before.card


def test_nothing_is_saved_without_networks(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no trained model"):
        bundle_on(tmp_path)
    assert list(tmp_path.iterdir()) == []
