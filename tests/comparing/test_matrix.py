"""Cells, pairs and problems of a matrix."""

import json
from pathlib import Path

import pytest

from src.bundle.bundle import Bundle
from src.common.errors import UserError
from src.comparing.files import write_files
from src.comparing.matrix import Matrix, measure
from src.generators.formats import get_format
from src.stack.photos import score_folders
from tests.reading import made
from tests.stack.test_photos import labelled

SWISS = get_format("swiss")


def load(name: str) -> Bundle:
    """A model by its name: "sure" gives what it reads, "unsure" of some digits nothing, others are not there."""
    if name not in ("sure", "unsure"):
        raise UserError(f"no model in {name}")
    return made.bundle(strength=0.95 if name == "sure" else 0.3)


def said(lines: list[str]) -> list[str]:
    return [line.partition(":")[2].strip() for line in lines if line.startswith("error")]


def matrix_of(tmp_path: Path, *names: str) -> Matrix:
    one = labelled(tmp_path / "one", "ZH10", "ZH10", "ZH99")
    two = labelled(tmp_path / "two", "ZH11", level=220)
    return measure(names, [one, two], load, lambda line: None)


def test_numbers_are_those_of_the_scores(tmp_path: Path) -> None:
    matrix = matrix_of(tmp_path, "sure")
    rows = score_folders(
        made.reader(), SWISS, list(matrix.sets.values()), tmp_path / "out", count=1
    )
    assert list(rows) == ["one", "two"]
    for name, row in rows.items():
        numbers = dict(matrix.cells["sure", name].numbers)
        assert numbers.keys() == row.keys()
        del numbers["ms_per_picture"], row["ms_per_picture"]
        assert numbers == row


def test_what_a_model_reads_in_place_of_nothing(tmp_path: Path) -> None:
    matrix = matrix_of(tmp_path, "unsure", "sure", "unsure")
    assert list(matrix.cells) == [(m, s) for s in ("one", "two") for m in ("unsure", "sure")]
    assert matrix.cells["sure", "one"].right == (True, True, False)
    assert matrix.cells["unsure", "one"].right == (False, False, False)
    one, two = matrix.pairs()
    assert (one.base, one.head, one.photos) == ("unsure", "sure", "one")
    assert (one.both, one.gained, one.lost, one.neither) == (0, 2, 0, 1)
    assert one.difference.value == pytest.approx(2 / 3)
    assert one.p == pytest.approx(0.5)
    assert (two.both, two.gained, two.lost, two.neither) == (0, 1, 0, 0)
    assert not matrix.problems


def test_each_number_lies_in_its_interval(tmp_path: Path) -> None:
    folder = labelled(tmp_path / "set", *["ZH10"] * 7, "ZH99")
    cell = measure(["sure"], [folder], load, print).cells["sure", "set"]
    for name, interval in cell.intervals.items():
        value = cell.numbers[name]
        if name == "found":  # no corners
            assert value is None
            assert interval is None
            continue
        assert value is not None
        assert interval is not None
        assert interval[0] <= value <= interval[1]
    assert cell.intervals["exact"] == (cell.numbers["exact_low"], cell.numbers["exact_high"])


def test_what_is_broken_is_named_and_the_rest_measured(tmp_path: Path) -> None:
    good, cut = labelled(tmp_path / "good", "ZH10"), labelled(tmp_path / "cut", "ZH10", "ZH10")
    content = (cut / "1.png").read_bytes()
    (cut / "1.png").write_bytes(content[: len(content) // 2])
    told: list[str] = []
    folders = [tmp_path / "none", cut, good]
    matrix = measure(["sure", "away", "unsure"], folders, load, told.append)
    assert list(matrix.cells) == [("sure", "good"), ("unsure", "good")]
    named = "\n".join(matrix.problems)
    assert len(matrix.problems) == 3  # each once, and not once for each of the others
    assert "model away: no model in away" in named
    assert "set none: " in named
    assert "no such folder" in named
    assert "set cut: " in named
    assert "row 3: " in named
    assert said(told) == list(matrix.problems)


def test_sets_without_pictures_to_measure_have_no_cells(tmp_path: Path) -> None:
    folder = labelled(tmp_path / "set", "ZH10")
    (folder / "annotations.csv").write_text("image_path,plate_text,split\n0.png,ZH10,train\n")
    matrix = measure(["sure"], [folder], load, print)
    assert matrix.cells == {}
    assert matrix.problems == ()


def test_after_an_interruption_there_is_what_was_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [labelled(tmp_path / "one", "ZH10"), labelled(tmp_path / "two", "ZH10")]
    bundles = {name: load("sure") for name in ("a", "b")}

    def stop(image: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bundles["b"].reader, "read", stop)
    matrix = measure(["a", "b"], folders, bundles.__getitem__, print)
    assert list(matrix.cells) == [("a", "one")]
    assert matrix.interrupted


def test_files_hold_all_of_it(tmp_path: Path) -> None:
    matrix = matrix_of(tmp_path, "unsure", "sure")
    written = write_files(tmp_path / "out", matrix)
    assert [path.name for path in written] == [
        "matrix.json",
        "matrix.csv",
        "pairs.csv",
        "mistakes.csv",
    ]
    content = json.loads(written[0].read_text())
    assert [m["name"] for m in content["models"]] == ["unsure", "sure"]
    assert content["sets"][0] == {"name": "one", "folder": str(tmp_path / "one")}
    cell = content["cells"][1]
    assert (cell["model"], cell["set"], cell["plates"], cell["exact"]) == ("sure", "one", 3, 2 / 3)
    assert cell["exact_low"] < cell["exact"] < cell["exact_high"]
    assert cell["found"] is cell["found_low"] is None
    assert content["pairs"][0]["gained"] == 2
    lines = written[1].read_text().splitlines()
    assert lines[0].startswith("model,set,pictures,plates,exact,exact_low,exact_high,cer,")
    assert lines[2].startswith("sure,one,3,3,0.6666666666666666,")
    assert len(lines) == 1 + len(matrix.cells)
    assert written[2].read_text().splitlines()[1].startswith("one,unsure,sure,0,2,0,1,0.66666")
