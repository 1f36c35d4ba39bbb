"""Batches for training, rendered fresh, and for validation, read from disk."""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import cv2
from torch.utils.data import DataLoader, Dataset, Sampler


class RenderedDataset(Dataset[Any]):
    """Pictures that exist only while they are trained on: item i is what ``render(i)`` draws.

    One index, one picture, whichever process draws it; so any number of workers gives the same batches.
    """

    def __init__(self, render: Callable[[int], Any]) -> None:
        self.render = render

    def __getitem__(self, index: int) -> Any:
        return self.render(index)


class EpochSampler(Sampler[int]):
    """Counts on from epoch to epoch: epoch e asks for pictures e·length … (e+1)·length - 1.

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


def training_batches(
    render: Callable[[int], Any],
    collate: Callable[[Sequence[Any]], Any],
    length: int,
    batch_size: int,
    workers: int,
) -> DataLoader[Any]:
    """Return the loader of the training scenes; no picture is left out, the last batch may be smaller."""
    return DataLoader(
        RenderedDataset(render),
        batch_size=batch_size,
        sampler=EpochSampler(length),
        num_workers=workers,
        collate_fn=collate,
        persistent_workers=workers > 0,
        prefetch_factor=4 if workers else None,
        worker_init_fn=_step_back,
    )


def _step_back(worker: int) -> None:
    """Let training go first: its threads wait for one another, so that a core taken from one stalls all.

    Rendering then takes what is left, and the whole machine whenever training waits for it.
    """
    cv2.setNumThreads(0)
    os.nice(10)


def frozen_batches(
    dataset: Any, collate: Callable[[Sequence[Any]], Any], batch_size: int
) -> DataLoader[Any]:
    """Return the loader of a frozen set (anything with a length and items by number), in order.

    It is mapped from disk and needs no worker.
    """
    return DataLoader(dataset, batch_size=batch_size, collate_fn=collate)
