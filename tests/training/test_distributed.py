"""Who draws what, and what is said when processes cannot train together."""

from collections.abc import Sequence
from itertools import chain
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError

from src.common.errors import UserError
from src.models.batch_norm import BatchNorm
from src.models.distributed import all_reduce_sum, denominator, global_mean
from src.training import launch
from src.training.data import frozen_batches, training_batches
from src.training.distributed import (
    Process,
    gather_in_order,
    process_group,
    reduce_losses,
    this_process,
)
from src.training.launch import launched


def keep(samples: Sequence[Any]) -> Any:
    return {"numbers": [int(sample) for sample in samples]}


@pytest.fixture
def among(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that makes this process one of several."""

    def become(rank: int, count: int) -> None:
        values = {"RANK": rank, "WORLD_SIZE": count, "LOCAL_RANK": rank, "LOCAL_WORLD_SIZE": count}
        for name, value in {"TORCHELASTIC_RUN_ID": "test", **values}.items():
            monkeypatch.setenv(name, str(value))

    return become


def test_a_process_is_alone_unless_torchrun_started_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "4")  # of something else
    monkeypatch.delenv("TORCHELASTIC_RUN_ID", raising=False)
    assert this_process() == Process(0, 1, 0, 1)
    with process_group():
        assert not torch.distributed.is_initialized()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_parts_make_up_the_batches_of_one_process(among: Any, count: int) -> None:
    parts = []
    for rank in range(count):
        among(rank, count)
        train = training_batches(int, keep, 11, 4, 0)
        train.batch_sampler.sampler.set_epoch(1)  # type: ignore[union-attr]
        numbers: Any = list(range(11))
        frozen = frozen_batches(numbers, keep, 4)
        parts.append([[batch["numbers"] for batch in loader] for loader in (train, frozen)])
    for kind, first in ((0, 11), (1, 0)):
        whole = [sorted(chain(*rows)) for rows in zip(*(p[kind] for p in parts), strict=True)]
        assert whole == [
            [first + i for i in batch] for batch in ([0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10])
        ]


def test_no_process_is_left_without_pictures(among: Any) -> None:
    among(0, 4)
    with pytest.raises(UserError, match="11 pictures in batches of 4 end in one of 3"):
        training_batches(int, keep, 11, 4, 0)
    with pytest.raises(UserError, match="end in one of 2, too few for 4"):
        training_batches(int, keep, 4, 2, 0)


def test_alone_nothing_is_changed() -> None:
    mean, counts = torch.tensor(0.3), torch.tensor([0, 2])
    assert global_mean(mean, 0) is mean
    assert denominator(counts.sum(), 1) == 2
    assert denominator(counts[0], 1) == 1
    assert all_reduce_sum(5) == 5
    assert reduce_losses({"loss": mean}, 7) == ({"loss": mean}, 7)
    assert gather_in_order([[1, 2], [3]]) == [1, 2, 3]


def test_readings_come_back_in_the_order_of_the_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    # Two batches, of four and of three pictures, kept by two processes.
    monkeypatch.setattr("src.training.distributed.world_size", lambda: 2)
    monkeypatch.setattr(
        "src.training.distributed._all_gather", lambda _: [b"[[0, 2], [4, 6]]", b"[[1, 3], [5]]"]
    )
    assert gather_in_order([]) == [0, 1, 2, 3, 4, 5, 6]


def test_batch_norm_of_parts_is_that_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = torch.randn(6, 3, 4, 4, generator=torch.Generator().manual_seed(1)) * 3 + 5
    expected = torch.nn.BatchNorm2d(3)
    answer = expected(whole)
    monkeypatch.setattr("src.models.batch_norm.world_size", lambda: 3)
    parts = [whole[:1], whole[1:], whole[:0]]

    rows: list[torch.Tensor] = []

    def take(row: torch.Tensor) -> torch.Tensor:
        rows.append(row)
        return torch.zeros(3, 7)

    gather = SimpleNamespace(apply=take)
    monkeypatch.setattr("src.models.batch_norm._Gather", gather)
    for part in parts:
        BatchNorm(3)(part)
    monkeypatch.setattr(gather, "apply", lambda _: torch.stack(rows[:3]))
    for part, of_whole in zip(parts, (answer[:1], answer[1:], answer[:0]), strict=True):
        norm = BatchNorm(3)
        torch.testing.assert_close(norm(part), of_whole)
        for name, value in expected.state_dict().items():
            torch.testing.assert_close(norm.state_dict()[name], value)


def test_one_process_trains_itself(among: Any) -> None:
    assert launched("src.ocr.train", 1, 1) is False
    among(1, 2)
    assert launched("src.ocr.train", 4, 2) is False  # torchrun has had its say


@pytest.mark.parametrize(
    ("devices", "nodes", "message"),
    [
        (0, 1, "at least 1, not 0 and 1"),
        (1, 0, "at least 1, not 1 and 0"),
        (1, 2, "set MASTER_ADDR"),
    ],
)
def test_what_cannot_be_is_named(
    monkeypatch: pytest.MonkeyPatch, devices: int, nodes: int, message: str
) -> None:
    monkeypatch.delenv("MASTER_ADDR", raising=False)
    with pytest.raises(UserError, match=message):
        launched("src.ocr.train", devices, nodes)


def test_no_more_processes_than_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(UserError, match="DEVICES is 3, but this machine has 2 GPU"):
        launched("src.ocr.train", 3, 1)


def failed(*codes: int) -> ChildFailedError:
    names = {-9: "SIGKILL", -15: "SIGTERM"}
    failures: Any = {
        rank: SimpleNamespace(exitcode=code, timestamp=0, signal_name=lambda c=code: names[c])
        for rank, code in enumerate(codes)
        if code
    }
    error = ChildFailedError.__new__(ChildFailedError)
    error.failures = failures
    return error


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        ((-15, -9), "process 1 of 2 was lost (SIGKILL)"),
        ((-9, 1), "process 0 of 2 was lost (SIGKILL)"),
        ((0, -15), "process 1 of 2 was lost (SIGTERM)"),
        ((-15, 1), "1"),  # it has said why
    ],
)
def test_the_lost_process_is_named(
    monkeypatch: pytest.MonkeyPatch, codes: tuple[int, ...], message: str
) -> None:
    def fail(*_: Any) -> None:
        raise failed(*codes)

    monkeypatch.setattr(launch, "elastic_launch", lambda *_: fail)
    with pytest.raises((UserError, SystemExit)) as caught:
        launched("src.ocr.train", 2, 1)
    assert str(caught.value).startswith(message)
