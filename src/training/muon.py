"""The default optimiser: Muon for the layers between, AdamW for the last ones, norms and biases.

Muon (Jordan et al. 2024; scaled so that AdamW's learning rates fit, Liu et al. 2025, arXiv:2502.16982) moves a matrix
by its momentum with all singular values brought near 1, so that directions which gradients hardly show are followed
too. `torch.optim.Muon` takes two-dimensional weights only, no convolutions, and multiplies in bf16, which takes 10 to
100 times as long on a processor without it.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from ..common.workers import available_cores

# Of the iteration X ← aX + b(XXᵀ)X + c(XXᵀ)²X, and how often it is applied (Jordan et al. 2024).
COEFFICIENTS, ITERATIONS = (3.4445, -4.7750, 2.0315), 5
# Share of the momentum that a step keeps, where a schedule says nothing else.
MOMENTUM = 0.95
# Root mean square of AdamW's moves in learning rates, typically; that of a matrix is made the same.
TYPICAL_MOVE = 0.2

# Shorter side of the largest matrix that is moved so: the work grows with its cube, and is soon more than a step's own.
LARGEST = 512
NORMS_AND_ACTIVATIONS = (
    nn.BatchNorm2d, nn.GroupNorm, nn.LayerNorm, nn.ReLU, nn.LeakyReLU, nn.Hardswish, nn.SiLU, nn.GELU
)  # fmt: skip


class Muon(torch.optim.AdamW):
    """Muon for the groups that say ``"muon": True``, AdamW for the others.

    A weight of more than two dimensions is the matrix of its first one and all the rest, as a convolution multiplies.
    """

    def __init__(self, groups: list[dict[str, Any]], lr: float) -> None:
        groups = [{"momentum": MOMENTUM, **g} if g.get("muon") else g for g in groups]
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
        kept = group["momentum"]
        momentum = state["momentum"].lerp_(gradient, 1 - kept)
        ahead = gradient.lerp(momentum, kept)  # as Nesterov looks ahead
        moved = weight.mul_(1 - lr * decay)
        if _channels_last(weight):
            # In the order of memory nothing has to be copied, and the order of its columns changes no move.
            ahead, moved = ahead.permute(0, 2, 3, 1), moved.permute(0, 2, 3, 1)
        move = orthogonalised(ahead.flatten(1))
        moved.sub_(move.view(moved.shape), alpha=lr * TYPICAL_MOVE * max(move.shape) ** 0.5)
        # What has no gradient, AdamW passes over.
        weight.grad = None


def _channels_last(weight: Tensor) -> bool:
    return weight.ndim == 4 and weight.is_contiguous(memory_format=torch.channels_last)


def orthogonalised(matrix: Tensor) -> Tensor:
    """Return a matrix (rows, columns) with its singular values brought to 0.7 to 1.2; tiny ones stay small."""
    if matrix.shape[0] > matrix.shape[1]:
        return orthogonalised(matrix.T).T
    a, b, c = COEFFICIENTS
    x = matrix / (matrix.norm() + 1e-7)
    # Every iterate is a polynomial of XXᵀ times X: what is iterated is the small square matrix, three times as fast.
    gram = x @ x.T
    product: Tensor | None = None
    for left in reversed(range(ITERATIONS)):
        factor = torch.addmm(gram, gram, gram, beta=b, alpha=c)
        factor.diagonal().add_(a)
        product = factor if product is None else factor @ product
        if left:
            gram = factor @ gram @ factor
    assert product is not None
    result: Tensor = product @ x
    return result


def muon_weights(network: nn.Module) -> set[Tensor]:
    """Return the weights of a network that Muon is for.

    They are those of recurrent layers and of layers that a norm or an activation follows in a `nn.Sequential`: the last
    layers, whose outputs are the network's, learn less well with it. Matrices beyond LARGEST are left to AdamW.
    """
    between = _layers_between(network)
    return {
        weight
        for module in network.modules()
        if module in between or isinstance(module, nn.RNNBase)
        for weight in module.parameters(recurse=False)
        if weight.ndim >= 2 and _short(weight) <= LARGEST
    }


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
