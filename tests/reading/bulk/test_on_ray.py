"""Reading on Ray: what its actors do, with Ray's own part played here; benchmarks.bulk --ray is for real."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from src.bundle.choose import choose_model
from src.common.errors import UserError
from src.reading.bulk import crew, on_ray, plan
from src.reading.bulk.items import Item
from src.reading.bulk.plan import Run
from src.reading.bulk.rows import Counts
from src.reading.bulk.target import Target, target_at
from tests.reading.bulk.test_crew import FakeWorker, rows


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Target:
    monkeypatch.setattr(crew, "Worker", FakeWorker)
    FakeWorker.script, FakeWorker.starts = {}, []
    FakeWorker.given.clear()
    return target_at(str(tmp_path / "out"))


def run_of(target: Target) -> Run:
    items = [Item(f"/{number}.jpg") for number in range(170)]
    return plan.new_run(target, [], {}, "m", items, dict)


class Lost(Exception):
    """What Ray raises when it gives up."""


def ray_that(do: Callable[[Callable[..., Any], list[dict[str, Any]]], Iterator[Any]]) -> ModuleType:
    """A Ray whose cluster is this process. do: has an actor work on rows, and yields what it returns."""

    def from_items(items: list[dict[str, Any]], override_num_blocks: int) -> Any:
        assert 1 <= override_num_blocks <= len(items)

        def map_(actor: Callable[..., Any], fn_constructor_args: tuple[Any, ...], **_: Any) -> Any:
            return SimpleNamespace(iter_rows=lambda: do(actor(*fn_constructor_args), items))

        return SimpleNamespace(map=map_)

    ray: Any = ModuleType("ray")
    ray.is_initialized = lambda: True
    ray.cluster_resources = lambda: {"CPU": 2.0}
    ray.exceptions = SimpleNamespace(RayError=Lost)
    ray.data = ModuleType("ray.data")
    ray.data.from_items = from_items
    ray.data.ActorPoolStrategy = SimpleNamespace
    ray.data.DataContext = SimpleNamespace(get_current=SimpleNamespace)
    module: ModuleType = ray
    return module


def read(target: Target, run: Run, monkeypatch: pytest.MonkeyPatch, ray: Any) -> Counts:
    monkeypatch.setitem(sys.modules, "ray", ray)
    monkeypatch.setitem(sys.modules, "ray.data", ray and ray.data)
    tasks = list(plan.tasks(target, run, ()))
    total = Counts()
    bundle = choose_model("release")
    for counts in on_ray.read_on_ray("host:1", bundle, {}, run, target.name, tasks):
        total.add(counts)
    return total


def test_a_task_that_comes_twice_is_done_once(
    target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def twice(actor: Callable[..., Any], items: list[dict[str, Any]]) -> Iterator[Any]:
        actor(items[1])  # and the node is lost before Ray knows
        yield from map(actor, items)

    run = run_of(target)
    assert read(target, run, monkeypatch, ray_that(twice)).pictures == 170
    assert sorted(rows(tmp_path / "out")) == list(range(170))
    assert set(FakeWorker.given.values()) == {1}


def test_a_node_that_does_not_see_the_target_says_so(
    target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_of(target)
    other = run_of(target_at(str(tmp_path / "other")))
    for name in ("other", "nowhere"):
        with pytest.raises(UserError, match="have to be in an object store, or mounted"):
            on_ray.PartReader([], {}, run, str(tmp_path / name))
    assert other.id != run.id


def test_what_is_wrong_on_a_node_is_told_here(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> Iterator[Any]:
        try:
            raise UserError("the disk is full")
        except UserError as error:
            raise Lost("a long trace of another machine") from error

    run = run_of(target)
    with pytest.raises(UserError, match="the disk is full"):
        read(target, run, monkeypatch, ray_that(fail))

    def vanish(*_: Any) -> Iterator[Any]:
        raise Lost("no node is left")

    with pytest.raises(UserError, match=r"Ray gave up \(no node is left\): run the same command"):
        read(target, run, monkeypatch, ray_that(vanish))


def test_without_ray_it_says_how_it_comes(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError, match=r"--ray needs ray.*pip install 'plate-pipeline\[ray\]'"):
        read(target, run_of(target), monkeypatch, None)
