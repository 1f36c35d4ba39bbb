"""Answers that wait are on the disk, in their order, and no more of them than may be."""

import os
from collections import deque
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from src.common.errors import UserError
from src.reading.cameras import spool as module
from src.reading.cameras.spool import Letter, Spool


def letter(number: int, size: int = 10) -> Letter:
    return Letter(f"key{number}", b"%d" % number + b" " * size)


def keys(spool: Spool) -> list[str]:
    found = []
    while (first := spool.first()) is not None:
        found.append(first.key)
        spool.remove()
    return found


@pytest.mark.parametrize("kept", [True, False])
def test_first_in_first_out(kept: bool, tmp_path: Path) -> None:
    spool = Spool("hook", tmp_path if kept else None, 1000)
    for n in range(3):
        spool.put(letter(n))
    assert spool.first() == letter(0)
    assert spool.first() == letter(0)
    assert spool.only_in_memory() == (0 if kept else 3)
    assert keys(spool) == ["key0", "key1", "key2"]
    assert list(tmp_path.iterdir()) == []


def test_the_next_run_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = Spool("hook", tmp_path, 1000)
    for n in range(12):
        before.put(letter(n))
    before.remove()
    (tmp_path / ".000000000099-x.partial.json").write_text("torn")
    (tmp_path / "notes.txt").write_text("not ours")
    after = Spool("hook", tmp_path, 1000)
    assert "11 answers from before wait" in capsys.readouterr().err
    after.put(letter(12))
    assert keys(after) == [f"key{n}" for n in range(1, 13)]
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_the_oldest_are_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spool = Spool("hook", tmp_path, 35)
    for n in range(9):
        spool.put(letter(n))
    assert capsys.readouterr().err.count("the oldest are dropped") == 1
    assert (len(spool), spool.dropped, len(list(tmp_path.iterdir()))) == (3, 6, 3)
    monkeypatch.setattr(module, "MOST_LETTERS", 2)
    spool.put(letter(9))
    assert keys(spool) == ["key8", "key9"]


def test_what_is_refused_is_set_aside_and_that_is_bounded(tmp_path: Path) -> None:
    spool = Spool("hook", tmp_path, 35)
    for n in range(5):
        spool.put(letter(n))
        spool.set_aside()
    assert len(spool) == 0
    assert sorted(path.name for path in (tmp_path / "refused").iterdir()) == [
        f"{n + 1:012}-key{n}.json" for n in (2, 3, 4)
    ]


def test_where_the_disk_takes_nothing_memory_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spool = Spool("hook", tmp_path, 1000)
    spool.put(letter(0))

    def full(path: Path) -> None:
        raise UserError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(module, "atomic_path", full)
        spool.put(letter(1))
        spool.put(letter(2))
    assert capsys.readouterr().err.count("answers wait in memory alone (no space left)") == 1
    spool.put(letter(3))
    assert spool.only_in_memory() == 2
    assert keys(spool) == ["key0", "key1", "key2", "key3"]


def test_a_file_that_is_gone_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spool = Spool("hook", tmp_path, 1000)
    for n in range(2):
        spool.put(letter(n))
    next(iter(sorted(tmp_path.iterdir()))).unlink()
    assert keys(spool) == ["key1"]
    assert spool.dropped == 1
    assert "an answer is lost" in capsys.readouterr().err


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match=r"cannot hold what waits for hook"):
        Spool("hook", tmp_path / "file" / "below", 1000)


class Restarts(RuleBasedStateMachine):
    """Letters are put and taken, and the program is started anew at any moment: none is lost, none comes twice."""

    def __init__(self) -> None:
        super().__init__()
        from tempfile import mkdtemp

        self.folder = Path(mkdtemp())
        self.spool = Spool("hook", self.folder, 10**6)
        self.expected: deque[str] = deque()
        self.number = 0

    @rule(size=st.integers(0, 50))
    def put(self, size: int) -> None:
        self.spool.put(letter(self.number, size))
        self.expected.append(f"key{self.number}")
        self.number += 1

    @precondition(lambda self: self.expected)
    @rule()
    def take(self) -> None:
        first = self.spool.first()
        assert first is not None
        assert first.key == self.expected.popleft()
        self.spool.remove()

    @rule()
    def restart(self) -> None:
        self.spool = Spool("hook", self.folder, 10**6)

    @invariant()
    def as_many(self) -> None:
        assert len(self.spool) == len(self.expected) == len(list(self.folder.iterdir()))

    def teardown(self) -> None:
        for path in self.folder.iterdir():
            path.unlink()
        self.folder.rmdir()


@pytest.fixture(autouse=True)
def _no_sync(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda handle: None)


TestRestarts = Restarts.TestCase
TestRestarts.settings = settings(max_examples=10, stateful_step_count=20, deadline=None)
