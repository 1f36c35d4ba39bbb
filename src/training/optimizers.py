"""Optimisers by name, and the groups of weights that they move: decayed or not, each with its own learning rate."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from .muon import Muon, muon_weights

Group = dict[str, Any]
# Share of the momentum that a step of SGD keeps, looking ahead as Nesterov's method does (Sutskever et al. 2013).
MOMENTUM = 0.9


@dataclass(frozen=True)
class OwnRate:
    """Weights, by their names, with a learning rate of their own (discriminative, Howard and Ruder 2018).

    factor: on the learning rate of the others. frozen_epochs: at the beginning, in which they do not move.
    """

    names: frozenset[str]
    factor: float = 1.0
    frozen_epochs: int = 0


def _adamw(groups: list[Group], lr: float) -> torch.optim.Optimizer:
    return torch.optim.AdamW(groups, lr=lr, fused=True)


def _sgd(groups: list[Group], lr: float) -> torch.optim.Optimizer:
    return torch.optim.SGD(groups, lr=lr, momentum=MOMENTUM, nesterov=True)


# By their names in params.yaml.
OPTIMIZERS: Mapping[str, Callable[[list[Group], float], torch.optim.Optimizer]] = {
    "muon": Muon,
    "adamw": _adamw,
    "sgd": _sgd,
}


def optimizer_of(
    network: nn.Module,
    lr: float,
    weight_decay: float,
    own_rates: Sequence[OwnRate] = (),
    name: str = "muon",
) -> torch.optim.Optimizer:
    """Return one of OPTIMIZERS for all weights of a network. Norms and biases are not decayed.

    own_rates: have groups of their own, and factors multiply where a weight is in several; a group that is frozen at
    first says for how many epochs: ``"frozen_epochs"``.
    """
    by_muon = muon_weights(network) if name == "muon" else set()
    inner: list[Tensor] = []
    outer: list[Tensor] = []
    vectors: list[Tensor] = []
    for module in network.modules():
        for weight in module.parameters(recurse=False):
            if weight.ndim < 2:
                vectors.append(weight)
            else:
                (inner if weight in by_muon else outer).append(weight)
    groups: list[Group] = [
        {"params": inner, "weight_decay": weight_decay, "muon": True},
        {"params": outer, "weight_decay": weight_decay},
        {"params": vectors, "weight_decay": 0.0},
    ]
    groups = [{"lr": lr, **group} for group in groups if group["params"]]
    for own in own_rates:
        weights = {weight for n, weight in network.named_parameters() if n in own.names}
        groups = list(_parted(groups, weights, own))
    return OPTIMIZERS[name](groups, lr)


def highest_rate(optimizer: torch.optim.Optimizer) -> float:
    """Return the learning rate of the group that has the highest one now."""
    return max(float(group["lr"]) for group in optimizer.param_groups)


def set_momentum(optimizer: torch.optim.Optimizer, momentum: float) -> None:
    """Set the momentum of each group, of Adam's the first beta."""
    for group in optimizer.param_groups:
        if "momentum" in group:
            group["momentum"] = momentum
        else:
            group["betas"] = (momentum, group["betas"][1])


def _parted(groups: Iterable[Group], weights: Collection[Tensor], own: OwnRate) -> Iterator[Group]:
    """Yield each group without some weights, and those as another group."""
    for group in groups:
        rest = [weight for weight in group["params"] if weight not in weights]
        slow = [weight for weight in group["params"] if weight in weights]
        if rest:
            yield {**group, "params": rest}
        if slow:
            frozen = max(own.frozen_epochs, group.get("frozen_epochs", 0))
            rate = group["lr"] * own.factor
            yield {**group, "params": slow, "lr": rate, "frozen_epochs": frozen}
