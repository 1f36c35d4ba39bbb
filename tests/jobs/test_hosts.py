"""Machines of a job: which one this is, and that they wait for one another."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from src.common.errors import UserError
from src.jobs import hosts as module
from src.jobs.hosts import Hosts, Lost, Meeting, hosts_of
from src.jobs.local import _free_ports


def test_machines_of_the_environment() -> None:
    assert hosts_of({}) == Hosts()
    assert hosts_of({"NUM_NODES": "1", "NODE_RANK": "7"}) == Hosts()
    said = {"NUM_NODES": "2", "NODE_RANK": "1", "MASTER_ADDR": "first", "MASTER_PORT": "6105"}
    assert hosts_of(said) == Hosts(1, 2, "first", 6105)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"NUM_NODES": "two"}, "whole numbers"),
        ({"NUM_NODES": "2"}, "NODE_RANK"),
        ({"NUM_NODES": "2", "NODE_RANK": "2", "MASTER_ADDR": "a"}, "counts from 0"),
        ({"NUM_NODES": "2", "NODE_RANK": "0"}, "set MASTER_ADDR"),
    ],
)
def test_machines_that_cannot_be(said: dict[str, str], error: str) -> None:
    with pytest.raises(UserError, match=error):
        hosts_of(said)


def meet(first: Callable[[Meeting], Any], other: Callable[[Meeting], Any]) -> list[Any]:
    """Have two machines meet here, and return what each of them gives or raises."""
    port = _free_ports()
    given: list[Any] = [None, None]

    def be(rank: int, act: Callable[[Meeting], Any]) -> None:
        try:
            given[rank] = act(Meeting(Hosts(rank, 2, "127.0.0.1", port)))
        except Lost as error:
            given[rank] = error

    threads = [threading.Thread(target=be, args=each) for each in ((0, first), (1, other))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def test_what_the_first_says_all_hear_in_turn() -> None:
    def first(meeting: Meeting) -> Any:
        meeting.announce({"run": "train_ocr"})
        answers = meeting.answers()
        meeting.announce({"end": ""})
        meeting.leave(10)
        return answers

    def other(meeting: Meeting) -> Any:
        heard = [meeting.next()]
        meeting.answer({})
        heard.append(meeting.next())
        meeting.left()
        return heard

    assert meet(first, other) == [[{}], [{"run": "train_ocr"}, {"end": ""}]]


def test_one_that_has_failed_is_heard_by_the_first() -> None:
    def first(meeting: Meeting) -> Any:
        meeting.announce({"run": "train_ocr"})
        return meeting.answers()

    def other(meeting: Meeting) -> Any:
        meeting.next()
        meeting.answer({"failed": "the disk is full"})

    lost, _ = meet(first, other)
    assert isinstance(lost, Lost)
    assert str(lost) == "machine 1 of 2 has failed: the disk is full"


def test_one_that_never_comes_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAIT_S", 1)
    with pytest.raises(Lost, match=r"the 2 machines did not meet at 127.0.0.1:\d+"):
        Meeting(Hosts(0, 2, "127.0.0.1", _free_ports()))


def test_one_that_says_nothing_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    def first(meeting: Meeting) -> Any:
        monkeypatch.setattr(module, "WAIT_S", 0.5)
        meeting.announce({"run": "train_ocr"})
        return meeting.answers()

    lost, _ = meet(first, lambda meeting: None)
    assert isinstance(lost, Lost)
    assert "did not answer within" in str(lost)
