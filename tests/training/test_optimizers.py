"""Optimisers by name, and learning rates of their own for some weights."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from src.common.errors import UserError
from src.training.fit import fit, own_rates
from src.training.optimizers import OPTIMIZERS, OwnRate, highest_rate, optimizer_of
from tests.training.goals import SETTINGS, Goal, Net, loaders


class WithBackbone(nn.Module):
    """A part that extracts features, and a head."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.backbone = nn.Sequential(nn.Linear(16, 8), nn.ReLU())
        self.head = nn.Linear(8, 1)

    def forward(self, images: Tensor) -> Tensor:
        out: Tensor = self.head(self.backbone(images.float().flatten(1)))
        return out


def moves(network: nn.Module, optimizer: torch.optim.Optimizer) -> dict[str, float]:
    """How far each weight goes in a step."""
    before = {name: weight.detach().clone() for name, weight in network.named_parameters()}
    network(torch.ones(4, 1, 4, 4)).sum().backward()
    optimizer.step()
    return {n: float((w.detach() - before[n]).norm()) for n, w in network.named_parameters()}


@pytest.mark.parametrize("name", sorted(OPTIMIZERS))
def test_each_moves_all_weights_and_decays_matrices_alone(name: str) -> None:
    network = WithBackbone()
    optimizer = optimizer_of(network, 0.01, 0.1, name=name)
    decays = {id(w): g["weight_decay"] for g in optimizer.param_groups for w in g["params"]}
    assert all(decays[id(w)] == (0.1 if w.ndim > 1 else 0) for w in network.parameters())
    assert all(distance > 0 for distance in moves(network, optimizer).values())


def test_adamw_is_that_of_torch() -> None:
    mine, theirs = Net(), Net()
    groups = [
        {"params": [w for w in theirs.parameters() if w.ndim > 1], "weight_decay": 0.1},
        {"params": [w for w in theirs.parameters() if w.ndim == 1], "weight_decay": 0.0},
    ]
    optimizers = optimizer_of(mine, 0.01, 0.1, name="adamw"), torch.optim.AdamW(groups, lr=0.01)
    for network, optimizer in zip((mine, theirs), optimizers, strict=True):
        for i in range(3):
            optimizer.zero_grad()
            network(torch.full((2, 1, 4, 4), float(i))).square().sum().backward()
            optimizer.step()
    for a, b in zip(mine.parameters(), theirs.parameters(), strict=True):
        assert torch.allclose(a, b, atol=1e-6)


def test_sgd_by_hand() -> None:
    network = nn.Linear(1, 1, bias=False)
    nn.init.constant_(network.weight, 2.0)
    optimizer = optimizer_of(network, 0.1, 0.0, name="sgd")
    for gradient, expected in ((1.0, 2.0 - 0.1 * 1.9), (0.0, 1.81 - 0.1 * 0.81)):
        # Nesterov: the momentum is 1, then 0.9; the step is the gradient and 0.9 of it.
        network.weight.grad = torch.full((1, 1), gradient)
        optimizer.step()
        assert network.weight.item() == pytest.approx(expected)


def steep_valley(optimizer: torch.optim.Optimizer, weight: Tensor) -> float:
    """The loss after 60 steps in a valley that is a hundred times as steep across as it is along."""
    curvature = torch.tensor([[1.0, 0.01]])
    for _ in range(60):
        optimizer.zero_grad()
        (0.5 * (curvature * weight.square()).sum()).backward()
        optimizer.step()
    return float(0.5 * (curvature * weight.detach().square()).sum())


def test_momentum_wins_in_a_valley() -> None:
    with_it, without = nn.Linear(2, 1, bias=False), nn.Linear(2, 1, bias=False)
    for network in (with_it, without):
        nn.init.ones_(network.weight)
    sgd = optimizer_of(with_it, 0.5, 0.0, name="sgd")
    plain = torch.optim.SGD(without.parameters(), lr=0.5)
    assert steep_valley(sgd, with_it.weight) < 0.1 * steep_valley(plain, without.weight)


@pytest.mark.parametrize("name", sorted(OPTIMIZERS))
def test_a_backbone_moves_by_its_factor(name: str) -> None:
    def moved(factor: float) -> dict[str, float]:
        network = WithBackbone()
        settings = replace(SETTINGS, backbone_lr_factor=factor)
        rates = own_rates(network, settings, frozenset())
        return moves(network, optimizer_of(network, 0.01, 0.0, rates, name))

    whole, tenth = moved(1.0), moved(0.1)
    for weight, distance in whole.items():
        factor = 0.1 if weight.startswith("backbone.") else 1
        assert tenth[weight] == pytest.approx(distance * factor, rel=1e-3)


def test_factors_multiply() -> None:
    network = WithBackbone()
    rates = [
        OwnRate(frozenset({"backbone.0.weight", "head.weight"}), 0.5, frozen_epochs=2),
        OwnRate(frozenset({"backbone.0.weight", "backbone.0.bias"}), 0.1),
    ]
    optimizer = optimizer_of(network, 1.0, 0.0, rates)
    names = {id(weight): name for name, weight in network.named_parameters()}
    found = {
        names[id(w)]: (g["lr"], g.get("frozen_epochs", 0))
        for g in optimizer.param_groups
        for w in g["params"]
    }
    assert found == {
        "backbone.0.weight": (pytest.approx(0.05), 2),
        "head.weight": (0.5, 2),
        "backbone.0.bias": (0.1, 0),
        "head.bias": (1.0, 0),
    }
    assert highest_rate(optimizer) == 1.0


def transferred(factor: float) -> float:
    """The loss after a short training of a new head on a backbone that fits already."""
    torch.manual_seed(4)
    teacher, pupil = (
        WithBackbone(),
        WithBackbone(),
    )  # of one seed, so that the backbones are the same
    nn.init.normal_(pupil.head.weight)
    images = torch.randn(16, 1, 4, 4)
    wanted = 10 * teacher(images).detach()
    settings = replace(SETTINGS, backbone_lr_factor=factor)
    rates = own_rates(pupil, settings, frozenset())
    optimizer = optimizer_of(pupil, 0.1, 0.0, rates, "adamw")
    for _ in range(60):
        optimizer.zero_grad()
        ((pupil(images) - wanted) ** 2).mean().backward()
        optimizer.step()
    unseen = torch.randn(256, 1, 4, 4)
    return float((pupil(unseen) - 10 * teacher(unseen)).detach().square().mean())


def test_a_backbone_that_fits_is_better_moved_little() -> None:
    assert transferred(0.01) < 0.5 * transferred(1.0)


@pytest.mark.usefixtures("out")
def test_a_factor_for_no_backbone_is_refused() -> None:
    goal = Goal(Net(), [])
    settings = replace(SETTINGS, backbone_lr_factor=0.1)
    with pytest.raises(UserError, match=r"BACKBONE_LR_FACTOR is 0\.1 in params\.py.* set it to 1"):
        fit("ocr", goal.network, goal, *loaders(), settings, {})
    assert not goal.steps


@pytest.mark.parametrize("name", ["schedule", "optimizer"])
def test_an_unknown_name_is_told_the_known_ones(name: str) -> None:
    wrong: dict[str, Any] = {name: "wrong"}
    with pytest.raises(UserError) as caught:
        replace(SETTINGS, **wrong)
    known = {
        "schedule": "cosine, one_cycle, plateau_patience, plateau_slope",
        "optimizer": "adamw, muon, sgd",
    }
    assert str(caught.value) == (
        f"unknown {name} 'wrong': set {name} in params.yaml to one of {known[name]}"
    )
