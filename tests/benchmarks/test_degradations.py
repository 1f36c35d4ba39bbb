"""The benchmark of degradations does one thing at a time, and counts what is read then."""

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from benchmarks import degradations
from benchmarks.degradations import SEED, Measured, View, draw, measure, read_views, rows_of
from src.common.errors import UserError
from src.generators.degrade import DEGRADATIONS, Degradation
from src.inference.reader import PlateReader, Reading
from tests.reading import made

QUAD = np.array([[10, 10], [50, 10], [50, 20], [10, 20]], np.float32)


class Says:
    """A reader whose confidence is a picture's mean grey value in percent."""

    def __init__(self, text: str, partial: bool = False) -> None:
        self.text, self.partial = text, partial

    def read(self, picture: NDArray[np.uint8]) -> Sequence[Reading]:
        sure = float(picture.mean()) / 100
        return [replace(made.reading(self.text, sure), partial=self.partial)] if sure else []


def view(grey: int, text: str = "ZH42") -> View:
    return np.full((60, 80), grey, np.uint8), QUAD, text


def brighten(rng: Any, picture: Any, quads: Any, strength: float) -> Any:
    return np.full_like(picture, picture[0, 0] + round(10 * strength)), quads


def push(rng: Any, picture: Any, quads: Any, strength: float) -> Any:
    return picture, quads - np.float32(20 * strength)


@pytest.mark.parametrize(
    ("reader", "right", "wrong"),
    [
        (Says("ZH42"), 2, 0),
        (Says("ZH4"), 0, 1),  # sure in the brighter one alone
        (Says("ZH42", partial=True), 0, 0),
    ],
)
def test_right_and_sure_and_wrong_are_counted(reader: Says, right: int, wrong: int) -> None:
    views = [view(50), view(82)]
    done = Degradation(1, brighten, "")
    found = measure(cast(PlateReader, reader), "x", done, 0.8, views)
    assert found == Measured("x", 0.8, 2, right, wrong)


def test_plates_that_leave_the_picture_do_not_count() -> None:
    done = Degradation(1, push, "")
    reader = cast(PlateReader, Says("ZH42"))
    assert measure(reader, "x", done, 0.4, [view(50)]).plates == 1
    assert measure(reader, "x", done, 0.8, [view(50)]).plates == 0


def test_what_is_not_read_as_it_is_does_not_count() -> None:
    views = iter([view(0), view(50), view(50, "ZH43")])
    assert [int(v[0][0, 0]) for v in read_views(cast(PlateReader, Says("ZH42")), views)] == [50]


def test_every_strength_meets_the_same_random_numbers() -> None:
    drawn: list[float] = []

    def note(rng: np.random.Generator, picture: Any, quads: Any, strength: float) -> Any:
        drawn.append(rng.random())
        return picture, quads

    for strength in (0.5, 1.0):
        measure(cast(PlateReader, Says("")), "x", Degradation(1, note, ""), strength, [view(9)])
    assert drawn == [np.random.default_rng(SEED).random()] * 2


def test_the_most_expensive_comes_first(tmp_path: Path) -> None:
    results = [
        Measured("blr", 0.5, 10, 9, 0),
        Measured("blr", 1.0, 10, 8, 1),
        Measured("rec", 0.5, 10, 9, 0),
        Measured("rec", 1.0, 0, 0, 0),
        Measured("mot", 0.5, 10, 9, 0),
        Measured("mot", 1.0, 9, 2, 0),
    ]
    rows = rows_of(results)
    assert [row[0] for row in rows] == ["rec", "mot", "blr"]
    assert rows[2][2:] == ["9 of 10", "0", "8 of 10", "1"]
    draw(tmp_path / "one.png", results, "title")
    draw(tmp_path / "two.png", results, "title")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
    assert Image.open(tmp_path / "one.png").width > 600


def test_each_kind_is_measured_with_the_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(degradations, "FOLDER", tmp_path)
    degradations.main(Namespace(model="release", format="swiss", plates=1))
    out = capsys.readouterr().out
    assert all(f"| {code} | " in out for code in DEGRADATIONS)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "degradations.json",
        "degradations.png",
    ]
    with pytest.raises(UserError, match="at least 1"):
        degradations.main(Namespace(model="release", format=None, plates=0))


def test_a_model_that_has_not_learnt_the_plates_is_told_from_one_that_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(degradations, "FOLDER", tmp_path)
    with pytest.raises(UserError, match=r"of 10 chinese plates the model reads 0, and 1 are"):
        degradations.main(Namespace(model="release/swiss", format="chinese", plates=1))
    assert list(tmp_path.iterdir()) == []
