"""Distributed training: this process's rank, the process group, and what its processes exchange.

What they send is JSON and weights, never pickled objects. Who can reach their ports can still disturb them: they belong
into a network of their own.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import zip_longest
from typing import TypeVar, cast

import torch
import torch.distributed as dist
from torch import Tensor

from ..common.errors import UserError
from ..models.distributed import communication_device, world_size

# Seconds without an answer after which another process counts as lost. A killed one is noticed at once; this is for
# machines that vanish. The longest that processes have to wait for one another is a burst of rendering.
LOST_AFTER_S = 45
# How torch says that another process is gone.
LOST = re.compile(r"connection (closed|reset|refused)|broken pipe|timed? ?out", re.I)


T = TypeVar("T")


@dataclass(frozen=True)
class Process:
    """One process of a training: ``rank`` of ``world_size``, ``local_rank`` of ``local_world_size`` on its machine."""

    rank: int = 0
    world_size: int = 1
    local_rank: int = 0
    local_world_size: int = 1


def this_process() -> Process:
    """Return this process as torchrun's environment variables describe it; a single one without them."""
    if not dist.is_torchelastic_launched():
        return Process()
    names = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE")
    return Process(*(int(os.environ[name]) for name in names))


@contextmanager
def process_group() -> Iterator[None]:
    """Keep a process group with the other processes while the body runs; do nothing without any, or within another.

    Raises UserError when one of them is lost on the way.
    """
    here = this_process()
    if here.world_size == 1 or dist.is_initialized():
        yield
        return
    if torch.cuda.is_available():
        torch.cuda.set_device(here.local_rank)
    try:
        backend = "nccl" if torch.cuda.is_available() else "gloo"
        dist.init_process_group(backend, timeout=timedelta(seconds=LOST_AFTER_S))
        yield
    except RuntimeError as error:
        said = LOST.search(str(error))
        if not isinstance(error, dist.DistError) and not said:
            raise
        what = said.group() if said else type(error).__name__
        raise UserError(
            f"process {here.rank} of {here.world_size} has lost another one ({what}): start the same command again "
            "on all machines, it goes on after the last whole epoch"
        ) from error
    dist.destroy_process_group()


def gather_in_order(batches: list[list[T]]) -> list[T]:
    """Return what all ranks have kept of each picture, in the order of the pictures.

    batches: for each batch, what this rank has kept of its part of it (see PartSampler). With several ranks it goes
    through JSON: tuples come back as lists.
    """
    if world_size() == 1:
        return [one for batch in batches for one in batch]
    missing = object()
    ranks: list[list[list[T]]] = [
        json.loads(data) for data in _all_gather(json.dumps(batches).encode())
    ]
    return [
        cast(T, one)
        for parts in zip(*ranks, strict=True)
        for row in zip_longest(*parts, fillvalue=missing)
        for one in row
        if one is not missing
    ]


def reduce_losses(losses: Mapping[str, Tensor], size: int) -> tuple[dict[str, Tensor], int]:
    """Return the losses of the whole batch, without gradients, and its size, from those of this rank's part."""
    if world_size() == 1:
        return {name: value.detach() for name, value in losses.items()}, size
    values = torch.stack([value.detach().float() for value in losses.values()]) / world_size()
    summed = torch.cat([values, values.new_tensor([size])])
    dist.all_reduce(summed)
    return dict(zip(losses, summed[:-1], strict=True)), int(summed[-1])


def broadcast(data: bytes) -> bytes:
    """Return the first rank's data on all ranks; what the others pass is ignored."""
    if world_size() == 1:
        return data
    size = torch.tensor([len(data)], device=communication_device())
    dist.broadcast(size, 0)
    sent = _tensor(data) if dist.get_rank() == 0 else _empty(int(size))
    dist.broadcast(sent, 0)
    return _bytes(sent)


def _all_gather(data: bytes) -> list[bytes]:
    """Return the data of each rank, in their order, on all ranks."""
    sizes = [
        torch.zeros(1, dtype=torch.int64, device=communication_device())
        for _ in range(world_size())
    ]
    dist.all_gather(sizes, torch.tensor([len(data)], device=communication_device()))
    longest = max(int(size) for size in sizes)
    received = [_empty(longest) for _ in sizes]
    dist.all_gather(received, _tensor(data.ljust(longest)))
    return [_bytes(one)[: int(size)] for one, size in zip(received, sizes, strict=True)]


def _tensor(data: bytes) -> Tensor:
    return torch.frombuffer(bytearray(data), dtype=torch.uint8).to(communication_device())


def _empty(size: int) -> Tensor:
    return torch.empty(size, dtype=torch.uint8, device=communication_device())


def _bytes(tensor: Tensor) -> bytes:
    return tensor.cpu().numpy().tobytes()
