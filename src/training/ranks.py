"""Processes that train one network together: who they are, how they meet, what they tell one another.

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
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor

from ..common.errors import UserError
from ..models.ranks import meeting_device, rank_count

# Seconds without an answer after which another process counts as lost. A killed one is noticed at once; this is for
# machines that vanish. The longest that processes lawfully wait for one another is a burst of rendering.
LOST_AFTER_S = 45
# How torch says that another process is gone.
LOST = re.compile(r"connection (closed|reset|refused)|broken pipe|timed? ?out", re.I)


@dataclass(frozen=True)
class Place:
    """Which process of a training this is: ``rank`` of ``count``, ``local_rank`` of the ``here`` on this machine."""

    rank: int = 0
    count: int = 1
    local_rank: int = 0
    here: int = 1


def place() -> Place:
    """Return what torchrun has put into the environment, or that this process is alone."""
    if not dist.is_torchelastic_launched():
        return Place()
    names = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE")
    return Place(*(int(os.environ[name]) for name in names))


@contextmanager
def joined() -> Iterator[None]:
    """Meet the other processes for as long as the body runs; nothing to do without any.

    Raises UserError when one of them is lost on the way.
    """
    here = place()
    if here.count == 1:
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
            f"process {here.rank} of {here.count} has lost another one ({what}): start the same command again "
            "on all machines, it goes on after the last whole epoch"
        ) from error
    dist.destroy_process_group()


def in_order(batches: list[list[Any]]) -> list[Any]:
    """Return what all ranks have kept of each picture, in the order of the pictures.

    batches: for each batch, what this rank has kept of its part of it (see PartSampler), as JSON knows it.
    """
    if rank_count() == 1:
        return [one for batch in batches for one in batch]
    missing = object()
    return [
        one
        for parts in zip(*map(json.loads, _exchange(json.dumps(batches).encode())), strict=True)
        for row in zip_longest(*parts, fillvalue=missing)
        for one in row
        if one is not missing
    ]


def whole_batch(losses: Mapping[str, Tensor], size: int) -> tuple[dict[str, Tensor], int]:
    """Return the losses of the whole batch, without gradients, and its size, from those of this rank's part."""
    if rank_count() == 1:
        return {name: value.detach() for name, value in losses.items()}, size
    values = torch.stack([value.detach().float() for value in losses.values()]) / rank_count()
    summed = torch.cat([values, values.new_tensor([size])])
    dist.all_reduce(summed)
    return dict(zip(losses, summed[:-1], strict=True)), int(summed[-1])


def told(data: bytes) -> bytes:
    """Return what the first rank gives; the others may give anything."""
    if rank_count() == 1:
        return data
    size = torch.tensor([len(data)], device=meeting_device())
    dist.broadcast(size, 0)
    sent = _tensor(data) if dist.get_rank() == 0 else _empty(int(size))
    dist.broadcast(sent, 0)
    return _bytes(sent)


def _exchange(data: bytes) -> list[bytes]:
    """Return what each rank gives."""
    sizes = [
        torch.zeros(1, dtype=torch.int64, device=meeting_device()) for _ in range(rank_count())
    ]
    dist.all_gather(sizes, torch.tensor([len(data)], device=meeting_device()))
    longest = max(int(size) for size in sizes)
    received = [_empty(longest) for _ in sizes]
    dist.all_gather(received, _tensor(data.ljust(longest)))
    return [_bytes(one)[: int(size)] for one, size in zip(received, sizes, strict=True)]


def _tensor(data: bytes) -> Tensor:
    return torch.frombuffer(bytearray(data), dtype=torch.uint8).to(meeting_device())


def _empty(size: int) -> Tensor:
    return torch.empty(size, dtype=torch.uint8, device=meeting_device())


def _bytes(tensor: Tensor) -> bytes:
    return tensor.cpu().numpy().tobytes()
