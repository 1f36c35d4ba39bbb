"""What a sweep leaves: a table, a picture, and what the report shows of it."""

import csv
import json
from pathlib import Path

import pytest
from PIL import Image

from src.common.errors import UserError
from src.reporting import sweeps
from src.sweep import read_metric
from src.sweeping import files
from src.sweeping.files import best_first, metric_of, write_files
from src.sweeping.space import Choices, Range, Space
from src.sweeping.study import Trial

SPACE = Space(
    {
        "params.py:TrainOCRParams.LR": Range(0.001, 0.1, False, True),
        "optimizer": Choices(("muon", "sgd")),
    }
)
TRIALS = [
    Trial(
        n,
        f"sweep-{n:03}",
        {"params.py:TrainOCRParams.LR": 0.001 * (n + 1), "optimizer": kind},
        m,
        why,
    )
    for n, (kind, m, why) in enumerate(
        [("muon", 0.9, ""), ("sgd", None, "not finite"), ("sgd", 0.95, ""), ("muon", 0.95, "")]
    )
]


def test_the_best_comes_first_and_the_earlier_of_equals() -> None:
    assert [trial.number for trial in best_first(TRIALS, True)] == [2, 3, 0]
    assert [trial.number for trial in best_first(TRIALS, False)] == [0, 2, 3]


def test_table_and_picture(tmp_path: Path) -> None:
    write_files(tmp_path, "sweep", SPACE, TRIALS)
    with (tmp_path / files.TRIALS).open() as file:
        rows = list(csv.DictReader(file))
    assert [row["metric"] for row in rows] == ["0.9", "", "0.95", "0.95"]
    assert rows[1]["why"] == "not finite"
    assert rows[2]["TrainOCRParams.LR"] == "0.003"
    first = (tmp_path / files.PICTURE).read_bytes()
    with Image.open(tmp_path / files.PICTURE) as picture:
        assert picture.size[0] > picture.size[1]
    write_files(tmp_path, "sweep", SPACE, TRIALS)
    assert (tmp_path / files.PICTURE).read_bytes() == first


def test_without_a_result_there_is_no_picture(tmp_path: Path) -> None:
    write_files(tmp_path, "sweep", SPACE, [TRIALS[1]])
    assert not (tmp_path / files.PICTURE).exists()
    assert sweeps._read(tmp_path / files.SUMMARY) is None


def test_the_report_shows_the_best_trials_and_the_picture(tmp_path: Path) -> None:
    write_files(tmp_path / sweeps.FOLDER / "sweep", "sweep", SPACE, TRIALS)
    assert (sweeps.SUMMARY, sweeps.PICTURE) == (files.SUMMARY, files.PICTURE)
    found = sweeps.read_sweeps(tmp_path)
    assert [sweep.name for sweep in found] == ["sweep"]
    written = sweeps.write_pictures(tmp_path / "assets", found)
    assert {name: path.name for name, path in written.items()} == {"sweep_0": "sweep_0.png"}
    section = sweeps.sweep_section(found, {"sweep_0": "assets/sweep_0.png"})
    full, short = section.texts
    assert "4 trials: <code>sweep-002</code> is best" in short
    assert "| <code>sweep-002</code> | 0.95 | 0.003 | sgd |" in full
    assert "assets/sweep_0.png" in full
    assert sweeps.sweep_section([], {}).texts == ()


@pytest.mark.parametrize("text", ["", "[]", '{"best": []}', '{"best": [{"run": 1}], "name": 1}'])
def test_a_damaged_summary_is_left_out(tmp_path: Path, text: str) -> None:
    folder = tmp_path / sweeps.FOLDER / "sweep"
    folder.mkdir(parents=True)
    (folder / sweeps.SUMMARY).write_text(text)
    assert sweeps.read_sweeps(tmp_path) == []


def test_numbers_of_metrics() -> None:
    content = {"a": 1, "b": {"c": 0.5}, "d": "x", "e": True, "f": None}
    assert metric_of(content, "a") == 1.0
    assert metric_of(content, "b.c") == 0.5
    for name in ("b", "d", "e", "f", "g", "a.b"):
        assert metric_of(content, name) is None


def test_a_metric_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    path = tmp_path / SPACE.source[0]
    with pytest.raises(UserError, match="cannot be read"):
        read_metric(SPACE, tmp_path)
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"cer": 0.1, "plates": 3}))
    with pytest.raises(UserError, match=r"has no number 'val_acc': there are cer, plates"):
        read_metric(SPACE, tmp_path)
    path.write_text(json.dumps({"val_acc": 0.5}))
    assert read_metric(SPACE, tmp_path) == 0.5
