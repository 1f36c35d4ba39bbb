"""The one training run: which weights it keeps, and what it says when it fails."""

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from src.common.errors import UserError
from src.training import parts
from src.training.batch import Batch
from src.training.checkpoints import read_checkpoint
from src.training.data import frozen_batches, training_batches
from src.training.fit import fit
from src.training.resume import BEST, LAST
from src.training.schedule import warmup_cosine
from tests.training.goals import SETTINGS, Goal, Net, collate, loaders, run, same, weights

pytestmark = pytest.mark.usefixtures("out")


@pytest.mark.parametrize(
    ("scores", "best"), [([0.9, 0.1, 0.2], 0), ([0.1, 0.9, 0.2], 1), ([0.1, 0.2, 0.9], 2)]
)
def test_the_best_epoch_is_kept_and_not_the_last(scores: list[float], best: int) -> None:
    # Mistake 3: a reference to the weights follows them to the last epoch.
    goal, metrics = run(scores)
    assert len(goal.seen) == 3
    assert not same(goal.seen[0], goal.seen[2])
    assert same(weights(goal.network), goal.seen[best])
    assert metrics["epoch"] == best + 1
    assert metrics["val_good"] == pytest.approx(0.9)


def test_training_stops_when_nothing_gets_better() -> None:
    settings = replace(SETTINGS, epochs=5, patience=2, schedule="plateau_patience")
    goal, metrics = run([0.5, 0.4, 0.3, 0.2, 0.9], settings)
    assert len(goal.seen) == 3
    assert metrics["epoch"] == 1


@pytest.mark.parametrize("schedule", ["cosine", "one_cycle"])
@pytest.mark.parametrize(
    ("last", "epochs", "best"), [([0.5, 0.6, 0.8, 0.95], 8, 8), ([0.5, 0.4, 0.4, 0.95], 7, 1)]
)
def test_a_planned_rate_comes_down_first(
    schedule: str, last: list[float], epochs: int, best: int
) -> None:
    # A trained network gets worse while the rate is high: that used up the patience, and the rest never came.
    settings = replace(SETTINGS, epochs=8, patience=2, schedule=schedule)
    goal, metrics = run([0.9, 0.4, 0.3, 0.2, *last], settings)
    assert len(goal.seen) == epochs
    assert metrics["epoch"] == best


class Mean(Goal):
    """The loss is the mean grey value of a batch, whatever the network says."""

    def loss(self, network: nn.Module, raw: Any, batch: Batch, step: int) -> dict[str, Tensor]:
        return {"loss": batch["images"].float().mean() + 0 * raw.mean()}


def test_losses_are_means_over_pictures() -> None:
    # Mistake 4. Batches of 2 and 1 with losses 1.5 and 6: the mean over the three pictures is 3.
    flat: Any = [torch.full((1, 4, 4), value) for value in (1.0, 2.0, 6.0)]
    goal = Mean(Net(), [0.5])
    train = training_batches(lambda i: flat[i % 3], collate, 3, 2, 0)
    metrics = fit("ocr", goal.network, goal, train, frozen_batches(flat, collate, 2),
                  replace(SETTINGS, epochs=1), {})  # fmt: skip
    assert metrics is not None
    assert metrics["train_loss"] == pytest.approx(3)
    assert metrics["val_loss"] == pytest.approx(3)


class Counting(Goal):
    """Notes how many threads validation has."""

    threads = 0

    def collect(self, raw: Any, batch: Batch) -> None:
        self.threads = torch.get_num_threads()


def test_only_validation_shares_operations_among_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    between: list[int] = []
    weighted = parts._weighted

    def counted(*arguments: Any) -> list[Tensor]:
        between.append(torch.get_num_threads())
        return weighted(*arguments)

    monkeypatch.setattr(parts, "_weighted", counted)
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        goal = Counting(Net(), [0.5, 0.6])
        train, validation = loaders()
        fit("ocr", goal.network, goal, train, validation, replace(SETTINGS, epochs=2), {})
        assert set(between) == {1}
        assert goal.threads == torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


class Twice(Net):
    """Gives two outputs, in evaluation too."""

    def forward(self, images: Tensor) -> Any:
        out = super().forward(images)
        return out, 2 * out


class Both(Goal):
    """Learns from the second of two outputs, and counts the pictures whose outputs it judges."""

    collected = 0

    def loss(self, network: nn.Module, raw: Any, batch: Batch, step: int) -> dict[str, Tensor]:
        return super().loss(network, raw[1] / 2, batch, step)

    def collect(self, raw: Any, batch: Batch) -> None:
        first, second = raw
        assert torch.equal(second, 2 * first)
        assert len(first) == len(batch["images"])
        self.collected += len(first)


def test_several_outputs_go_through_training_and_validation() -> None:
    goal = Both(Twice(), [0.5])
    train, validation = loaders()
    metrics = fit(
        "localize", goal.network, goal, train, validation, replace(SETTINGS, epochs=1), {}
    )
    assert metrics is not None
    assert goal.collected == sum(len(batch["images"]) for batch in validation)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_loss_that_is_not_finite_is_explained(value: float) -> None:
    goal = Goal(Net(), [0.5] * 3)
    goal.spoil = lambda batch, loss: loss * value if batch == 4 else loss
    with pytest.raises(UserError, match=r"epoch 2, batch 2 at learning rate 0\.0\d+.*lower LR"):
        fit("ocr", goal.network, goal, *loaders(), SETTINGS, {})


@pytest.mark.parametrize("spoilt", [3, 4])
def test_the_last_good_checkpoints_outlive_a_loss_that_is_not_finite(
    out: Path, spoilt: int
) -> None:
    # In the middle of the second epoch, or by its last step, which validation is the first to see.
    goal = Goal(Net(), [0.5] * 3)
    goal.spoil = lambda batch, loss: loss * float("nan") if batch == 3 else loss
    if spoilt == 4:
        goal.spoil = lambda batch, loss: poison(loss) if batch == 4 else loss
    with pytest.raises(UserError, match=r"not finite in epoch 2, (batch 1|validation) at"):
        fit("ocr", goal.network, goal, *loaders(), SETTINGS, {})
    for file in (LAST, BEST):
        kept = read_checkpoint(out / "checkpoints/ocr" / file)
        assert kept["epoch"] == 0
        assert all(bool(torch.isfinite(w).all()) for w in kept["state_dict"].values())


def poison(loss: Tensor) -> Tensor:
    """Leave a loss as it is, and make its gradient none that is finite."""
    loss.register_hook(lambda gradient: gradient * float("nan"))
    return loss


def test_a_network_of_no_use_is_not_trained(out: Path) -> None:
    def check() -> None:
        raise UserError("cannot be exported")

    goal = Goal(Net(), [0.5] * 3)
    with pytest.raises(UserError, match="cannot be exported"):
        fit("ocr", goal.network, goal, *loaders(), SETTINGS, {}, check)
    assert not goal.seen
    assert not goal.steps
    assert not out.exists()


def test_a_repository_without_a_commit_is_told_before_anything_is_trained(out: Path) -> None:
    # DVC, which keeps the curves, asks which commit they belong to.
    subprocess.run(["git", "init", "-q", str(out.parent)], check=True)
    goal = Goal(Net(), [0.5] * 3)
    with pytest.raises(UserError, match=r"DVC needs a commit .*: run git add -A && git .* commit"):
        fit("ocr", goal.network, goal, *loaders(), SETTINGS, {})
    assert not goal.steps


def test_nothing_is_written_beside_out(out: Path) -> None:
    run([0.3, 0.4, 0.5])
    assert [path.name for path in out.parent.iterdir()] == ["out"]
    assert (out / "runs/ocr/metrics.json").is_file()
    assert (out / "runs/ocr/dvclive/plots/metrics/val_loss.tsv").is_file()
    assert list((out / "runs/ocr/tensorboard").glob("events*"))


@pytest.mark.parametrize("name", ["epochs", "lr", "grad_clip", "patience"])
def test_settings_that_cannot_train_are_named(name: str) -> None:
    changed: dict[str, Any] = {name: 0}
    with pytest.raises(UserError, match=f"{name.upper()} must be above 0"):
        replace(SETTINGS, **changed)


def test_learning_rate_by_hand() -> None:
    # 10 steps, of which 2 rise; the other 8 fall in half a cosine.
    shares = [warmup_cosine(step, 10, 0.2) for step in range(11)]
    assert shares[:3] == pytest.approx([0.5, 1.0, 1.0])
    assert shares[4] == pytest.approx(0.853553)  # a quarter of the way: (1 + cos 45°) / 2
    assert shares[6] == pytest.approx(0.5)
    assert shares[10] == pytest.approx(0)
    assert warmup_cosine(50, 10, 0.2) == pytest.approx(0)
    assert warmup_cosine(0, 1, 0.0) == 1  # one step only: it is taken at the full rate
