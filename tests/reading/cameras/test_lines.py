"""Answers as lines of a file."""

import resource
from pathlib import Path

import pytest

from src.reading.cameras.lines import LineSender
from src.reading.cameras.outbox import AwayError
from src.reading.cameras.spool import Letter


def test_each_is_a_line_also_when_the_file_is_moved_away(tmp_path: Path) -> None:
    path = tmp_path / "below/answers.jsonl"
    sender = LineSender(path)
    sender.send(Letter("a", b'{"a": 1}'))
    sender.send(Letter("b", b'{"b": 1}'))
    path.rename(tmp_path / "old")
    sender.send(Letter("c", b'{"c": 1}'))
    assert (tmp_path / "old").read_text() == '{"a": 1}\n{"b": 1}\n'
    assert path.read_text() == '{"c": 1}\n'


def test_a_torn_line_stays_alone(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_bytes(b'{"a": ')
    LineSender(path).send(Letter("b", b'{"b": 1}'))
    assert path.read_text() == '{"a": \n{"b": 1}\n'


def test_a_full_disk_leaves_no_part(tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk."""
    path = tmp_path / "answers.jsonl"
    sender = LineSender(path)
    sender.send(Letter("a", b"1" * 50))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (80, hard))
    try:
        with pytest.raises(AwayError, match=r"answers\.jsonl"):
            sender.send(Letter("b", b"2" * 50))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == b"1" * 50 + b"\n"
    sender.send(Letter("b", b"2" * 50))
    assert path.read_bytes().splitlines() == [b"1" * 50, b"2" * 50]


def test_a_place_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AwayError, match=r"cannot be written"):
        LineSender(tmp_path / "file/answers.jsonl").send(Letter("a", b"{}"))
    with pytest.raises(AwayError, match=r"cannot be written"):
        LineSender(tmp_path).send(Letter("a", b"{}"))
