"""The optimiser: Muon for the layers between, AdamW for the last ones, norms and biases.

Muon (Jordan et al. 2024; scaled so that AdamW's learning rates fit, Liu et al. 2025, arXiv:2502.16982) moves a matrix
by its momentum with all singular values brought near 1, so that directions which gradients hardly show are followed
too. `torch.optim.Muon` takes two-dimensional weights only, no convolutions, and multiplies in bf16, which takes 10 to
100 times as long on a processor without it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from ..common.workers import available_cores

# Of the iteration X ← aX + b(XXᵀ)X + c(XXᵀ)²X, and how often it is applied (Jordan et al. 2024).
COEFFICIENTS, ITERATIONS = (3.4445, -4.7750, 2.0315), 5
# Share of the momentum that a step keeps.
MOMENTUM = 0.95
# Root mean square of AdamW's moves in learning rates, typically; that of a matrix is made the same.
TYPICAL_MOVE = 0.2

# Shorter side of the largest matrix that is moved so: the work grows with its cube, and is soon more than a step's own.
LARGEST = 512
NORMS_AND_ACTIVATIONS = (
    nn.BatchNorm2d, nn.GroupNorm, nn.LayerNorm, nn.ReLU, nn.LeakyReLU, nn.Hardswish, nn.SiLU, nn.GELU
)  # fmt: skip


@dataclass(frozen=True)
class Known:
    """Weights that a training starts with instead of learning them, by their names.

    lr_factor: on their learning rate. frozen_epochs: at the beginning, in which they do not move.
    """

    names: frozenset[str] = frozenset()
    lr_factor: float = 1.0
    frozen_epochs: int = 0


NOTHING_KNOWN = Known()


class Muon(torch.optim.AdamW):
    """Muon for the groups that say ``"muon": True``, AdamW for the others.

    A weight of more than two dimensions is the matrix of its first one and all the rest, as a convolution multiplies.
    """

    def __init__(self, groups: list[dict[str, Any]], lr: float) -> None:
        # Fused: one pass over all weights, four to six times as fast as weight by weight.
        super().__init__(groups, lr=lr, fused=True)
        # Matrices are small: a thread for each is faster than all threads for one after the other.
        self._pool = ThreadPoolExecutor(
            available_cores(), initializer=torch.set_num_threads, initargs=(1,)
        )

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """Move all weights that have a gradient. Those that Muon has moved have none afterwards."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        moves = [
            self._pool.submit(self._move, weight, group)
            for group in self.param_groups
            if group.get("muon")
            for weight in group["params"]
            if weight.grad is not None
        ]
        for move in moves:
            move.result()
        super().step()
        return loss

    @torch.no_grad()
    def _move(self, weight: Tensor, group: Mapping[str, Any]) -> None:
        gradient, lr, decay = weight.grad, group["lr"], group["weight_decay"]
        assert gradient is not None
        state = self.state[weight]
        if not state:
            # AdamW, which reads states back, expects steps in each.
            state |= {"step": torch.tensor(0.0), "momentum": torch.zeros_like(gradient)}
        momentum = state["momentum"].lerp_(gradient, 1 - MOMENTUM)
        matrix = gradient.lerp(momentum, MOMENTUM).flatten(1)  # as Nesterov looks ahead
        move = orthogonalised(matrix).view(weight.shape)
        weight.mul_(1 - lr * decay).sub_(move, alpha=lr * TYPICAL_MOVE * max(matrix.shape) ** 0.5)
        # What has no gradient, AdamW passes over.
        weight.grad = None


def orthogonalised(matrix: Tensor) -> Tensor:
    """Return a matrix (rows, columns) with its singular values brought to 0.7 to 1.2; tiny ones stay small."""
    if matrix.shape[0] > matrix.shape[1]:
        return orthogonalised(matrix.T).T
    a, b, c = COEFFICIENTS
    x = matrix / (matrix.norm() + 1e-7)
    # Every iterate is a polynomial of XXᵀ times X: what is iterated is the small square matrix, three times as fast.
    gram, product = x @ x.T, torch.eye(len(x), device=x.device, dtype=x.dtype)
    for _ in range(ITERATIONS):
        factor = torch.addmm(gram, gram, gram, beta=b, alpha=c)
        factor.diagonal().add_(a)
        product, gram = factor @ product, factor @ gram @ factor
    result: Tensor = product @ x
    return result


def optimizer_of(
    network: nn.Module, lr: float, weight_decay: float, known: Known = NOTHING_KNOWN
) -> Muon:
    """Return the optimiser of all weights of a network. Norms and biases are not decayed.

    Muon is for recurrent layers and for those that a norm or an activation follows in a `nn.Sequential`: the last
    layers, whose outputs are the network's, learn less well with it. Matrices beyond LARGEST are left to AdamW.
    known: has groups of its own, which say ``"known": True``.
    """
    inner, outer, vectors = [], [], []
    between = _layers_between(network)
    for module in network.modules():
        lies_between = module in between or isinstance(module, nn.RNNBase)
        for weight in module.parameters(recurse=False):
            if weight.ndim < 2:
                vectors.append(weight)
            elif lies_between and _short(weight) <= LARGEST:
                inner.append(weight)
            else:
                outer.append(weight)
    groups: list[dict[str, Any]] = [
        {"params": inner, "weight_decay": weight_decay, "muon": True},
        {"params": outer, "weight_decay": weight_decay, "muon": False},
        {"params": vectors, "weight_decay": 0.0, "muon": False},
    ]
    if known.names:
        groups = list(_parted(groups, _named(network, known.names), lr * known.lr_factor))
    return Muon(groups, lr)


def _named(network: nn.Module, names: Collection[str]) -> set[Tensor]:
    return {weight for name, weight in network.named_parameters() if name in names}


def _parted(
    groups: Iterable[dict[str, Any]], known: Collection[Tensor], lr: float
) -> Iterator[dict[str, Any]]:
    """Yield each group without the weights that are known, and those with a learning rate of their own."""
    for group in groups:
        own = [weight for weight in group["params"] if weight in known]
        rest = [weight for weight in group["params"] if weight not in known]
        if rest:
            yield {**group, "params": rest}
        if own:
            yield {**group, "params": own, "lr": lr, "known": True}


def _short(weight: Tensor) -> int:
    """Return the shorter side of the matrix that a weight is."""
    return min(len(weight), weight[0].numel())


def _layers_between(network: nn.Module) -> set[nn.Module]:
    return {
        layer
        for row in network.modules()
        if isinstance(row, nn.Sequential)
        for layer, following in pairwise(row)
        if isinstance(following, NORMS_AND_ACTIVATIONS)
    }
