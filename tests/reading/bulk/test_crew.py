"""Whatever ends the processes, each picture gets one row, its own; and what cannot go on says so."""

import itertools
import queue
import threading
import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import pyarrow.dataset
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.bundle.endpoint import describe
from src.common.errors import UserError
from src.reading.bulk import crew, plan
from src.reading.bulk.crew import UNREACHABLE, Crew
from src.reading.bulk.items import Item
from src.reading.bulk.plan import Run
from src.reading.bulk.process import EndedError
from src.reading.bulk.rows import Counts
from src.reading.bulk.target import Target, target_at

CRASH = EndedError("crashed", "bang", sure=True)
LOST = EndedError("crashed", "ended twice", sure=False)


class FakeWorker:
    """A process that says of each picture its number as the width; `script` says what happens instead, by number."""

    script: ClassVar[dict[int, list[str]]] = {}
    starts: ClassVar[list[str]] = []
    given: ClassVar[Counter[int]] = Counter()
    made: ClassVar[list["FakeWorker"]] = []
    guard = threading.Lock()
    pids = itertools.count(1)

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.pid, self._items, self._closed = next(self.pids), deque[Item](), False
        self.made.append(self)

    def ready(self) -> None:
        with self.guard:
            start = self.starts.pop() if self.starts else ""
        if start == "refused":
            raise UserError("no model")
        if start:
            raise LOST

    def give(self, items: Sequence[Item]) -> None:
        self._items.extend(items)

    def answer(self) -> dict[str, Any]:
        item = self._items.popleft()
        number = int(Path(item.path).stem)
        with self.guard:
            self.given[number] += 1
            planned = self.script.get(number, [])
            what = planned.pop(0) if planned else ""
        if self._closed or what == "lost":
            raise LOST
        if what == "crash":
            raise CRASH
        if what in ("unreachable", "unreadable"):
            return {"error": what, "reason": "why"}
        return {**describe([], number + 1, 1), "notes": [], "seconds": 0.001}

    def close(self) -> None:
        self._closed = True


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> type[FakeWorker]:
    monkeypatch.setattr(crew, "Worker", FakeWorker)
    FakeWorker.script, FakeWorker.starts, FakeWorker.given = {}, [], Counter()
    FakeWorker.made = []
    return FakeWorker


def run_of(target: Target, count: int) -> Run:
    items = [Item(f"/{number}.jpg") for number in range(count)]
    return plan.new_run(target, [], {}, "m", items, dict)


def read(target: Target, run: Run, size: int) -> Counts:
    total, ticks = Counts(), 0
    with Crew({}, size) as members:
        for said in members.read(plan.tasks(target, run, ()), run, target):
            if isinstance(said, Counts):
                total.add(said)
            else:
                ticks += said
    assert ticks == total.pictures
    return total


def rows(folder: Path) -> dict[int, Any]:
    table = pyarrow.dataset.dataset(folder, format="parquet").to_table().to_pylist()
    found = {int(Path(row["path"]).stem): row for row in table}
    assert len(found) == len(table)
    return found


EVENTS = st.lists(st.sampled_from(["lost", "crash", "unreachable", "unreadable"]), max_size=3)


@settings(max_examples=15, deadline=None)
@given(
    st.integers(1, 230), st.dictionaries(st.integers(0, 229), EVENTS, max_size=8), st.integers(1, 4)
)
def test_every_picture_has_its_own_row(count: int, script: dict[int, list[str]], size: int) -> None:
    FakeWorker.script = {number: list(events) for number, events in script.items()}
    with TemporaryDirectory() as name:
        folder = Path(name) / "out"
        target = target_at(str(folder))
        total = read(target, run_of(target, count), size)
        found = rows(folder)
    assert sorted(found) == list(range(count))
    assert total.pictures == count
    for number, row in found.items():
        # An end that may have come from outside costs a try; two of them, or one that did not, cost the picture.
        events = script.get(number, [])
        first = next((i for i, e in enumerate(events) if e != "lost"), len(events))
        left = ["crash"] if first >= 2 else events[first:]
        expected = {"crash": "crashed"}.get(left[0], left[0]) if left else None
        assert row["error"] == expected, (number, events)
        assert row["width"] == (None if expected else number + 1)


def test_pictures_that_cannot_be_reached_in_a_row_stop_it(tmp_path: Path) -> None:
    target = target_at(str(tmp_path / "out"))
    run = run_of(target, 200)
    FakeWorker.script = {number: ["unreachable"] for number in range(60, 60 + UNREACHABLE)}
    with pytest.raises(UserError, match="10 pictures in a row cannot be reached, the last because"):
        read(target, run, 1)
    # What was whole before stays; the part at hand is read again.
    assert sorted(rows(tmp_path / "out")) == list(range(50))
    FakeWorker.script = {number: ["unreachable"] for number in range(50, 59)}
    assert read(target, run, 1).errors == {"unreachable": 9}


def test_a_model_that_is_refused_stops_it(tmp_path: Path) -> None:
    target = target_at(str(tmp_path / "out"))
    FakeWorker.starts = ["refused"]
    with pytest.raises(UserError, match="no model"):
        read(target, run_of(target, 3), 1)


def test_processes_that_end_at_once_stop_it_after_some(tmp_path: Path) -> None:
    target = target_at(str(tmp_path / "out"))
    run = run_of(target, 3)
    FakeWorker.starts = ["lost"] * 2
    assert read(target, run, 1).pictures == 3
    FakeWorker.starts = ["lost"] * 3
    with pytest.raises(UserError, match="end before they have loaded the model"):
        read(target, run, 1)


def test_a_part_that_cannot_be_written_stops_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = target_at(str(tmp_path / "out"))
    run = run_of(target, 300)

    def full(*_: object) -> None:
        raise UserError("no space left")

    monkeypatch.setattr(target, "write", full)
    with pytest.raises(UserError, match="no space left"):
        read(target, run, 3)


def test_who_stops_listening_ends_the_processes(tmp_path: Path) -> None:
    target = target_at(str(tmp_path / "out"))
    run = run_of(target, 2000)
    members = Crew({}, 2)
    stream = members.read(plan.tasks(target, run, ()), run, target)
    assert next(stream) == 1
    stream.close()
    assert FakeWorker.made
    assert all(worker._closed for worker in FakeWorker.made)
    assert sum(FakeWorker.given.values()) < 2000
    assert [t.name for t in threading.enumerate() if "_follow" in t.name] == []


def test_a_picture_that_takes_long_does_not_hold_up_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate: queue.SimpleQueue[None] = queue.SimpleQueue()
    plain = FakeWorker.answer

    def slow(self: FakeWorker) -> dict[str, Any]:
        if self._items[0].path == "/3.jpg":
            gate.get(timeout=60)
        return plain(self)

    monkeypatch.setattr(FakeWorker, "answer", slow)
    target = target_at(str(tmp_path / "out"))
    run = run_of(target, 50 * 30)
    parts = 0
    with Crew({}, 2) as members:
        for said in members.read(plan.tasks(target, run, ()), run, target):
            if isinstance(said, Counts):
                parts += 1
                if parts == 20:
                    time.sleep(0.01)
                    gate.put(None)
    assert parts == run.parts == 30
    assert sorted(rows(tmp_path / "out")) == list(range(1500))
