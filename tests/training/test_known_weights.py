"""Weights that a training starts with learn more slowly than the others, and first not at all."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from src.common.errors import UserError
from src.training.batch import Batch
from src.training.fit import fit
from src.training.optimizers import OwnRate, optimizer_of
from tests.training.goals import SETTINGS, Goal, loaders

pytestmark = pytest.mark.usefixtures("out")


class Two(nn.Module):
    """A layer that came over, and one that is new."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.old = nn.Sequential(nn.Linear(16, 8), nn.ReLU())
        self.new = nn.Linear(8, 1)

    def forward(self, images: Tensor) -> Tensor:
        out: Tensor = self.new(self.old(images.float().flatten(1)))
        return out


class Watched(Goal):
    """Learns to answer a thousand, and keeps what the layers are after each epoch."""

    def __init__(self, network: nn.Module, scores: list[float]) -> None:
        super().__init__(network, scores)
        self.layers: list[dict[str, Tensor]] = []

    def loss(self, network: nn.Module, raw: Any, batch: Batch, step: int) -> dict[str, Tensor]:
        return {"loss": (raw - 1000).square().mean()}

    def metrics(self) -> dict[str, float]:
        self.layers.append({n: p.detach().clone() for n, p in self.network.named_parameters()})
        return super().metrics()


NAMES = frozenset({"old.0.weight", "old.0.bias"})


def test_known_weights_have_groups_of_their_own() -> None:
    network = Two()
    groups = optimizer_of(network, 0.1, 0.01, [OwnRate(NAMES, 0.2)]).param_groups
    rates = {
        id(w): (g["lr"], g.get("muon"), g["weight_decay"]) for g in groups for w in g["params"]
    }
    plain = optimizer_of(network, 0.1, 0.01).param_groups
    expected = {id(w): (g.get("muon"), g["weight_decay"]) for g in plain for w in g["params"]}
    assert {key: value[1:] for key, value in rates.items()} == expected
    for name, weight in network.named_parameters():
        assert rates[id(weight)][0] == pytest.approx(0.02 if name in NAMES else 0.1), name
    assert not any("frozen_epochs" in group for group in plain)


def test_the_factor_is_on_every_move() -> None:
    def moved(factor: float) -> dict[str, float]:
        network = Two()
        before = {name: weight.detach().clone() for name, weight in network.named_parameters()}
        optimizer = optimizer_of(network, 0.01, 0.0, [OwnRate(NAMES, factor)])
        network(torch.ones(4, 1, 4, 4)).sum().backward()
        optimizer.step()
        after = dict(network.named_parameters())
        return {n: float((after[n] - w).detach().norm()) for n, w in before.items()}

    whole, tenth = moved(1.0), moved(0.1)
    for name, distance in whole.items():
        assert distance > 0
        assert tenth[name] == pytest.approx(distance * (0.1 if name in NAMES else 1), rel=1e-3)


def test_known_weights_stand_still_in_frozen_epochs() -> None:
    network = Two()
    start = {name: weight.detach().clone() for name, weight in network.named_parameters()}
    goal = Watched(network, [0.1, 0.2, 0.3])
    settings = replace(
        SETTINGS, epochs=3, weight_decay=0.1, start_lr_factor=0.5, start_frozen_epochs=2
    )
    assert fit("ocr", network, goal, *loaders(), settings, {}, known=NAMES) is not None
    for epoch, layers in enumerate(goal.layers):
        for name, weight in layers.items():
            still = torch.equal(weight, start[name])
            assert still == (name in NAMES and epoch < 2), (epoch, name)


def test_frozen_epochs_in_which_nothing_would_learn_are_refused() -> None:
    network = Two()
    every = frozenset(name for name, _ in network.named_parameters())
    settings = replace(SETTINGS, start_frozen_epochs=1)
    with pytest.raises(UserError, match=r"START_FROZEN_EPOCHS is 1 .* all layers came over"):
        fit("ocr", network, Watched(network, []), *loaders(), settings, {}, known=every)
