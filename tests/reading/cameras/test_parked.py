"""What stands where a vehicle was answered is that vehicle; also after a restart."""

import json
from pathlib import Path

import pytest

from src.reading.cameras.parked import Parked
from tests.reading.cameras.made import vehicle

SIZE = (400, 640)
START = 1_700_000_000.0
HERE = ((100.0, 100.0, 80.0), (104.0, 100.0, 80.0))


def clock(seconds: float) -> float:
    return START + seconds


def test_the_same_in_the_same_place_is_known(tmp_path: Path) -> None:
    parked = Parked(tmp_path / "p.json", 60, clock)
    assert not parked.knows(vehicle("ZH42", HERE), *SIZE)
    parked.note([vehicle("ZH42", HERE)], *SIZE)
    assert parked.knows(vehicle("ZH42", HERE, first=30), *SIZE)
    assert not parked.knows(vehicle("ZH47", HERE, first=30), *SIZE)
    assert parked.knows(vehicle("ZH47", HERE, first=30, confidence=0.7), *SIZE)  # misread
    assert not parked.knows(vehicle("BE99", HERE, first=30), *SIZE)
    assert not parked.knows(vehicle("ZH42", [(300, 100, 80)], first=30), *SIZE)
    # It drove up to the place, so it had left.
    away, back = [(100, 100, 80), (400, 100, 80)], [(400, 100, 80), (100, 100, 80)]
    assert not parked.knows(vehicle("ZH42", away, first=30), *SIZE)
    assert not parked.knows(vehicle("ZH42", back, first=30), *SIZE)


def test_it_is_known_where_it_was_last(tmp_path: Path) -> None:
    parked = Parked(tmp_path / "p.json", 60, clock)
    way = [(400, 100, 80), (100, 100, 80), (101, 100, 80), (100, 100, 80), (101, 100, 80)]
    parked.note([vehicle("ZH42", way)], *SIZE)
    assert parked.knows(vehicle("ZH42", HERE, first=30), *SIZE)
    # The picture may have another size by then.
    assert parked.knows(vehicle("ZH42", [(200, 200, 160)], first=30), 800, 1280)


def test_what_passed_is_not_parked(tmp_path: Path) -> None:
    """It passes twice within a minute, and is read the second time only where it was read last the first time."""
    parked = Parked(tmp_path / "p.json", 60, clock)
    parked.note([vehicle("ZH42", [(400, 100, 80), (100, 100, 80)])], *SIZE)
    assert not parked.knows(vehicle("ZH42", HERE, first=30), *SIZE)


def test_it_is_forgotten_in_time(tmp_path: Path) -> None:
    parked = Parked(tmp_path / "p.json", 60, clock)
    parked.note([vehicle("ZH42", HERE)], *SIZE)  # seen last at 1 s
    assert parked.knows(vehicle("ZH42", HERE, first=60), *SIZE)
    assert not parked.knows(vehicle("ZH42", HERE, first=62), *SIZE)
    # A clock that was set back says nothing.
    assert not parked.knows(vehicle("ZH42", HERE, first=0.5), *SIZE)


def test_what_comes_back_at_once_is_the_same_wherever_it_is(tmp_path: Path) -> None:
    """A restart in the middle of a passage."""
    there = ((400.0, 100.0, 80.0), (600.0, 100.0, 80.0))
    for parked_s in (60, 0):
        parked = Parked(None, parked_s, clock)
        parked.note([vehicle("ZH42", HERE)], *SIZE)
        assert parked.knows(vehicle("ZH42", there, first=10), *SIZE)
        assert not parked.knows(vehicle("ZH47", there, first=10), *SIZE)
        assert not parked.knows(vehicle("ZH42", there, first=12), *SIZE)


def test_a_restart_knows_it(tmp_path: Path) -> None:
    parked = Parked(tmp_path / "p.json", 60, clock)
    parked.note([vehicle("ZH42", HERE)], *SIZE)
    parked.save()
    assert Parked(tmp_path / "p.json", 60, clock).knows(vehicle("ZH42", HERE, first=30), *SIZE)


@pytest.mark.parametrize("content", ["", "{}", "[1]", '[{"text": "a"}]', "[[]]"])
def test_a_damaged_file_is_told_and_forgotten(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.json").write_text(content)
    parked = Parked(tmp_path / "p.json", 60, clock)
    assert ("is damaged" in capsys.readouterr().err) is (content != "{}")
    parked.note([vehicle("ZH42", HERE)], *SIZE)
    parked.save()
    assert [stay["text"] for stay in json.loads((tmp_path / "p.json").read_text())] == ["ZH42"]


def test_no_file_and_no_more_than_so_many(tmp_path: Path) -> None:
    parked = Parked(None, 1e6, clock)
    for n in range(600):
        parked.note([vehicle(f"ZH{n}", HERE)], *SIZE)
    parked.save()
    assert len(parked._stays) == 500
    assert list(tmp_path.iterdir()) == []
