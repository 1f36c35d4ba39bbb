"""The range test: what it makes of a curve, that its rate trains, and that it changes nothing."""

import math
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from dvc.utils.hydra import apply_overrides
from torch import Tensor, nn

import src.find_lr
from params import TrainOCRParams
from src.common.errors import UserError
from src.find_lr import RangeTest, main, read_range
from src.training.batch import Batch
from src.training.data import frozen_batches, training_batches
from src.training.fit import Fit
from src.training.optimizers import optimizer_of
from tests.checkout import clone
from tests.training.goals import SETTINGS, Goal, collate, render


class Linear(nn.Module):
    """Learns means of pictures exactly; its loss is a quadratic."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.layer = nn.Linear(16, 1)

    def forward(self, images: Tensor) -> Tensor:
        out: Tensor = self.layer(images.float().flatten(1))
        return out


def batches() -> Any:
    return training_batches(render, collate, 6, 4, 0)


def climbed(test: RangeTest, optimizer: str) -> Linear:
    network = Linear()
    settings = replace(SETTINGS, optimizer=optimizer, grad_clip=1e9, start_frozen_epochs=1)
    test("ocr", network, Goal(network, []), batches(), frozen_batches([], collate, 4), settings, {})
    return network


def test_by_hand() -> None:
    rates = [10 ** (-5 + i / 10) for i in range(41)]
    # Level, down by one from step 15 to 25, level, up from step 31.
    losses = [2 - min(1.0, max(0.0, (i - 15) / 10)) + max(0.0, i - 31) for i in range(41)]
    found = read_range(rates, losses)
    assert len(found.smooth) == 41
    assert found.smooth[4] == pytest.approx(2)
    assert rates[15] < found.steepest < rates[25]
    assert rates[27] <= found.lowest < rates[31]
    assert found.suggested == float(f"{found.lowest / 10:.1e}")


def test_the_least_loss_of_noise_alone_is_no_rate() -> None:
    rates = [10 ** (-5 + i / 10) for i in range(21)]
    for losses in ([1.0 + i for i in range(21)], []):
        with pytest.raises(UserError, match="the loss falls at none of these learning rates: give"):
            read_range(rates[: len(losses)], losses)


@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
def test_the_suggested_rate_trains(
    optimizer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    test = RangeTest(1e-5, 10.0, 60, SETTINGS.lr)
    climbed(test, optimizer)
    found = test.found
    assert found is not None
    assert found.rates[0] == pytest.approx(1e-5)
    assert found.rates[1] / found.rates[0] == pytest.approx(1e6 ** (1 / 59))
    assert len(found.losses) == len(found.rates) == len(found.smooth) <= 60
    assert all(map(math.isfinite, found.losses))

    def after(rate: float) -> float:
        network = Linear()
        moved = optimizer_of(network, rate, 0.0, name=optimizer)
        goal = Goal(network, [])
        (batch, _) = batches()
        first = 0.0
        for _ in range(30):
            moved.zero_grad()
            loss = goal.loss(network, network(batch["images"]), batch, 0)["loss"]
            first = first or float(loss.detach())
            loss.backward()
            moved.step()
        return float(loss.detach()) / first

    assert after(found.suggested) < 0.5
    if optimizer == "sgd":
        # Of a quadratic it is not far below the highest one that does.
        assert not after(100 * found.suggested) < 1.0
    assert list(tmp_path.iterdir()) == []


def test_rates_are_those_of_params_py_of_which_a_network_takes_its_share() -> None:
    plain = RangeTest(1e-4, 1.0, 40, SETTINGS.lr)
    # Its architecture has made a quarter of what stands in params.py.
    share = RangeTest(4e-4, 4.0, 40, 4 * SETTINGS.lr)
    for test in (plain, share):
        climbed(test, "sgd")
    assert plain.found is not None
    assert share.found is not None
    assert share.found.losses == pytest.approx(plain.found.losses)
    assert share.found.rates == pytest.approx([4 * rate for rate in plain.found.rates])


def test_it_ends_where_the_loss_is_not_finite() -> None:
    class Poisoned(Goal):
        def loss(self, network: nn.Module, raw: Any, batch: Batch, step: int) -> dict[str, Tensor]:
            loss = super().loss(network, raw, batch, step)["loss"]
            return {"loss": loss * (float("nan") if step == 40 else 1)}

    network, test = Linear(), RangeTest(1e-5, 1.0, 60, SETTINGS.lr)
    test(
        "ocr", network, Poisoned(network, []), batches(), [], replace(SETTINGS, optimizer="sgd"), {}
    )
    assert test.found is not None
    assert len(test.found.losses) == 40


def toy(learn: Fit) -> None:
    network = Linear()
    learn("ocr", network, Goal(network, []), batches(), [], replace(SETTINGS, optimizer="sgd"), {})


def run(monkeypatch: pytest.MonkeyPatch, folder: Path, **changed: Any) -> None:
    train: Callable[[Fit], None] = toy
    monkeypatch.setattr(src.find_lr, "TRAININGS", {"ocr": (train, TrainOCRParams)})
    monkeypatch.setattr(src.find_lr, "FOLDER", folder / "out/find_lr")
    monkeypatch.setattr(src.find_lr, "ROOT", folder)
    main(Namespace(**{"network": "ocr", "low": 1e-5, "high": 10.0, "steps": 60, **changed}))


def test_a_table_and_a_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, tmp_path)
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert [line[:28].strip() for line in lines[:4]] == [
        "loss falls fastest at",
        "loss is lowest at",
        "suggested, a tenth of that",
        "in params.py",
    ]
    assert float(lines[3].split()[-1]) == TrainOCRParams.LR
    suggested = float(lines[2].split()[-1])
    assert lines[-1] == f'dvc exp run -S "params.py:TrainOCRParams.LR={suggested:g}"'
    assert err.splitlines()[-1] == "wrote out/find_lr/ocr.png"
    picture = cv2.imread(str(tmp_path / "out/find_lr/ocr.png"))
    assert picture is not None
    assert np.ptp(picture) > 200
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["ocr.png"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"low": 0.0}, "0 < low < high"),
        ({"low": 1.0, "high": 0.1}, "0 < low < high"),
        ({"high": math.inf}, "0 < low < high"),
        ({"steps": 3}, "at least 20 are needed"),
    ],
)
def test_ranges_that_cannot_be(
    changed: dict[str, Any], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UserError, match=said):
        run(monkeypatch, tmp_path, **changed)


@pytest.mark.slow
def test_both_networks_as_a_user_would(tmp_path: Path) -> None:
    checkout = clone(tmp_path)
    for name in ("localize", "ocr"):
        done = checkout.run("python3", "-m", "src.find_lr", name)
        assert done.returncode == 1
        assert "run `dvc repro` first" in done.stderr
    small = [
        "MULTIPROCESSING=False",
        "BATCH_SIZE=4",
        "PrepareLocalizeParams.MAX_IMAGES=40",
        "PrepareOCRParams.MAX_IMAGES=40",
        "LocalizeModelParams.CHANNELS=[8,8,8,8]",
        "LocalizeModelParams.REFINER_CHANNELS=[8,8,8]",
        "LocalizeModelParams.REFINER_HIDDEN=8",
        "OCRModelParams.CHANNELS=[8,8,8,8]",
        "OCRModelParams.HIDDEN=8",
        # No processes are started, and no epoch is without the weights that stand still at first.
        "TrainOCRParams.DEVICES=2",
        "TrainOCRParams.START_FROZEN_EPOCHS=1",
        # No phase without texts comes first: for the default reader there is none, and it would be refused.
        "TrainOCRParams.PRETRAIN_EPOCHS=1",
    ]
    apply_overrides(checkout.root / "params.py", small)
    checkout.ok(
        "git", "-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-qam", "Small"
    )
    for name in ("localize", "ocr"):
        checkout.ok("python3", "-m", f"src.{name}.prepare")
        before = files(checkout.root)
        printed = checkout.ok("python3", "-m", "src.find_lr", name, "--steps", "40")
        assert "suggested, a tenth of that" in printed
        assert files(checkout.root) - before == {f"out/find_lr/{name}.png"}
    assert "find_lr" not in checkout.ok("git", "status", "--short")


def files(root: Path) -> set[str]:
    """All files but Python's own and git's."""
    return {
        str(path.relative_to(root))
        for path in root.rglob("*")
        if path.is_file() and not {"__pycache__", ".git"} & set(path.parts)
    }
