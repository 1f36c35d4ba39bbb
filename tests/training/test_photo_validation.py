"""Drawings and photographs are validated on apart, and both say which epoch is best."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from src.training.batch import Batch
from src.training.data import frozen_batches
from src.training.fit import fit
from src.training.task import PhotoValidation
from tests.training.goals import SETTINGS, Goal, Net, collate, loaders, render

pytestmark = pytest.mark.usefixtures("out")


@pytest.mark.parametrize(("share", "best"), [(0.0, 0), (0.5, 1), (1.0, 2)])
def test_the_best_epoch_is_that_of_the_weighed_mean(share: float, best: int) -> None:
    network = Net()
    drawn, photos = Goal(network, [0.9, 0.8, 0.2]), Goal(network, [0.1, 0.6, 0.7])
    frozen = [render(2000 + i) for i in range(3)]
    judged = PhotoValidation(frozen_batches(frozen, collate, 2), photos, "val_good", share, 100)
    train, validation = loaders()
    metrics = fit("ocr", network, drawn, train, validation, SETTINGS, {}, photos=judged)
    assert metrics is not None
    assert metrics["epoch"] == best + 1
    own, other = [0.9, 0.8, 0.2][best], [0.1, 0.6, 0.7][best]
    assert metrics["val_good"] == pytest.approx(own)
    assert metrics["val_photo_good"] == pytest.approx(other)
    assert metrics["val_mixed"] == pytest.approx((1 - share) * own + share * other)
    assert all(torch.equal(a, b) for a, b in zip(
        network.state_dict().values(), photos.seen[best].values(), strict=True))  # fmt: skip


def judge(scores: Iterable[float], count: int) -> PhotoValidation[Batch]:
    return PhotoValidation([], Goal(Net(), scores), "val_good", 0.5, count)


@pytest.mark.parametrize(
    ("count", "weight"), [(0, 0.0), (1, 0.005), (2, 0.01), (50, 0.25), (100, 0.5), (9000, 0.5)]
)
def test_few_photographs_weigh_less_and_enough_of_them_their_share(
    count: int, weight: float
) -> None:
    judged = judge([0.75], count)
    assert judged.weight == pytest.approx(weight)
    mixed = (1 - weight) * 0.25 + weight * 0.75
    assert judged.metrics(0.25)["val_mixed"] == pytest.approx(mixed)


@pytest.mark.parametrize(("count", "best"), [(2, 4), (100, 2)])
def test_two_photographs_do_not_outvote_the_drawings(count: int, best: int) -> None:
    # Both photographs were read in the third epoch, and one in the later ones, in which drawings were read better.
    drawn, photographed = [0.30, 0.40, 0.49, 0.53, 0.56], [0.0, 0.5, 1.0, 0.5, 0.5]
    judged = judge(photographed, count)
    mixed = [judged.metrics(value)["val_mixed"] for value in drawn]
    assert mixed.index(max(mixed)) == best


def test_losses_are_apart_and_both_are_curves(out: Path) -> None:
    network = Net()
    goals = Goal(network, [0.5]), Goal(network, [0.5])
    dark = [torch.zeros(1, 4, 4)] * 3
    judged = PhotoValidation(frozen_batches(dark, collate, 2), goals[1], "val_good", 0.5, 3)
    train, validation = loaders()
    fit("ocr", network, goals[0], train, validation, replace(SETTINGS, epochs=1), {}, photos=judged)
    curves = {path.stem for path in out.rglob("*.tsv")}
    assert {"val_loss", "val_photo_loss", "val_good", "val_photo_good", "val_mixed"} <= curves
