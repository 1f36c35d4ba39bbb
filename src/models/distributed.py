"""Distributed training: sums over the processes of one training, each of which has its rank's part of every batch.

The network follows the mean of their gradients. A loss that each of them divided by its own number of plates would not
be the loss of the whole batch: plates would count less where there are many. So losses are divided by `denominator`.
With a single process nothing changes.
"""

import torch
import torch.distributed as dist
from torch import Tensor


def world_size() -> int:
    """Return the number of processes that train together; 1 without a process group."""
    return dist.get_world_size() if dist.is_available() and dist.is_initialized() else 1


def all_reduce_sum(count: Tensor | int) -> Tensor:
    """Return the sum of a number over all ranks, a scalar on its device (of an int: `communication_device`)."""
    number = torch.as_tensor(
        count, device=None if isinstance(count, Tensor) else communication_device()
    )
    if world_size() == 1:
        return number
    summed = number.detach().clone()
    dist.all_reduce(summed)
    return summed


def denominator(count: Tensor, least: float) -> Tensor:
    """Return the divisor of a sum over this rank's part that makes the ranks' mean that of the whole batch.

    count: of things in this part. least: lower bound of the count in the whole batch.
    """
    if world_size() == 1:
        return count.clamp(min=least)
    return all_reduce_sum(count).clamp(min=least) / world_size()


def global_mean(mean: Tensor, count: int) -> Tensor:
    """Return a mean over the ``count`` things here, weighted so that the ranks' mean is that over all things."""
    if world_size() == 1:
        return mean
    return mean * count / denominator(torch.tensor(count, device=mean.device), 1)


def communication_device() -> torch.device:
    """Return the device on which tensors must be that ranks exchange."""
    if world_size() > 1 and dist.get_backend() == "nccl":
        return torch.device("cuda", torch.cuda.current_device())
    return torch.device("cpu")
