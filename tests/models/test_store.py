"""Weights and cards on disk: the same network back, and nothing that runs on loading."""

import json
import os
import pickle
import resource
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from src.architectures.localizers.registry import LOCALIZERS, build_localizer
from src.architectures.localizers.stored import load_localizer
from src.architectures.readers.registry import READERS, build_reader
from src.architectures.readers.stored import load_reader
from src.common.errors import UserError
from src.common.files import sha256
from src.inference.card import (
    CARD,
    FIRST_NETWORKS,
    ONNX,
    ONNX_INT8,
    REFINER_ONNX,
    WEIGHTS,
    Card,
    load_card,
)
from src.inference.runtime import onnx_run
from src.inference.settings import Value
from src.models.base import Localizer, Reader
from src.models.store import check_onnx, save_model
from tests.networks import card_of

SETTINGS: dict[str, Value] = {"channels": [4, 4, 8, 8], "hidden": 8, "dropout": 0.0}
SIZE = (32, 64)
ALPHABET = "01AZ"
CARD_OF_IT = Card("ctc_reader", "ctc", SETTINGS, *SIZE, "swiss", ALPHABET, {"val_exact": 0.5}, 1)


def network_of_one_seed() -> Reader:
    torch.manual_seed(1)
    return build_reader("ctc_reader", SETTINGS, SIZE, ALPHABET)


@pytest.fixture
def network() -> Reader:
    return network_of_one_seed()


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("saved")
    save_model(folder, network_of_one_seed(), CARD_OF_IT)
    return folder


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    """A saved model that may be damaged."""
    return shutil.copytree(saved, tmp_path / "ocr")


def test_round_trip(folder: Path, network: Reader) -> None:
    loaded, card = load_reader(folder)
    assert card.onnx_deviation is not None
    assert 0 <= card.onnx_deviation < 1e-5
    assert card.int8_agreement is not None
    assert 0.95 <= card.int8_agreement <= 1
    assert card.int8_files == {ONNX_INT8: sha256(folder / ONNX_INT8)}
    stripped = replace(card, onnx_deviation=None, int8_agreement=None, int8_files=None)
    assert stripped == CARD_OF_IT
    assert not loaded.training
    plates = torch.randint(0, 256, (2, 1, 32, 64), dtype=torch.uint8)
    assert torch.equal(loaded(plates), network.eval()(plates))


# As training wrote them before cards had the size of the pictures, and the name of the decoding, as fields.
SIDES = {"height": 32, "width": 64}
BAG: dict[str, Any] = {
    "localize": {"channels": [4, 4, 8, 8], "blocks": [1, 1, 1], "refiner_channels": [4, 8, 8], "refiner_hidden": 8},
    "ocr": {"channels": [4, 4, 8, 8], "hidden": 8, "dropout": 0.0, "classes": 5},
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(FIRST_NETWORKS))
def test_cards_that_held_all_in_their_settings_are_read(tmp_path: Path, name: str) -> None:
    bag = BAG["localize" if name in LOCALIZERS.names() else "ocr"]
    network: Localizer | Reader
    if name in LOCALIZERS.names():
        values = bag if name == "corner_detector" else {}
        network = build_localizer(name, values, SIZE)
        now = card_of(LOCALIZERS.get(name), network, values, SIZE, alphabet=ALPHABET)
    else:
        values = {k: bag[k] for k in SETTINGS} if name == "ctc_reader" else {}
        network = build_reader(name, values, SIZE, ALPHABET)
        now = card_of(READERS.get(name), network, values, SIZE, alphabet=ALPHABET)
    first: dict[str, Any] = {"name": name, "settings": {**SIDES, **bag}, "plate_format": "swiss"}
    first |= {"alphabet": ALPHABET, "metrics": {}, "parameters": now.parameters}
    (tmp_path / CARD).write_text(json.dumps(first))
    assert load_card(tmp_path) == now


def test_ancestry_is_in_the_card_of_what_has_one(folder: Path, network: Reader) -> None:
    assert "ancestry" not in json.loads((folder / CARD).read_text())
    known = {"start": "release", "model": "0123456789ab"}
    save_model(folder, network, replace(CARD_OF_IT, ancestry=known))
    assert load_card(folder).ancestry == known


def test_same_network_same_bytes(folder: Path, tmp_path: Path, network: Reader) -> None:
    save_model(tmp_path / "again", network, CARD_OF_IT)
    for name in (WEIGHTS, ONNX, ONNX_INT8, CARD):
        assert (folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_onnx_files_are_of_the_network(folder: Path, network: Reader) -> None:
    assert not (folder / REFINER_ONNX).exists()
    plates = np.random.default_rng(1).integers(0, 256, (2, 1, 32, 64), np.uint8)
    expected = network.eval()(torch.from_numpy(plates)).detach().numpy()
    np.testing.assert_allclose(onnx_run(folder / ONNX)(plates), expected, atol=1e-5)


def test_localizer_has_its_refiner_beside_it(tmp_path: Path) -> None:
    settings: dict[str, Value] = {"channels": [4, 4, 8, 8], "blocks": [1, 1, 1]}
    settings |= {"refiner_channels": [4, 8, 8], "refiner_hidden": 8}
    localizer = build_localizer("corner_detector", settings, (64, 64))
    card = card_of(LOCALIZERS.get("corner_detector"), localizer, settings, (64, 64))
    assert card.refined
    save_model(tmp_path, localizer, card)
    assert localizer.refiner is not None
    crops = np.random.default_rng(1).integers(0, 256, (3, 1, 64, 128), np.uint8)
    expected = localizer.refiner.eval()(torch.from_numpy(crops)).detach().numpy()
    np.testing.assert_allclose(onnx_run(tmp_path / REFINER_ONNX)(crops), expected, atol=1e-5)
    # Pictures of any size, and a network of another kind in its place takes the refiner away.
    assert onnx_run(tmp_path / ONNX)(np.zeros((2, 1, 96, 160), np.uint8)).shape == (2, 10, 12, 20)
    save_model(tmp_path, build_reader("ctc_reader", SETTINGS, SIZE, ALPHABET), CARD_OF_IT)
    assert not (tmp_path / REFINER_ONNX).exists()


def test_onnx_of_other_weights_is_noticed(folder: Path, network: Reader, tmp_path: Path) -> None:
    card = load_card(folder)
    assert check_onnx(folder, *load_reader(folder)) == card.onnx_deviation
    torch.manual_seed(2)
    save_model(tmp_path / "other", build_reader("ctc_reader", SETTINGS, SIZE, ALPHABET), CARD_OF_IT)
    (tmp_path / "other" / ONNX).replace(folder / ONNX)
    with pytest.raises(UserError, match=r"network\.onnx differs from the weights.*dvc repro -f"):
        check_onnx(folder, *load_reader(folder))


def test_8_bit_twin_of_another_network_is_noticed(folder: Path, tmp_path: Path) -> None:
    torch.manual_seed(2)
    save_model(tmp_path / "other", build_reader("ctc_reader", SETTINGS, SIZE, ALPHABET), CARD_OF_IT)
    (tmp_path / "other" / ONNX_INT8).replace(folder / ONNX_INT8)
    with pytest.raises(UserError, match=r"int8\.onnx is not what training made.*dvc repro -f"):
        check_onnx(folder, *load_reader(folder))


def test_missing_model_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="dvc repro"):
        load_reader(tmp_path / "nothing")


@pytest.mark.parametrize("damage", ["empty", "text", "half", "gone", "pickle"])
def test_damaged_weights_are_refused(folder: Path, network: Reader, damage: str) -> None:
    path = folder / WEIGHTS
    whole = path.read_bytes()
    path.unlink()
    if damage == "pickle":
        torch.save(network.state_dict(), path)
    elif damage != "gone":
        parts = {"empty": b"", "text": b"not weights", "half": whole[: len(whole) // 2]}
        path.write_bytes(parts[damage])
    with pytest.raises(UserError, match=r"model in .*ocr is damaged.*dvc repro"):
        load_reader(folder)


class Trap:
    """Runs when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return (pytest.fail, ("a pickle was run",))


@pytest.mark.parametrize("name", [WEIGHTS, CARD])
def test_a_pickle_is_not_run(folder: Path, name: str) -> None:
    (folder / name).write_bytes(pickle.dumps(Trap()))
    with pytest.raises(UserError):
        load_reader(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"name": "ctc_reader"}', '{"unknown": 1}'])
def test_damaged_cards_are_refused(folder: Path, text: str) -> None:
    (folder / CARD).write_text(text)
    with pytest.raises(UserError, match=r"card\.json is damaged"):
        load_card(folder)


@pytest.mark.parametrize("name", [CARD, WEIGHTS])
@pytest.mark.parametrize("kind", ["pipe", "device"])
@pytest.mark.timeout(60)  # whoever opens a pipe waits for ever
def test_what_is_no_file_is_not_opened(folder: Path, name: str, kind: str) -> None:
    (folder / name).unlink()
    if kind == "pipe":
        os.mkfifo(folder / name)
    else:
        (folder / name).symlink_to("/dev/zero")
    with pytest.raises(UserError, match=rf"{name} is a (pipe|link) and no plain file"):
        load_reader(folder)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "ctc\x1b[2J", "not for showing"),
        ("plate_format", "\u202eswiss", "not for showing"),
        ("alphabet", "", "alphabet is ''"),
        ("name", 3, "name is 3"),
        ("settings", [], r"settings is \[\]"),
        ("metrics", None, "metrics is None"),
        ("int8_files", [1], "int8_files is"),
        ("countries", ["CH", "CH"], "countries is"),
        ("countries", ["ch"], "countries is"),
        ("countries", "CH", "countries is"),
        ("settings", {**SETTINGS, "hidden": 1 << 30}, "setting hidden is 1073741824"),
        ("settings", {**SETTINGS, "channels": [4] * 65}, "setting channels is"),
        ("settings", {**SETTINGS, "channels": {"a": 1}}, "setting channels is"),
        ("settings", {**SETTINGS, "dropout": float("nan")}, "NaN, which is no number"),
    ],
)
def test_cards_that_no_training_writes(folder: Path, field: str, value: Any, said: str) -> None:
    card = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps({**card, field: value}))
    with pytest.raises(UserError, match=rf"card\.json is damaged \(.*{said}"):
        load_card(folder)


def test_a_card_names_as_many_countries_as_its_network_tells_apart(folder: Path) -> None:
    card = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps({**card, "countries": ["CH", "LI"]}))
    with pytest.raises(UserError, match=r"0 countries apart and its card names 2"):
        load_reader(folder)


@pytest.mark.parametrize("text", ["[" * 100_000, "[1" + "0" * 5000 + "]", " " * 300_000])
def test_bombs_in_place_of_a_card(folder: Path, text: str) -> None:
    (folder / CARD).write_text(text)
    with pytest.raises(UserError, match=r"card\.json is damaged \("):
        load_card(folder)


def test_a_card_gets_no_more_memory_than_its_weights_need(folder: Path) -> None:
    card = json.loads((folder / CARD).read_text())
    # Convolutions with 4.8 billion weights: 19 GB, of which nothing may be taken.
    card["settings"]["channels"] = [8192, 8192, 8192, 8192]
    (folder / CARD).write_text(json.dumps(card))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UserError, match=r"too small for the network that card\.json"):
        load_reader(folder)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1_000_000  # KB


def test_weights_of_another_network_are_refused(folder: Path) -> None:
    card = json.loads((folder / CARD).read_text())
    card["settings"]["hidden"] = 16
    (folder / CARD).write_text(json.dumps(card))
    with pytest.raises(UserError, match="damaged"):
        load_reader(folder)


def test_a_reader_is_no_localizer(folder: Path) -> None:
    with pytest.raises(UserError, match="unknown model 'ctc_reader'"):
        load_localizer(folder)


def test_a_stopped_save_leaves_no_whole_model(
    folder: Path, network: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("src.models.store.save", stop)
    with pytest.raises(KeyboardInterrupt):
        save_model(folder, network, CARD_OF_IT)
    with pytest.raises(UserError, match="no trained model"):
        load_reader(folder)
