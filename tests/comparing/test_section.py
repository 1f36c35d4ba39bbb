"""The photographs in the report of a pull request."""

from pathlib import Path

from src.comparing.matrix import Matrix
from src.comparing.section import photographs
from tests.comparing.test_table import cell, made


def test_cells_and_pairs() -> None:
    section = photographs(
        made(cell("main", "street", [False] * 8), cell("workspace", "street", [True] * 8))
    )
    full, short = section.texts
    assert "| street | main | 8 | 0.0% (10.0 to 100.0) | 1.2% | - | 12.25 | 30.0 |" in full
    assert "| street | workspace | 8 | 100.0% (10.0 to 100.0) |" in full
    assert "| street | 8 | 0 | +100.0 (" in full
    assert "0.008 | better |" in full
    assert short in full
    assert "workspace" not in short


def test_without_photographs_there_is_no_section() -> None:
    assert photographs(Matrix({}, {}, {})).texts == ()


def test_what_could_not_be_measured_is_said_harmlessly() -> None:
    matrix = Matrix({}, {"a": Path()}, {}, ("model main: <b>@you</b> is not in DVC's cache",))
    (text, again) = photographs(matrix).texts
    assert text == again
    assert text.startswith("- model main: ")
    assert "<b>" not in text
    assert "@you" not in text
