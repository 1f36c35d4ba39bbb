"""What stands where a vehicle was answered is that vehicle; also after a restart."""

import json
from pathlib import Path

import pytest

from src.reading.cameras.parked import Parked
from tests.reading.cameras.made import vehicle

SIZE = (400, 640)
HERE = ((100.0, 100.0, 80.0), (104.0, 100.0, 80.0))


def test_the_same_in_the_same_place_is_known(tmp_path: Path) -> None:
    parked = Parked(tmp_path / "p.json", 60)
    assert not parked.knows(vehicle("ZH42", HERE), *SIZE)
    parked.note([vehicle("ZH42", HERE)], *SIZE)
    assert parked.knows(vehicle("ZH42", HERE), *SIZE)
    assert not parked.knows(vehicle("ZH47", HERE), *SIZE)
    assert parked.knows(vehicle("ZH47", HERE, confidence=0.7), *SIZE)  # misread
    assert not parked.knows(vehicle("BE99", HERE), *SIZE)
    assert not parked.knows(vehicle("ZH42", [(300, 100, 80)]), *SIZE)
    # It drove up to the place, so it had left.
    assert not parked.knows(vehicle("ZH42", [(100, 100, 80), (400, 100, 80)]), *SIZE)
    assert not parked.knows(vehicle("ZH42", [(400, 100, 80), (100, 100, 80)]), *SIZE)


def test_it_is_known_where_it_was_last(tmp_path: Path) -> None:
    parked = Parked(tmp_path / "p.json", 60)
    parked.note([vehicle("ZH42", [(400, 100, 80), (100, 100, 80)])], *SIZE)
    assert parked.knows(vehicle("ZH42", HERE), *SIZE)
    # The picture may have another size by then.
    assert parked.knows(vehicle("ZH42", [(200, 200, 160)]), 800, 1280)


def test_it_is_forgotten_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parked, now = Parked(tmp_path / "p.json", 60), 1000.0
    monkeypatch.setattr("src.reading.cameras.parked.time.time", lambda: now)
    parked.note([vehicle("ZH42", HERE)], *SIZE)
    now = 1059.0
    assert parked.knows(vehicle("ZH42", HERE), *SIZE)
    now = 1061.0
    assert not parked.knows(vehicle("ZH42", HERE), *SIZE)


def test_a_restart_knows_it(tmp_path: Path) -> None:
    parked = Parked(tmp_path / "p.json", 60)
    parked.note([vehicle("ZH42", HERE)], *SIZE)
    parked.save()
    assert Parked(tmp_path / "p.json", 60).knows(vehicle("ZH42", HERE), *SIZE)


@pytest.mark.parametrize("content", ["", "{}", "[1]", '[{"text": "a"}]', "[[]]"])
def test_a_damaged_file_is_told_and_forgotten(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "p.json").write_text(content)
    parked = Parked(tmp_path / "p.json", 60)
    assert ("is damaged" in capsys.readouterr().err) is (content != "{}")
    parked.note([vehicle("ZH42", HERE)], *SIZE)
    parked.save()
    assert [stay["text"] for stay in json.loads((tmp_path / "p.json").read_text())] == ["ZH42"]


def test_no_file_and_no_more_than_so_many(tmp_path: Path) -> None:
    parked = Parked(None, 1e6)
    for n in range(600):
        parked.note([vehicle(f"ZH{n}", HERE)], *SIZE)
    parked.save()
    assert len(parked._stays) == 500
    assert list(tmp_path.iterdir()) == []
