"""The list of plates that were not read exactly, from evaluate_stack to the report."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from src.common.plates import LabelledPlate, NoText
from src.reporting.mistakes import HEADER as EXPECTED
from src.reporting.mistakes import parse_mistakes
from src.stack.mistakes import HEADER, write_mistakes
from src.stack.score import PictureMatch

QUAD = np.array([[0, 0], [50, 0], [50, 11], [0, 11]], np.float32)


def match(*plates: tuple[str, str | None, Any]) -> PictureMatch:
    """A match from what stands on plates, what was read (None: nothing) and their corners."""
    truth = tuple(LabelledPlate(text or NoText.UNREADABLE, quad=quad) for text, _, quad in plates)
    read = tuple(
        None
        if text is None
        else cast(Any, SimpleNamespace(text=text, pattern=text, confidence=0.98765))
        for _, text, _ in plates
    )
    return PictureMatch(truth, (), read, (), ())


def test_what_is_written_is_what_a_report_reads(tmp_path: Path) -> None:
    path = tmp_path / "mistakes.csv"
    write_mistakes(
        path,
        [
            match(("ZH1", "ZH1", QUAD)),
            match(("", "ZH2", QUAD), ("서울,1", "AB", QUAD), ("GE3", None, None)),
            match(),
        ],
    )
    with path.open(encoding="utf-8", newline="") as file:
        first, second = parse_mistakes(file)
    assert (first.image, first.plate, first.text, first.read) == (1, 1, "서울,1", "AB")
    assert (first.confidence, first.height) == (0.988, 11.0)
    assert (second.plate, second.read, second.confidence, second.height) == (2, "", 0.0, 0.0)
    assert HEADER == EXPECTED


def test_no_mistake_is_a_header(tmp_path: Path) -> None:
    write_mistakes(tmp_path / "mistakes.csv", [match(("ZH1", "ZH1", QUAD))])
    assert (tmp_path / "mistakes.csv").read_text() == ",".join(HEADER) + "\n"
