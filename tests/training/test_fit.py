"""The one training run: which weights it keeps, how it resumes, what it says when it fails."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from src.common.errors import UserError
from src.training.checkpoints import read_checkpoint
from src.training.data import BurstLoader, frozen_batches, training_batches
from src.training.fit import FitSettings, finish, fit
from src.training.resume import BEST, LAST
from src.training.task import warmup_cosine

SETTINGS = FitSettings(
    seed=1, epochs=3, lr=0.1, weight_decay=0.01, warmup=0.1, grad_clip=5.0, patience=10
)


@pytest.fixture(autouse=True)
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Runs write below a folder of their own."""
    monkeypatch.setattr("src.training.fit.OUT", tmp_path / "out")
    monkeypatch.setattr("src.training.resume.ROOT", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "out"


class Net(nn.Module):
    """The smallest network with a norm, whose running statistics belong to the weights too."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.layers = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Conv2d(2, 1, 2))

    def forward(self, images: Tensor) -> Tensor:
        out: Tensor = self.layers(images.float())
        return out.flatten(1)


def weights(network: nn.Module) -> dict[str, Tensor]:
    return {name: tensor.clone() for name, tensor in network.state_dict().items()}


def same(a: dict[str, Tensor], b: dict[str, Tensor]) -> bool:
    return all(torch.equal(a[name], b[name]) for name in a)


class Goal:
    """Learns to answer each picture's mean; its metric is told to it, epoch by epoch."""

    monitor = "val_good"

    def __init__(self, network: nn.Module, scores: Iterable[float]) -> None:
        self.network, self.scores = network, iter(scores)
        self.seen: list[dict[str, Tensor]] = []
        self.batches = 0
        self.step = 0
        self.steps: list[int] = []
        self.spoil: Callable[[int, Tensor], Tensor] = lambda _, loss: loss

    def loss(self, network: nn.Module, raw: Tensor, batch: Any) -> dict[str, Tensor]:
        self.steps.append(self.step)
        error = (raw.mean(1) - batch["images"].float().mean((1, 2, 3))).square().mean()
        if network.training:
            self.batches += 1
            error = self.spoil(self.batches, error)
        return {"loss": error}

    def collect(self, raw: Tensor, batch: Any) -> None:
        """Nothing to keep: the scores are given."""

    def metrics(self) -> dict[str, float]:
        self.seen.append(weights(self.network))
        return {self.monitor: next(self.scores)}


def render(index: int) -> Tensor:
    return torch.rand(1, 4, 4, generator=torch.Generator().manual_seed(index))


def collate(samples: Any) -> dict[str, Tensor]:
    return {"images": torch.stack(list(samples))}


def loaders() -> tuple[DataLoader[Any] | BurstLoader, DataLoader[Any]]:
    frozen: Any = [render(1000 + i) for i in range(5)]
    return training_batches(render, collate, 6, 4, 0), frozen_batches(frozen, collate, 4)


def run(
    scores: list[float], settings: FitSettings = SETTINGS, identity: str = "one"
) -> tuple[Goal, dict[str, float]]:
    goal = Goal(Net(), scores)
    metrics = fit("ocr", goal.network, goal, *loaders(), settings, {"what": identity})
    assert metrics is not None
    return goal, metrics


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
    goal, metrics = run([0.5, 0.4, 0.3, 0.2, 0.9], replace(SETTINGS, epochs=5, patience=2))
    assert len(goal.seen) == 3
    assert metrics["epoch"] == 1


class Mean(Goal):
    """The loss is the mean grey value of a batch, whatever the network says."""

    def loss(self, network: nn.Module, raw: Tensor, batch: Any) -> dict[str, Tensor]:
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


def stop_at(batch: int) -> Callable[[int, Tensor], Tensor]:
    def stop(number: int, loss: Tensor) -> Tensor:
        if number == batch:
            raise RuntimeError("stopped from outside")
        return loss

    return stop


SCORES = [0.3, 0.4, 0.5, 0.6]
LONGER = replace(SETTINGS, epochs=4)


def stopped(batch: int, scores: list[float] = SCORES) -> None:
    """A run that ends before the given batch; there are two in an epoch."""
    goal = Goal(Net(), scores)
    goal.spoil = stop_at(batch)
    with pytest.raises(RuntimeError, match="stopped from outside"):
        fit("ocr", goal.network, goal, *loaders(), LONGER, {"what": "one"})


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
    settings, scores = replace(LONGER, patience=patience), [0.5, 0.4, 0.3, 0.2]
    goal, metrics = run(scores, settings)
    assert len(goal.seen) == (3 if patience == 2 else 4)
    resumed, again = run([0.9], settings)
    assert resumed.seen == []
    assert again == metrics
    assert same(weights(resumed.network), weights(goal.network))


def test_nothing_is_written_beside_out(out: Path) -> None:
    run(SCORES[:3])
    assert [path.name for path in out.parent.iterdir()] == ["out"]
    assert (out / "runs/ocr/metrics.json").is_file()
    assert (out / "runs/ocr/dvclive/plots/metrics/val_loss.tsv").is_file()
    assert list((out / "runs/ocr/tensorboard").glob("events*"))


@pytest.mark.parametrize("name", ["epochs", "lr", "grad_clip", "patience"])
def test_settings_that_cannot_train_are_named(name: str) -> None:
    with pytest.raises(UserError, match=f"{name.upper()} must be above 0"):
        replace(SETTINGS, **{name: 0})


def test_learning_rate_by_hand() -> None:
    # 10 steps, of which 2 rise; the other 8 fall in half a cosine.
    shares = [warmup_cosine(step, 10, 0.2) for step in range(11)]
    assert shares[:3] == pytest.approx([0.5, 1.0, 1.0])
    assert shares[4] == pytest.approx(0.853553)  # a quarter of the way: (1 + cos 45°) / 2
    assert shares[6] == pytest.approx(0.5)
    assert shares[10] == pytest.approx(0)
    assert warmup_cosine(50, 10, 0.2) == pytest.approx(0)
    assert warmup_cosine(0, 1, 0.0) == 1  # one step only: it is taken at the full rate
