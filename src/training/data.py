"""Batches for training, rendered fresh, and for validation, read from disk."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar, cast

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler, SequentialSampler

from ..common.errors import UserError
from ..common.workers import do, lost_workers_told, start_workers
from .batch import Batch
from .distributed import this_process

S = TypeVar("S")
S_co = TypeVar("S_co", covariant=True)
B = TypeVar("B", bound=Batch)

# Batches that are rendered ahead of training on a machine without a GPU, and how far (`nice`) the processes that render
# stand back for the threads that train.
AHEAD, YIELDING = 64, 19


class FrozenSet(Protocol[S_co]):
    """A frozen set: samples by number, the same ones each time."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> S_co: ...


class RenderedDataset(Dataset[S]):
    """Pictures that exist only while they are trained on: item i is what ``render(i)`` draws.

    One index, one picture, whichever process draws it; so any number of workers gives the same batches.
    """

    def __init__(self, render: Callable[[int], S]) -> None:
        self.render = render

    def __getitem__(self, index: int) -> S:
        return self.render(index)


class EpochSampler(Sampler[int]):
    """Numbers pictures across epochs: epoch e asks for pictures e·length to (e+1)·length - 1.

    Order needs no shuffling, since the pictures are independent draws. A resumed run sets the epoch and goes on with
    exactly the pictures that an undisturbed run would have had.
    """

    def __init__(self, length: int) -> None:
        self.length = length
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Called by Lightning at the start of each epoch."""
        self.epoch = epoch

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.epoch * self.length, (self.epoch + 1) * self.length))


class PartSampler(Sampler[list[int]]):
    """The pictures of each batch that are for this process: all, or with N processes every N-th from its rank on.

    So the batches of all processes together are those that a single one would have. No process may be left without any
    picture: raises UserError where the last batch has fewer pictures than there are processes.
    """

    def __init__(self, sampler: Sampler[int], length: int, batch_size: int) -> None:
        # Under this name Lightning tells it the epoch.
        self.sampler = sampler
        self.batch_size = batch_size
        self._length, self._process = length, this_process()
        last = (length - 1) % batch_size + 1
        if min(last, batch_size) < self._process.world_size:
            raise UserError(
                f"{length} pictures in batches of {batch_size} end in one of {last}, too few for "
                f"{self._process.world_size} processes: change MAX_IMAGES or BATCH_SIZE in params.py, or train in fewer"
            )

    def __len__(self) -> int:
        return -(-self._length // self.batch_size)

    def __iter__(self) -> Iterator[list[int]]:
        indices = list(self.sampler)
        for start in range(0, len(indices), self.batch_size):
            yield indices[start : start + self.batch_size][
                self._process.rank :: self._process.world_size
            ]


class AheadLoader(Generic[B]):
    """Batches of rendered pictures where training and rendering share the processor's cores.

    What renders stands back for what trains, whose threads wait for one another: it takes what they leave, and all when
    they wait for it. Their order is that of the sampler, whatever the number of workers.
    """

    def __init__(
        self,
        render: Callable[[int], S],
        collate: Callable[[Sequence[S]], B],
        length: int,
        batch_size: int,
        workers: int,
    ) -> None:
        self.sampler = EpochSampler(length)
        self._parts = PartSampler(self.sampler, length, batch_size)
        # Started here, before anything that trains has started its threads: those do not survive a fork.
        self._pool = start_workers(workers, _BatchOf(render, collate), YIELDING)

    def __len__(self) -> int:
        return len(self._parts)

    def __iter__(self) -> Iterator[B]:
        parts = iter(self._parts)
        waiting: deque[Future[Any]] = deque()
        try:
            while True:
                with lost_workers_told():
                    ahead = AHEAD - len(waiting)
                    waiting.extend(self._pool.submit(do, part) for part in islice(parts, ahead))
                    if not waiting:
                        return
                    batch = waiting.popleft().result()
                yield cast(B, _with(torch.from_numpy, np.ndarray, batch))
        finally:
            for future in waiting:
                future.cancel()


class _BatchOf(Generic[S, B]):
    """Draws one batch, in another process.

    It comes back as arrays: torch would send each tensor as a shared file of its own, which took as long as drawing.
    """

    def __init__(self, render: Callable[[int], S], collate: Callable[[Sequence[S]], B]) -> None:
        self.render, self.collate = render, collate

    def __call__(self, indices: Sequence[int]) -> dict[str, object]:
        batch = self.collate([self.render(index) for index in indices])
        return _with(Tensor.numpy, Tensor, batch)


def _with(
    convert: Callable[[S], object], kind: type[S], batch: Mapping[str, object]
) -> dict[str, object]:
    """Return a batch with everything of one type converted."""
    return {k: convert(v) if isinstance(v, kind) else v for k, v in batch.items()}


def training_batches(
    render: Callable[[int], S],
    collate: Callable[[Sequence[S]], B],
    length: int,
    batch_size: int,
    workers: int,
) -> DataLoader[S] | AheadLoader[B]:
    """Return the loader of the training scenes; no picture is left out, the last batch may be smaller.

    With a GPU, which trains while the processor's cores render, the two go on side by side.
    With several processes, each draws its part of every batch, and those of one machine share the workers.
    """
    workers = -(-workers // this_process().local_world_size)
    if workers > 1 and not torch.cuda.is_available():
        return AheadLoader(render, collate, length, batch_size, workers)
    return DataLoader(
        RenderedDataset(render),
        batch_sampler=PartSampler(EpochSampler(length), length, batch_size),
        num_workers=workers,
        collate_fn=collate,
        persistent_workers=workers > 0,
        prefetch_factor=4 if workers else None,
    )


def frozen_batches(
    dataset: FrozenSet[S], collate: Callable[[Sequence[S]], B], batch_size: int
) -> DataLoader[S]:
    """Return the loader of a frozen set, in order.

    With several processes, each gets its part of every batch. It is mapped from disk and needs no worker.
    """
    parts = PartSampler(SequentialSampler(dataset), len(dataset), batch_size)
    return DataLoader(cast(Dataset[S], dataset), batch_sampler=parts, collate_fn=collate)
