"""The comparison of networks: which are compared, what a trial trains and measures, and what is written of it."""

import csv
import json
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks import alone, networks, trials
from benchmarks.jobs import Choice, Job, localize_job, read_job
from benchmarks.photographs import Photographs
from benchmarks.trials import EPOCHS, Result, Trial
from src.architectures.localizers.registry import LOCALIZERS
from src.architectures.readers.registry import READERS
from src.common.config import OUT
from src.common.errors import UserError
from src.generators.formats import get_format
from src.generators.scene import World
from src.inference.detection import Detection
from src.inference.reader import PlateReader, Reading
from tests.photographs import TILTED, row, write_photos

TRAINED = Result(
    "ocr", "ctc_reader", 1000, 0.5, 60.0, 640, 2.0, 0.2, 3.0, 1.5, 0.4, 0.2, {"exact": 0.75}, {"swiss": (3, 4)}
)  # fmt: skip
SMALL_BUDGET = Result("localize", "ssd300_vgg16:0.25", 2000, 9.0, 1.5)


def options(*names: str, minutes: float = 1.0, photos: tuple[Path, ...] = ()) -> Namespace:
    return Namespace(minutes=minutes, networks=list(names), photos=list(photos))


def test_all_networks_are_compared_the_large_ones_at_a_quarter() -> None:
    chosen = networks.choices([])
    assert {choice.name for task, choice in chosen if task == "localize"} == {*LOCALIZERS.names()}
    assert {choice.name for task, choice in chosen if task == "ocr"} == {*READERS.names()}
    assert {str(choice) for _, choice in chosen if choice.width} == {
        f"ssd{size}_{backbone}:0.25" for size in (300, 512) for backbone in ("vgg16", "resnet50")
    }


def test_networks_are_named_with_a_width_or_without() -> None:
    named = networks.choices(["scrfd_mnv4:0.5", "lprnet", "lprnet"])
    assert named == [("localize", Choice("scrfd_mnv4", 0.5)), ("ocr", Choice("lprnet"))]
    job = localize_job(World(get_format("swiss")), named[0][1])
    assert job.card.settings["width"] == 0.5
    assert sum(p.numel() for p in job.network.parameters()) == job.card.parameters


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        (options("yolo"), "--networks yolo: choose of corner_detector, .*NAME:WIDTH"),
        (options("lprnet:wide"), "--networks lprnet:wide: 'wide' is no number, such as 0.25"),
        (options("lprnet:0.5"), "--networks lprnet:0.5: there is no setting width"),
        (options("scrfd_mnv4:9"), "--networks scrfd_mnv4:9: width is 9.0: it must be above 0"),
        (options(minutes=0), "--minutes 0: more than 0 are needed"),
        (options(minutes=float("nan")), "--minutes nan: more than 0 are needed"),
        (options(photos=(Path("nowhere"),)), "nowhere: no such folder"),
    ],
)
def test_what_cannot_be_compared_is_said_before_anything_is_trained(
    chosen: Namespace, message: str
) -> None:
    with pytest.raises(UserError, match=message):
        list(networks.compare(chosen))


def test_values_of_params_py_that_cannot_be_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("params.BATCH_SIZE", 0)
    with pytest.raises(UserError, match=r"BATCH_SIZE is 0 in params\.py"):
        list(networks.compare(options("lprnet")))


def test_the_budget_is_for_steps_and_validation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("params.BATCH_SIZE", 10)
    trial = Trial("ocr", read_job, World(get_format("swiss")), 2.0, 50, Path(), [], Photographs({}))
    # An epoch has 30 s: of five batches that are validated each costs 0.4 of a step.
    assert trial._steps(1.0) == 28
    assert trial._steps(100.0) < 1
    assert replace(trial, minutes=4.0)._steps(1.0) == 58


def test_a_step_is_measured_with_its_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands between two batches; the first steps, which take longer, do not count."""
    monkeypatch.setattr("params.BATCH_SIZE", 2)
    clock = [0.0]
    monkeypatch.setattr("benchmarks.trials.time.process_time", lambda: clock[0])

    def train(job: Job, loader: Any, *_: Any, **__: Any) -> tuple[dict[str, float], float]:
        for number, _batch in enumerate(loader):
            clock[0] += 50.0 if number < trials.SETTLING else 3.0
        return {}, 7.0

    monkeypatch.setattr("benchmarks.trials.train_job", train)
    trial = Trial("ocr", read_job, World(get_format("swiss")), 1, 2, Path(), [], Photographs({}))
    assert trial._probe(Choice("lprnet")) == (3.0, 7.0)


def test_tables_csv_json_and_the_picture_say_the_same(tmp_path: Path) -> None:
    networks.write(tmp_path, "One core.", [SMALL_BUDGET, TRAINED])
    text = (tmp_path / "networks.md").read_text(encoding="utf-8")
    assert (
        "| `ctc_reader` | 1,000 | 0.20 | 640 | 60 | 3.0 | 1.5 | 0.4 | 0.2 | 75.0% | 3/4 |" in text
    )
    assert "| `ssd300_vgg16:0.25` | 2,000 | – | 0 | 2 | – | – | – | – | – | – |" in text
    content = json.loads((tmp_path / "networks.json").read_text(encoding="utf-8"))
    assert content["note"] == "One core."
    assert [one["scores"] for one in content["networks"]] == [{}, {"exact": 0.75}]
    with (tmp_path / "networks.csv").open(encoding="utf-8", newline="") as file:
        small, whole = csv.DictReader(file)
    assert (whole["exact"], whole["swiss right"], whole["swiss of"]) == ("0.75", "3", "4")
    assert (small["network"], small["exact"], small["ms"]) == ("ssd300_vgg16:0.25", "", "")
    drawn = cv2.imread(str(tmp_path / "networks.png"))
    # One chart: of the other task no network was trained.
    assert drawn is not None
    assert drawn.shape[1] == 600


def test_what_was_measured_is_kept_when_the_next_network_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_then_none(_: Namespace) -> Iterator[Result]:
        yield TRAINED
        raise UserError("the loss is not finite")

    monkeypatch.setattr(networks, "compare", one_then_none)
    monkeypatch.setattr(networks, "FOLDER", tmp_path)
    monkeypatch.setattr("torch.set_num_threads", lambda _: None)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    with pytest.raises(UserError, match="not finite"):
        networks.main(options(minutes=3.0))
    text = (tmp_path / "networks.md").read_text(encoding="utf-8")
    assert "3 minutes of one core for each network" in text
    assert "`ctc_reader`" in text


class Scripted:
    """A reader that finds, and reads, what it was told."""

    def __init__(self, quads: list[NDArray[np.float32]], text: str = "") -> None:
        self._quads, self._text = quads, text
        self.asked: list[Detection] = []

    def detect(self, image: NDArray[np.uint8]) -> list[Detection]:
        return [Detection(quad, 0.9, 1) for quad in self._quads]

    def read_at(self, image: NDArray[np.uint8], found: list[Detection]) -> list[Reading]:
        self.asked += found
        quad = found[0].quad
        return [Reading(self._text, "", self._text, 1.0, 1.0, (), quad, 1)] if self._text else []


def test_photographs_count_where_corners_are_known(tmp_path: Path) -> None:
    rows = [
        row("a.png", "ZH123", TILTED, "test"),
        row("a.png", "BE45", TILTED + np.float32(20), "test", lines=""),
        row("b.png", "ZH123", None, "test"),
        row("c.png", "", TILTED, "test"),
        row("d.png", "ZH123", TILTED, "train"),
    ]
    folder = write_photos(tmp_path / "mine", rows)
    photographs = Photographs.of([folder], get_format("swiss"))
    near = Scripted([TILTED + np.float32(2)])
    assert photographs.found(cast(PlateReader, near)) == {"mine": (2, 3)}
    assert photographs.found(cast(PlateReader, Scripted([]))) == {"mine": (0, 3)}
    reader = Scripted([], "ZH123")
    assert photographs.read(cast(PlateReader, reader)) == {"mine": (1, 2)}
    assert [one.lines for one in reader.asked] == [1, 1]
    assert np.array_equal(reader.asked[0].quad, TILTED)


@pytest.mark.slow
def test_networks_are_trained_saved_and_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "params.BATCH_SIZE": 2,
        "params.LocalizeModelParams.CHANNELS": [8, 8, 8, 8],
        "params.OCRModelParams.CHANNELS": [8, 8, 8, 8],
        "params.OCRModelParams.HIDDEN": 8,
    }.items():
        monkeypatch.setattr(name, value)
    monkeypatch.setattr(networks, "VALIDATION", 4)
    monkeypatch.setattr(networks, "SCENES", 1)
    monkeypatch.setattr(alone, "RUNS", 1)
    monkeypatch.setattr(trials, "PROBED", 2)
    # Each look at the clock is a second later: that of a step too.
    monkeypatch.setattr("benchmarks.trials.time.process_time", _seconds())
    before = {path: path.stat().st_mtime_ns for path in OUT.rglob("*")}
    folder = write_photos(tmp_path / "mine", [row("a.png", "ZH123", TILTED, "test")])
    named = options("corner_detector", "ctc_reader", minutes=0.2, photos=(folder,))
    results = list(networks.compare(named))
    assert [(r.task, r.network) for r in results] == [
        ("localize", "corner_detector"),
        ("ocr", "ctc_reader"),
    ]
    for result in results:
        assert result.step_s == 1.0
        # Three seconds an epoch, of which the two batches that are validated take 0.8.
        assert result.pictures == EPOCHS * 2 * 2
        assert result.minutes == pytest.approx(1 / 60)
        for number in (result.gflop, result.mb, result.mb_int8, result.ms, result.ms_int8):
            assert number is not None
            assert number > 0
        assert result.pictures_per_s > 0
        assert {*result.scores} == {*trials.SCORES[result.task]}
        assert result.photos["mine"][1] == 1
    assert {path: path.stat().st_mtime_ns for path in OUT.rglob("*")} == before


def _seconds() -> Callable[[], float]:
    passed = count()
    return lambda: float(next(passed))
