"""What a run is said to take: a training's parts, the overrides of `dvc exp run`, and that nothing is left behind."""

from dataclasses import replace
from typing import Any

import pytest

import params
from benchmarks import estimate
from benchmarks.jobs import Job, localize_job, read_job
from src.common.config import OUT, load_config
from src.common.errors import UserError
from src.generators.formats import get_format
from src.generators.scene import World


@pytest.fixture
def job() -> Job:
    return read_job(World(get_format("swiss")))


def test_a_training_is_its_pictures_and_those_it_is_validated_on(job: Job) -> None:
    two = job._replace(pictures=100, settings=replace(job.settings, epochs=2))
    # 2 x (100 x 0.5 + 10 x 0.4 x 0.25)
    assert estimate.training(two, 0.5, 0.25, 10) == pytest.approx(102)


def test_overrides_hold_meanwhile() -> None:
    before = (params.TrainOCRParams.EPOCHS, params.BATCH_SIZE, load_config())
    names = (
        "params.py:TrainOCRParams.EPOCHS=7",
        "params.py:BATCH_SIZE=3",
        "optimizer=sgd",
        "datasets.photos=x",
    )
    with estimate.overridden(names):
        job = read_job(World(get_format("swiss")))
        assert (job.settings.epochs, job.settings.optimizer, params.BATCH_SIZE) == (7, "sgd", 3)
    assert (params.TrainOCRParams.EPOCHS, params.BATCH_SIZE, load_config()) == before


@pytest.mark.parametrize(
    "name", ["params.py:TrainOCRParams.EPOCH=7", "params.py:Absent.EPOCHS=7", "colour=red", "x"]
)
def test_what_there_is_not_is_named(name: str) -> None:
    with (
        pytest.raises(UserError, match=r"neither params\.py nor params\.yaml"),
        estimate.overridden([name]),
    ):
        pass


@pytest.mark.slow
def test_more_to_do_takes_longer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("params.BATCH_SIZE", 2)
    monkeypatch.setattr(estimate, "STEPS", 1)
    monkeypatch.setattr(estimate, "SETTLING", 1)
    monkeypatch.setattr(
        "sys.argv", ["estimate", "-S", "params.py:TrainOCRParams.EPOCHS=1000", "-f"]
    )
    before = {path: path.stat().st_mtime_ns for path in OUT.rglob("*")}
    estimate.main()
    said = capsys.readouterr().out
    assert said.startswith("about ")
    parts = dict(part.rsplit(" ", 1) for part in said.split(": ")[1].strip().split(", "))
    assert set(parts) == {"localizer", "reader", "evaluations"}
    # A hundred times the epochs of the default, whatever else the machine does.
    assert float(parts["reader"]) > float(parts["localizer"])
    assert {path: path.stat().st_mtime_ns for path in OUT.rglob("*")} == before


def test_both_trainings_have_a_step_to_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("params.BATCH_SIZE", 2)
    monkeypatch.setattr(estimate, "STEPS", 1)
    monkeypatch.setattr(estimate, "SETTLING", 0)
    make: Any
    for make in (localize_job, read_job):
        each, learning = estimate.seconds(make(World(get_format("swiss"))), workers=2)
        assert 0 < learning < each
