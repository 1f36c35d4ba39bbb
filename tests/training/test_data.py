"""Batches: fresh in each epoch, the same whoever draws them."""

import os
import signal
import time
from collections.abc import Generator, Iterable, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
import torch
from torch import Tensor

from src.common.errors import UserError
from src.training.data import (
    AHEAD,
    AheadLoader,
    EpochSampler,
    PartSampler,
    frozen_batches,
    training_batches,
)


def keep(samples: Sequence[int]) -> Any:
    return {"squares": torch.tensor(samples), "texts": [str(sample) for sample in samples]}


def squares(loader: Iterable[dict[str, Any]]) -> list[list[int]]:
    """Say what each batch holds, which comes as tensors, whoever drew it."""
    batches = list(loader)
    assert all(isinstance(batch["squares"], Tensor) for batch in batches)
    held = [batch["squares"].tolist() for batch in batches]
    assert [batch["texts"] for batch in batches] == [[str(x) for x in numbers] for numbers in held]
    return held


def fail(index: int) -> int:
    return 1 // (index - index)


def square(index: int) -> int:
    return index * index


def test_each_epoch_goes_on_where_the_last_one_ended() -> None:
    sampler = EpochSampler(3)
    assert list(sampler) == [0, 1, 2]
    sampler.set_epoch(1)
    assert list(sampler) == [3, 4, 5]
    assert list(sampler) == [3, 4, 5]
    sampler.set_epoch(7)
    assert list(sampler) == [21, 22, 23]
    assert len(sampler) == 3


@pytest.mark.parametrize("workers", [0, 2])
def test_all_pictures_are_there_whoever_draws_them(workers: int) -> None:
    loader = training_batches(square, keep, 5, 2, workers)
    assert squares(loader) == [[0, 1], [4, 9], [16]]
    assert len(loader) == 3
    sampler: Any = loader.sampler
    if not isinstance(loader, AheadLoader):
        assert isinstance(loader.batch_sampler, PartSampler)
        sampler = loader.batch_sampler.sampler
    assert isinstance(sampler, EpochSampler)
    sampler.set_epoch(1)
    assert squares(loader) == [[25, 36], [49, 64], [81]]


def test_what_is_drawn_ahead_comes_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("src.training.data.AHEAD", 2)
    loader = AheadLoader(square, keep, length=11, batch_size=2, workers=2)
    held = squares(loader)
    assert [x for numbers in held for x in numbers] == [i * i for i in range(11)]
    assert [len(numbers) for numbers in held] == [2, 2, 2, 2, 2, 1]


def test_who_takes_a_few_leaves_nothing_to_draw(tmp_path: Path) -> None:
    def draw(index: int) -> int:
        time.sleep(0.02)
        (tmp_path / str(index)).touch()
        return index

    loader = AheadLoader(draw, keep, length=300, batch_size=1, workers=2)
    batches = cast(Generator[Any], iter(loader))
    next(batches)
    batches.close()
    loader._pool.shutdown()
    # What was begun is drawn to its end, and nothing more of all that was asked for ahead.
    assert 1 <= len(list(tmp_path.iterdir())) < AHEAD / 2


def test_an_error_while_drawing_is_not_lost() -> None:
    with pytest.raises(ZeroDivisionError):
        list(AheadLoader(fail, keep, length=3, batch_size=2, workers=2))


def test_a_worker_that_is_killed_is_named_and_not_waited_for() -> None:
    def die(index: int) -> int:
        os.kill(os.getpid(), signal.SIGKILL)
        return index

    with pytest.raises(UserError, match="ended from outside, as the system does when memory"):
        list(AheadLoader(die, keep, length=3, batch_size=2, workers=2))


def test_frozen_sets_are_read_in_order_and_whole() -> None:
    ordered = frozen_batches([0, 1, 4, 9, 16], keep, 3)
    assert squares(ordered) == [[0, 1, 4], [9, 16]]
