"""How far a long run is, in a log."""

import pytest

from src.reading.bulk.progress import duration, follow, line


def test_a_line_has_rate_and_time_left() -> None:
    assert line(1200, 100_000, 20.0) == "1,200/100,000 (1%), 20.0/s, 82 min left"
    assert line(5, 10, 0.0) == "5/10 (50%), 0.0/s"
    assert line(5, 0, 2.5) == "5, 2.5/s"


def test_times_are_for_people() -> None:
    said = [duration(seconds) for seconds in (0, 99, 100, 5900, 6000, 90_000)]
    assert said == ["0 s", "99 s", "2 min", "98 min", "1 h 40 min", "25 h 00 min"]


def test_the_rate_is_of_what_was_read_since_the_first(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    moments = iter([100.0, 104.0, 111.0, 112.0, 125.0])
    monkeypatch.setattr("src.reading.bulk.progress.time.monotonic", lambda: next(moments))
    assert list(follow([1, 10, 10, 5, 4], 50, 100, "read")) == [1, 10, 10, 5, 4]
    assert capsys.readouterr().err.splitlines() == [
        "read: 71/100 (71%), 1.8/s, 16 s left",
        "read: 80/100 (80%), 1.2/s, 17 s left",
    ]
