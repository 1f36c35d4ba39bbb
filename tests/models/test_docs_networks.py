"""The network that docs/networks.md adds is trained, saved and read with, as it stands there."""

import re
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

from src.architectures import readers as readers_package
from src.architectures.readers.registry import reader_of
from src.architectures.readers.stored import load_reader
from src.common.errors import UserError
from src.inference.decoding.texts import text_decoder
from src.models.architecture import ReaderArchitecture
from src.models.settings import NetworkSettings
from src.models.store import save_model
from src.models.torch_runtime import as_raw
from src.ocr.batches import ReadingBatch
from src.ocr.objective import ReadingObjective, require_room
from src.ocr.settings import network_settings
from src.stack.networks import load_plate_reader
from tests.networks import bundle_on, card_of, save_networks
from tests.source import ROOT

PAGE = (ROOT / "docs/networks.md").read_text(encoding="utf-8")
FILES = re.findall(r"^`src/(\S+)\.py`:\n\n```python\n(.*?)^```", PAGE, re.M | re.S)
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SIZE = (32, 128)
BATCH: ReadingBatch = {
    "images": torch.from_numpy(
        np.random.default_rng(1).integers(0, 256, (4, 1, *SIZE), dtype=np.uint8)
    ),
    "texts": ["ZH1", "", "BE22", "AG333"],
    "rows": [("ZH1",), ("",), ("BE22",), ("AG333",)],
    "countries": ["CH", "", "CH", "CH"],
}


@pytest.fixture
def architecture(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> ReaderArchitecture[NetworkSettings]:
    """The page's architecture, its folder and its files being there."""
    (tmp_path / "slot_reader").mkdir()
    (tmp_path / "slot_reader/__init__.py").touch()
    monkeypatch.setattr(readers_package, "__path__", [*readers_package.__path__, str(tmp_path)])
    modules: dict[str, ModuleType] = {}
    for path, source in FILES:
        name = f"src.{path.replace('/', '.')}"
        module = modules[name] = ModuleType(name)
        module.__package__ = name.rpartition(".")[0]
        monkeypatch.setitem(sys.modules, name, module)
        exec(compile(source, f"{path}.py", "exec"), module.__dict__)
    added: ReaderArchitecture[NetworkSettings] = modules[
        "src.architectures.readers.slot_reader.architecture"
    ].ARCHITECTURE
    return added


def test_it_is_chosen_by_name_with_its_own_settings(
    architecture: ReaderArchitecture[NetworkSettings],
) -> None:
    assert len(FILES) == 2
    assert reader_of("slot_reader") is architecture
    # What params.py holds is of the reader that is chosen there; of this one nothing.
    assert network_settings(architecture) == architecture.settings()
    with pytest.raises(UserError, match=r"slot_reader: slots is 0: .*OCRModelParams"):
        architecture.chosen({"SLOTS": 0}, "OCRModelParams")


def test_it_learns(architecture: ReaderArchitecture[NetworkSettings]) -> None:
    torch.manual_seed(1)
    network = architecture.new({}, SIZE, ALPHABET)
    require_room(network, SIZE[1], 10)
    with pytest.raises(UserError, match="at most 10 characters"):
        require_room(network, SIZE[1], 11)
    objective = ReadingObjective(network)
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.003)
    for step in range(30):
        optimizer.zero_grad()
        losses = objective.loss(network.train(), network(BATCH["images"]), BATCH, step)
        losses["loss"].backward()
        optimizer.step()
    with torch.inference_mode():
        objective.collect(network.eval()(BATCH["images"]), BATCH)
    assert objective.metrics() == {"val_right": 1.0, "val_exact": 1.0, "val_cer": 0.0}


def test_it_is_saved_and_read_with_by_every_engine(
    architecture: ReaderArchitecture[NetworkSettings], tmp_path: Path
) -> None:
    save_networks(tmp_path)  # of which the localizer stays
    network = architecture.new({"slots": 7}, SIZE, ALPHABET)
    heads = network.get_submodule("heads")
    assert isinstance(heads, torch.nn.Linear)
    # Whatever it is shown, it says ZH42 in its seven slots, and in the last one it is in some doubt.
    torch.nn.init.normal_(heads.weight, std=1e-4)
    logits = torch.full((7, len(ALPHABET) + 1), -9.0)
    for slot, character in enumerate("ZH42"):
        logits[slot, 1 + ALPHABET.index(character)] = 9.0
    logits[4:, 0] = 9.0
    logits[3, 1 + ALPHABET.index("7")] = 8.0
    heads.bias.data = logits.flatten()
    save_model(
        tmp_path / "ocr",
        network,
        card_of(architecture, network, {"slots": 7}, SIZE, alphabet=ALPHABET),
    )
    loaded, card = load_reader(tmp_path / "ocr")
    assert (card.name, card.decoding, card.settings["slots"]) == ("slot_reader", "slots", 7)
    assert card.onnx_deviation is not None
    raw = as_raw(loaded(BATCH["images"]))
    assert text_decoder(card.decoding, card.alphabet).best(raw) == ["ZH42"] * 4

    readers = [
        load_plate_reader(tmp_path, 0.3, 0.5, [256], runtime)[0]
        for runtime in ("torch", "onnx", "onnx-int8")
    ]
    for reader in (*readers, bundle_on(tmp_path).reader):
        reading = reader.read(np.zeros((64, 96), np.uint8))[0]
        assert (reading.text, reading.prefix) == ("ZH42", "ZH")
        # The two texts are as likely beforehand, and share what looks say: e⁹ against e⁸.
        assert reading.confidence == pytest.approx(1 / (1 + np.exp(-1)), abs=0.02)
