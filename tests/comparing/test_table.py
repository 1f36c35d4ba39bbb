"""The table on the screen, and the heat-map."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from src.comparing.heat_map import heat_map
from src.comparing.matrix import Cell, Matrix
from src.comparing.table import WIDTH, cell_table, mistake_table, pair_table, short_names
from src.metrics.reading import Confusion


def cell(model: str, photos: str, right: list[bool], ms: float = 30.0) -> Cell:
    exact = sum(right) / len(right) if right else None
    numbers = {
        "pictures": len(right),
        "plates": len(right),
        "exact": exact,
        "cer": 0.0123,
        "found": None,
        "extra_per_picture": 12.25,
        "ms_per_picture": ms,
    }
    interval = None if exact is None else (0.1, 1.0)
    return Cell(model, photos, numbers, {"exact": interval}, tuple(right))


def made(*cells: Cell) -> Matrix:
    models = {one.model: "" for one in cells}
    return Matrix(
        models, {c.photos: Path() for c in cells}, {(c.model, c.photos): c for c in cells}
    )


def test_lines() -> None:
    yes, no = [True] * 8, [False] * 8
    matrix = made(
        cell("main", "street", no), cell("own", "street", yes), cell("main", "gate", yes + no)
    )
    head, first, second, third, legend = (" ".join(line.split()) for line in cell_table(matrix))
    assert head == "set model plates exact (95%) cer found extra ms"
    assert first == "street main 8 0.0% (10.0 to 100.0) 1.2% - 12.25 30.0"
    assert second == "street own 8 100.0% (10.0 to 100.0) 1.2% - 12.25 30.0"
    assert third.startswith("gate main 16 50.0% ")
    assert legend.startswith("extra: ")
    against, head, only, legend = (" ".join(line.split()) for line in pair_table(matrix))
    assert against == "Against main, plate by plate:"
    assert head == "set model gained lost difference (95%) p"
    assert only.startswith("street own 8 0 +100.0 (+")
    assert only.endswith(") 0.008 better")
    assert "; open: " in legend


def test_what_is_taken_for_what() -> None:
    wrong = [Confusion("0", "O", 1234, 0.0123), Confusion("", "R", 2, 0.002)]
    some = replace(cell("main", "street", [True]), mistakes=tuple(wrong))
    most = replace(cell("main", "gate", [True]), mistakes=tuple(wrong * 3))
    matrix = made(some, most, cell("main", "yard", [True]))
    head, first, second, legend = mistake_table(matrix)
    assert head.split() == ["set", "model", "mistake", "mistake", "mistake"]
    assert first.split() == ["street", "main", "0→O", "1234", "(1.2%)", "·→R", "2", "(0.2%)"]
    assert second.split()[2:] == [
        "0→O",
        "1234",
        "(1.2%)",
        "·→R",
        "2",
        "(0.2%)",
        "0→O",
        "1234",
        "(1.2%)",
    ]
    assert "· for none" in legend
    assert max(map(len, (head, first, second, legend))) <= WIDTH
    assert mistake_table(made(cell("main", "yard", [True]))) == []


@pytest.mark.parametrize(
    ("right", "verdict"),
    [(([True] * 6, [False] * 6), "worse"), (([True, False], [False, True]), "open")],
)
def test_verdicts(right: tuple[list[bool], list[bool]], verdict: str) -> None:
    matrix = made(cell("a", "set", right[0]), cell("b", "set", right[1]))
    assert pair_table(matrix)[2].split()[-1] == verdict


def test_others_are_compared_with_the_first() -> None:
    matrix = made(*(cell(model, "set", [True]) for model in "abc"))
    assert [line.split()[:2] for line in pair_table(matrix)[2:-1]] == [["set", "b"], ["set", "c"]]
    assert len(matrix.pairs()) == 3
    assert pair_table(made(cell("a", "set", [True]))) == []


def test_the_widest_lines_fit_the_screen() -> None:
    many = [True, False] * 55_555
    names = ["a" * 60, "部" * 40, "line\nbreak" * 9]
    matrix = made(*(cell(m, s, many, ms=9999.94) for m in names for s in names))
    lines = cell_table(matrix) + pair_table(matrix)
    wide = [line.count("部") + len(line) for line in lines]
    assert max(wide) <= WIDTH == 100
    assert len({w for w, line in zip(wide, lines, strict=True) if "9999.9" in line}) == 1  # aligned


def test_short_names_say_the_end_and_are_never_the_same() -> None:
    long = [f"{place}/deep/down/below/models/stack" for place in ("a", "b", "c")]
    short = short_names([*long, "main", *long])
    assert short["main"] == "main"
    assert short[long[0]] == "…low/models/stack"
    assert len(set(short.values())) == 4
    assert all(len(name) <= 17 for name in short.values())


def test_without_plates_there_is_nothing_to_compare() -> None:
    matrix = made(cell("a", "set", []), cell("b", "set", []))
    assert cell_table(matrix)[1].split()[:4] == ["set", "a", "0", "-"]
    assert pair_table(matrix) == []
    assert cell_table(made()) == []


def test_the_heat_map_shows_high_and_low_and_what_is_missing(tmp_path: Path) -> None:
    matrix = made(
        cell("a", "one", [True] * 9), cell("b", "one", [False] * 9), cell("a", "$x$ 沪", [])
    )
    heat_map(tmp_path / "map.png", matrix)
    first = (tmp_path / "map.png").read_bytes()
    pixels = np.asarray(Image.open(tmp_path / "map.png").convert("RGB"), np.int64)
    colours = {tuple(c) for c in pixels.reshape(-1, 3)}
    assert (255, 255, 217) in colours  # none is exact
    assert (8, 29, 88) in colours  # all are
    assert (0xE4, 0xE4, 0xE4) in colours
    heat_map(tmp_path / "map.png", matrix)
    assert (tmp_path / "map.png").read_bytes() == first
