"""A training run that was stopped, and started again."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from torch import Tensor

from src.common.errors import UserError
from src.training.fit import finish, fit
from src.training.resume import BEST, LAST
from src.training.settings import FitSettings
from tests.training.goals import SETTINGS, Goal, Net, loaders, run, same, weights

pytestmark = pytest.mark.usefixtures("out")


def stop_at(batch: int) -> Callable[[int, Tensor], Tensor]:
    def stop(number: int, loss: Tensor) -> Tensor:
        if number == batch:
            raise RuntimeError("stopped from outside")
        return loss

    return stop


SCORES = [0.3, 0.4, 0.5, 0.6]
LONGER = replace(SETTINGS, epochs=4)


def stopped(batch: int, scores: list[float] = SCORES, settings: FitSettings = LONGER) -> None:
    """A run that ends before the given batch; there are two in an epoch."""
    goal = Goal(Net(), scores)
    goal.spoil = stop_at(batch)
    with pytest.raises(RuntimeError, match="stopped from outside"):
        fit("ocr", goal.network, goal, *loaders(), settings, {"what": "one"})


@pytest.mark.slow
@pytest.mark.parametrize("batch", [3, 6])
def test_a_stopped_run_ends_like_an_undisturbed_one(out: Path, batch: int) -> None:
    undisturbed, expected = run(SCORES, LONGER)
    finish("ocr")
    stopped(batch)
    done = (batch - 1) // 2
    resumed, metrics = run(SCORES[done:], LONGER)
    assert len(resumed.seen) == 4 - done
    # Two steps an epoch: a resumed run knows how many there were before it was stopped.
    assert undisturbed.steps[0] == 0
    assert resumed.steps[0] == 2 * done
    assert same(weights(resumed.network), weights(undisturbed.network))
    # The speed is of the machine: it is written down, and does not go into the model.
    assert metrics == expected
    assert "images_per_second" not in metrics
    assert "images_per_second" in (out / "runs/ocr/metrics.json").read_text()


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        {"schedule": "one_cycle", "optimizer": "adamw", "ema_decay": 0.9},
        {"schedule": "plateau_patience", "plateau_patience": 1, "optimizer": "sgd", "lr": 1e-3},
        {"schedule": "plateau_slope", "plateau_patience": 1, "ema_decay": 0.5},
    ],
)
def test_so_does_one_with_any_option(options: dict[str, Any]) -> None:
    # The rate was lowered before the stop, and is lowered after it.
    settings = replace(LONGER, epochs=6, **options)
    scores = [0.5, 0.4, 0.6, 0.3, 0.2, 0.7]
    undisturbed, expected = run(scores, settings)
    finish("ocr")
    stopped(6, scores, settings)
    resumed, metrics = run(scores[2:], settings)
    assert len(resumed.seen) == 4
    assert all(same(a, b) for a, b in zip(resumed.seen, undisturbed.seen[2:], strict=True))
    assert same(weights(resumed.network), weights(undisturbed.network))
    assert metrics == expected


@pytest.mark.slow
@pytest.mark.parametrize("file", [LAST, BEST])
def test_a_disk_that_was_full_for_a_while_changes_nothing(
    out: Path, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    undisturbed, expected = run(SCORES, LONGER)
    finish("ocr")
    written, write = [], Path.write_bytes

    def write_until_full(path: Path, content: Any) -> int:
        written.append(path.name)
        if written.count(f".{file.removesuffix('.ckpt')}.partial.ckpt") == 3:
            write(path, bytes(content)[:100])
            raise OSError(28, "No space left on device")
        return write(path, content)

    with monkeypatch.context() as full:
        full.setattr(Path, "write_bytes", write_until_full)
        goal = Goal(Net(), SCORES)
        with pytest.raises(UserError, match=f"no space left to write .*{file}: free"):
            fit("ocr", goal.network, goal, *loaders(), LONGER, {"what": "one"})
    kept = {path.name for path in (out / "checkpoints/ocr").iterdir()}
    assert kept == {LAST, BEST, "identity.json"}
    resumed, metrics = run(SCORES[2:], LONGER)
    assert len(resumed.seen) == 2
    assert metrics == expected
    assert same(weights(resumed.network), weights(undisturbed.network))


def test_the_best_epoch_of_before_the_stop_counts() -> None:
    stopped(5, [0.9, 0.1])
    goal, metrics = run([0.2, 0.3], LONGER)
    assert len(goal.seen) == 2
    assert metrics["epoch"] == 1
    assert metrics["val_good"] == pytest.approx(0.9)


def test_another_identity_starts_anew() -> None:
    stopped(5)
    assert len(run(SCORES, LONGER, identity="another")[0].seen) == 4


def test_a_finished_run_starts_anew() -> None:
    run(SCORES, LONGER)
    finish("ocr")
    assert len(run(SCORES, LONGER)[0].seen) == 4


@pytest.mark.parametrize("patience", [2, 10])
def test_a_run_killed_after_its_last_epoch_trains_no_other(patience: int) -> None:
    # Its model was not saved yet: it is still to be finished.
    settings, scores = (
        replace(LONGER, patience=patience, schedule="plateau_patience"),
        [0.5, 0.4, 0.3, 0.2],
    )
    goal, metrics = run(scores, settings)
    assert len(goal.seen) == (3 if patience == 2 else 4)
    resumed, again = run([0.9], settings)
    assert resumed.seen == []
    assert again == metrics
    assert same(weights(resumed.network), weights(goal.network))
