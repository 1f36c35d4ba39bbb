"""Parts of a batch that one processor learns from at once, a thread for each.

Threads that share one operation wait for one another some hundred times a step, and longest where another process
takes a core from one of them. These meet once a step. Python's lock is in nobody's way: torch lets go of it.
"""

import copy
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, TypeVar, cast

import torch
from torch import Tensor, nn

from ..common.workers import available_cores
from .batch import Batch

Losses = dict[str, Tensor]
B = TypeVar("B", bound=Batch)

# Parts of a batch on a processor, whatever the number of its cores, lest the result depend on that.
PARTS = 2


class Parts:
    """A network that learns from parts of each batch at once.

    Every part is normalised on its own (ghost batch norm, Hoffer et al. 2017, arXiv:1705.08741); the running
    statistics move by the mean of those of the parts.
    """

    def __init__(self, network: nn.Module, count: int) -> None:
        self._network = network
        self._twins = [_twin(network) for _ in range(count)]
        self._weights = [weight for weight in network.parameters() if weight.requires_grad]
        # What a thread starts counts for it alone: the others, and validation, keep all cores.
        threads = max(1, available_cores() // count)
        self._pool = ThreadPoolExecutor(
            count, initializer=torch.set_num_threads, initargs=(threads,)
        )

    def learn(self, step: Callable[[nn.Module, B], Losses], batch: B) -> Losses:
        """Return the losses of a batch, means over its pictures; "loss" has a gradient, the others have none.

        step: gives the losses of a network for a batch, means over the pictures; it runs in several threads at once.
        """
        parts = split(batch, len(self._twins))
        twins = self._twins[: len(parts)]
        shares = [len(part["images"]) / len(batch["images"]) for part in parts]
        self._spread(twins)
        autocast = torch.is_autocast_enabled("cpu")  # each thread has a setting of its own

        def learned(twin: nn.Module, part: B) -> tuple[Losses, Sequence[Tensor]]:
            with torch.autocast("cpu", enabled=autocast):
                losses = step(twin, part)
            return losses, torch.autograd.grad(
                losses["loss"], self._weights, materialize_grads=True
            )

        results = list(self._pool.map(learned, twins, parts))
        self._gather(twins)
        names = list(results[0][0])
        means = _weighted(shares, [[part[name].detach() for name in names] for part, _ in results])
        losses = dict(zip(names, means, strict=True))
        gradients = _weighted(shares, [gradients for _, gradients in results])
        known: Tensor = _Known.apply(losses["loss"], gradients, *self._weights)  # type: ignore[no-untyped-call]
        return losses | {"loss": known}

    def _spread(self, twins: Sequence[nn.Module]) -> None:
        for twin in twins:
            twin.train(self._network.training)
            for own, buffer in zip(twin.buffers(), self._network.buffers(), strict=True):
                own.copy_(buffer)

    def _gather(self, twins: Sequence[nn.Module]) -> None:
        for buffer, *parts in zip(
            self._network.buffers(), *(twin.buffers() for twin in twins), strict=True
        ):
            mean = buffer.is_floating_point()
            buffer.copy_(torch.stack(parts).mean(0) if mean else parts[0])


def part_count(network: nn.Module) -> int:
    """Return in how many parts a processor learns: one where layers draw at random, from what threads would share."""
    drops = (getattr(module, "dropout", 0.0) for module in network.modules())
    layers = (
        module.p
        for module in network.modules()
        if isinstance(module, nn.modules.dropout._DropoutNd)
    )
    return 1 if any(isinstance(p, float) and p > 0 for p in (*drops, *layers)) else PARTS


def split(batch: B, count: int) -> list[B]:
    """Return a batch in ``count`` parts of neighbouring pictures, or fewer, lest one be empty.

    batch: "images" of B pictures, and tensors and lists with as many, or a multiple of B, ordered by pictures.
    """
    size = len(batch["images"])
    held = cast(Mapping[str, Sequence[object]], batch)
    count = min(count, size)
    bounds = [round(size * i / count) for i in range(count + 1)]
    parts = (
        {
            name: values[start * len(values) // size : end * len(values) // size]
            for name, values in held.items()
        }
        for start, end in pairwise(bounds)
    )
    return [cast(B, part) for part in parts]


def _twin(network: nn.Module) -> nn.Module:
    """Return a network with the same weights, not copies of them, and buffers of its own."""
    twin = copy.deepcopy(network)
    for own, other in zip(twin.modules(), network.modules(), strict=True):
        own._parameters = other._parameters
    return twin


def _weighted(shares: Sequence[float], parts: Sequence[Sequence[Tensor]]) -> list[Tensor]:
    """Return weighted sums over the parts, in their order: the same to the bit in every run."""
    totals = torch._foreach_mul(list(parts[0]), shares[0])
    for share, values in zip(shares[1:], parts[1:], strict=True):
        torch._foreach_add_(totals, list(values), alpha=share)
    return list(totals)


class _Known(torch.autograd.Function):
    """A value whose gradients by the weights are known already."""

    @staticmethod
    def forward(ctx: Any, value: Tensor, gradients: Sequence[Tensor], *weights: Tensor) -> Tensor:
        ctx.gradients = gradients
        return value.clone()

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Any, ...]:
        scale = float(grads[0])  # above 1 where precision is half
        if scale != 1:
            torch._foreach_mul_(ctx.gradients, scale)
        return None, None, *ctx.gradients
