"""What goes to a terminal, and what to a program."""

import io
import sys
import warnings

import pytest

from src.reading.command import main
from src.reading.console import give

ROWS = "a\x1b[2J\x9b.png,ZH1\r\nb.png,\r\n"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_names_for_programs_are_names_and_a_terminal_acts_on_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for stream, wanted in (
        (io.StringIO(newline=""), ROWS),
        (Terminal(newline=""), "a\\x1b[2J\\x9b.png,ZH1\nb.png,\n"),
    ):
        monkeypatch.setattr(sys, "stdout", stream)
        give(ROWS)
        assert stream.getvalue() == wanted


def test_warnings_of_the_library_of_pictures_are_silent() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pytest.raises(SystemExit):
            main(["nowhere.png"])
        warnings.warn_explicit("Corrupt EXIF data", UserWarning, "a.py", 1, "PIL.TiffImagePlugin")
        warnings.warn_explicit("another", UserWarning, "a.py", 1, "src.other")
    assert [str(one.message) for one in caught] == ["another"]
