"""Progress says little in a log and passes everything on."""

import sys
import time
from collections.abc import Iterator

import pytest

from src.common.progress import progress


def test_quick_work_says_nothing_in_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(progress(range(100), 100, "scenes")) == list(range(100))
    assert capsys.readouterr().err == ""


def test_long_work_says_a_line_every_ten_seconds(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def clock() -> Iterator[float]:
        yield from (float(4 * tick) for tick in range(100))

    ticks = clock()
    monkeypatch.setattr(time, "monotonic", lambda: next(ticks))
    assert len(list(progress(range(7), 7, "scenes"))) == 7
    # items come at 4, 8, … 28 s: lines at 12 s (2 done) and 24 s (5 done)
    assert capsys.readouterr().err.splitlines() == [
        "scenes: 2/7, 0.2/s",
        "scenes: 5/7, 0.2/s",
    ]


def test_a_terminal_gets_a_bar(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert list(progress(range(3), 3, "scenes")) == [0, 1, 2]
    assert "3/3" in capsys.readouterr().err
