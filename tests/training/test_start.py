"""A training starts with the weights that fit, and a reader's classes go over by what they stand for."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from src.architectures.localizers.corner_detector.architecture import (
    ARCHITECTURE as CORNER_DETECTOR,
)
from src.architectures.readers.registry import READERS, reader_of
from src.common.errors import UserError
from src.datasets.start_origin import START, StartOrigin
from src.inference.settings import Values
from src.models.base import Reader
from src.training.start import Start, ancestry, load_start, report, start_with, take_over_reader
from tests.networks import REFINER, card_of

ORIGIN = StartOrigin("release", "0123456789ab", "swiss", "abc", "def")
SETTINGS: Values = {"channels": [8, 8, 8, 8], "hidden": 8, "dropout": 0.0}
OLD, NEW = "ABC12?", "2ÄA?Z"
SIZE = (32, 128)


def reader(alphabet: str, name: str = "ctc_reader", seed: int = 0) -> Reader:
    torch.manual_seed(seed)
    return reader_of(name).new(SETTINGS if name == "ctc_reader" else {}, SIZE, alphabet)


def start_of(network: Reader, alphabet: str, name: str = "ctc_reader") -> Start:
    values = SETTINGS if name == "ctc_reader" else {}
    card = card_of(reader_of(name), network, values, SIZE, alphabet=alphabet)
    return Start(card, {k: v.clone() for k, v in network.state_dict().items()}, ORIGIN)


def builds(name: str = "ctc_reader") -> Callable[[str], nn.Module]:
    return lambda alphabet: reader(alphabet, name)


def last(network: nn.Module) -> tuple[Tensor, Tensor]:
    """The rows and biases of the last layer."""
    kinds = (nn.Linear, nn.Conv1d)
    layer = [module for module in network.modules() if isinstance(module, kinds)][-1]
    assert layer.bias is not None
    return layer.weight, layer.bias


@pytest.mark.parametrize("name", sorted(READERS.names()))
def test_classes_go_over_by_their_character(name: str) -> None:
    old, new, fresh = reader(OLD, name, 1), reader(NEW, name, 2), reader(NEW, name, 2)
    taken = take_over_reader(new, start_of(old, OLD, name), NEW, builds(name))
    for before, now, unlearned in zip(last(old), last(new), last(fresh), strict=True):
        assert torch.equal(now[0], before[0])  # the blank
        for character in set(OLD) & set(NEW):
            known = before[1 + OLD.index(character)]
            assert torch.equal(now[1 + NEW.index(character)], known), character
        for character in set(NEW) - set(OLD):
            row = 1 + NEW.index(character)
            assert torch.equal(now[row], unlearned[row]), character
    lacking = [row for row in taken.rows if row.taken < row.total]
    assert lacking
    assert all(row.why == "2 new classes" for row in lacking)
    # A layer with new rows is learned like a new one; all else is known.
    new_weights = {key for key, value in new.named_parameters()} - taken.names
    assert new_weights
    assert all(len(dict(new.named_parameters())[key]) == len(NEW) + 1 for key in new_weights)


def test_of_the_same_alphabet_all_comes_over() -> None:
    old, new = reader(OLD, seed=1), reader(OLD, seed=2)
    known = start_with(start_of(old, OLD), new, OLD, builds())
    assert known == {name for name, _ in new.named_parameters()}
    for (name, value), before in zip(
        new.state_dict().items(), old.state_dict().values(), strict=True
    ):
        assert torch.equal(value, before), name


def test_an_alphabet_in_another_order_is_the_same() -> None:
    old, new = reader(OLD, seed=1), reader(OLD[::-1], seed=2)
    known = start_with(start_of(old, OLD), new, OLD[::-1], builds())
    assert known == {name for name, _ in new.named_parameters()}
    for before, now in zip(last(old), last(new), strict=True):
        assert torch.equal(now[1:], before[1:].flip(0))


def test_layers_of_another_shape_stay_new(capsys: pytest.CaptureFixture[str]) -> None:
    size = (64, 64)
    values: Values = {"channels": [8, 8, 8, 8], "blocks": [1, 1, 1], **REFINER}
    old = CORNER_DETECTOR.new(values, size)
    start = Start(card_of(CORNER_DETECTOR, old, values, size), dict(old.state_dict()), ORIGIN)
    torch.manual_seed(5)
    new = CORNER_DETECTOR.new({**values, "refiner_hidden": 16}, size)
    known = start_with(start, new)
    assert {name for name, _ in new.named_parameters()} - known == {
        *(f"refiner.answer.{layer}.weight" for layer in (1, 3)),
        "refiner.answer.1.bias",
    }
    said = capsys.readouterr().out
    assert "starts from release (model 0123456789ab, corner_detector for swiss plates)" in said
    assert "was 8×256, is 16×256" in said
    assert said.count("\n") == 1 + len({name.partition(".")[0] for name in new.state_dict()})


def test_another_network_is_refused() -> None:
    start = start_of(reader(OLD), OLD)
    with pytest.raises(UserError, match="nothing of ctc_reader, which start: release names, fits"):
        start_with(start, nn.Sequential(nn.Linear(3, 3)))


def test_without_a_start_nothing_changes(tmp_path: Path) -> None:
    network = reader(OLD)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    assert load_start(tmp_path) is None
    assert start_with(None, network, OLD, builds()) == frozenset()
    assert ancestry(None, tmp_path) is None
    assert all(torch.equal(network.state_dict()[name], value) for name, value in before.items())


def test_a_damaged_start_is_named(tmp_path: Path) -> None:
    (tmp_path / START).mkdir()
    with pytest.raises(UserError, match="dvc repro"):
        load_start(tmp_path)


def test_the_card_says_what_was_learned_from(tmp_path: Path) -> None:
    (tmp_path / "val.csv").write_text("one")
    start = start_of(reader(OLD), OLD)
    known = ancestry(start, tmp_path)
    assert known is not None
    data = known.pop("data")
    assert known == asdict(ORIGIN)
    (tmp_path / "val.csv").write_text("two")
    assert (ancestry(start, tmp_path) or {})["data"] != data


def test_the_report_adds_up() -> None:
    new = reader(NEW)
    start = start_of(reader(OLD), OLD)
    taken = take_over_reader(new, start, NEW, builds())
    total = sum(value.numel() for value in new.state_dict().values())
    assert sum(row.total for row in taken.rows) == total
    assert f"of {total:,} weights came over" in report(taken, start)
