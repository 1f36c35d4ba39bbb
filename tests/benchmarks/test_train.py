"""The benchmark of training runs the stage's own loop, and leaves the user's runs alone."""

from collections.abc import Callable

import pytest

from benchmarks import train
from benchmarks.jobs import Job, localize_job, localize_world, read_job, read_world
from src.common.config import OUT
from src.generators.scene import World
from src.training.data import training_batches


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "world"), [(localize_job, localize_world), (read_job, read_world)]
)
def test_all_rates_are_measured(
    make: Callable[[World], Job],
    world: Callable[[], World],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("params.BATCH_SIZE", 4)
    monkeypatch.setattr("benchmarks.train.TURNS", 1)
    before = {path: path.stat().st_mtime_ns for path in OUT.rglob("*")}
    job = make(world())
    loader = training_batches(job.draw, job.collate, 16, 4, workers=0)
    row, done, layers = train.measure(job, loader, steps=1, bare_steps=1, most=1000)
    assert (len(row), len(done)) == (len(train.HEAD), len(train.WORK_HEAD))
    drawing, limit, turns, loop = (float(value.replace(",", "")) for value in row[3:7])
    assert min(drawing, limit, loop) > 0
    # All three are printed in whole pictures a second, of which a busy machine manages a few.
    assert turns == pytest.approx(1 / (1 / drawing + 1 / limit), rel=0.1, abs=1.5)
    each, pictures, all_ = (float(value.replace(",", "")) for value in done[1:4])
    assert all_ == pytest.approx(each * pictures / 1e3, rel=0.01, abs=1)
    # Forward alone: nearly a third, as gradients of weights and of what comes in are as much each.
    assert sum(float(layer[1]) for layer in layers) == pytest.approx(each * 1e3 / 3, rel=0.05)
    assert row[0] in ("localizer", "reader")
    assert {path: path.stat().st_mtime_ns for path in OUT.rglob("*")} == before
