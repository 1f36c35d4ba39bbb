"""Batch norm over the whole batch of all processes that train together."""

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn

from .distributed import world_size


class BatchNorm(nn.BatchNorm2d):
    """Batch norm (Ioffe & Szegedy 2015, arXiv:1502.03167) over the whole batch, however many ranks share it.

    `torch.nn.SyncBatchNorm` does the same on GPUs only. With a single process it is nn.BatchNorm2d, to the bit.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Return x (B, C, H, W) normalised; B may be 0 on some of the ranks."""
        if not self.training or world_size() == 1:
            return super().forward(x)
        values = x.float()
        mean, variance, count = _statistics(values)
        self._keep(mean.detach(), variance.detach(), count)
        scale = self.weight * (variance + self.eps).rsqrt()
        out = (values - _per_channel(mean)) * _per_channel(scale) + _per_channel(self.bias)
        return out.to(x.dtype)

    @torch.no_grad()
    def _keep(self, mean: Tensor, variance: Tensor, count: Tensor) -> None:
        """Move the running statistics as nn.BatchNorm2d does, which keeps the variance without its bias."""
        assert self.running_mean is not None
        assert self.running_var is not None
        assert self.num_batches_tracked is not None
        assert self.momentum is not None
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(variance * count / (count - 1).clamp(min=1), self.momentum)
        self.num_batches_tracked += 1


def _statistics(values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return mean (C,) and variance (C,) of all ranks' values (B, C, H, W) and how many there are for each channel.

    Parts are joined as in Chan et al. 1979: no difference of large sums, so nothing is lost to rounding.
    """
    channels = values.shape[1]
    here = values.numel() // channels
    mean = values.sum((0, 2, 3)) / max(here, 1)
    variance = (values - _per_channel(mean)).square().sum((0, 2, 3)) / max(here, 1)
    row = torch.cat([mean, variance, mean.new_tensor([here])])
    parts: Tensor = _Gather.apply(row)  # type: ignore[no-untyped-call]
    means, variances, counts = torch.split(parts, [channels, channels, 1], 1)
    share = counts / counts.sum()
    mean = (share * means).sum(0)
    variance = (share * (variances + (means - mean).square())).sum(0)
    return mean, variance, counts.sum()


def _per_channel(values: Tensor) -> Tensor:
    return values[:, None, None]


class _Gather(torch.autograd.Function):
    """Rows (N,) of all ranks as (ranks, N); each gets back what all ranks' losses say about its own."""

    @staticmethod
    def forward(ctx: Any, row: Tensor) -> Tensor:
        rows = [torch.empty_like(row) for _ in range(world_size())]
        dist.all_gather(rows, row)
        return torch.stack(rows)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Tensor:
        grad = grads[0].clone(memory_format=torch.contiguous_format)
        dist.all_reduce(grad)
        return grad[dist.get_rank()]
