"""The average of the weights: by hand, what is validated and kept, and where it has to win."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from src.training.checkpoints import read_checkpoint
from src.training.ema import WeightAverage
from src.training.fit import finish
from src.training.resume import BEST, LAST
from tests.training.goals import SETTINGS, Net, run, same, weights

NOTHING: Any = None


def test_by_hand() -> None:
    network = Net()
    norm: Any = network.layers[1]
    average = WeightAverage(network, 0.25)
    with torch.no_grad():
        norm.weight.fill_(0.0)
        average.on_train_start(NOTHING, NOTHING)
        for value in (1.0, 2.0):
            norm.weight.fill_(value)
            norm.running_mean.fill_(value)
            norm.num_batches_tracked.add_(1)
            average.on_train_batch_end(NOTHING)
    # After one step 2/11 of the average are kept, after two 3/12.
    first = 9 / 11
    expected = 0.25 * first + 0.75 * 2
    average.on_validation_start(NOTHING, NOTHING)
    assert norm.weight[0].item() == pytest.approx(expected)
    assert norm.running_mean[0].item() == pytest.approx(expected)
    assert norm.num_batches_tracked.item() == 2
    average.on_validation_end(NOTHING, NOTHING)
    assert norm.weight[0].item() == norm.running_mean[0].item() == 2.0


@pytest.mark.usefixtures("out")
def test_the_average_is_validated_and_kept_and_the_weights_learn_on(out: Path) -> None:
    settings = replace(SETTINGS, ema_decay=0.5)
    goal, metrics = run([0.1, 0.9, 0.2], settings)
    assert metrics["epoch"] == 2
    assert same(weights(goal.network), goal.seen[1])
    best, last = (read_checkpoint(out / "checkpoints/ocr" / file) for file in (BEST, LAST))
    assert same(best[WeightAverage.KEY]["weights"], goal.seen[1])
    assert same(last[WeightAverage.KEY]["weights"], goal.seen[2])
    # Beside it are the weights that learn, and they go as they would go without it.
    own = {n.removeprefix("network."): w for n, w in last["state_dict"].items()}
    assert not same(own, goal.seen[2])
    finish("ocr")
    without, _ = run([0.1, 0.2, 0.9])
    assert same(own, weights(without.network))


@pytest.mark.usefixtures("out")
def test_without_one_there_is_none(out: Path) -> None:
    run([0.1, 0.2, 0.3])
    assert WeightAverage.KEY not in read_checkpoint(out / "checkpoints/ocr" / LAST)


class Point(nn.Module):
    """Weights alone."""

    def __init__(self) -> None:
        super().__init__()
        self.at = nn.Parameter(torch.full((20,), 3.0))

    def forward(self) -> Tensor:
        return 0.5 * self.at.square().sum()


def test_it_is_nearer_to_the_minimum_than_the_weights_with_noisy_gradients() -> None:
    torch.manual_seed(3)
    point = Point()
    optimizer = torch.optim.SGD(point.parameters(), lr=0.1)
    average = WeightAverage(point, 0.98)
    average.on_train_start(NOTHING, NOTHING)
    for _ in range(400):
        optimizer.zero_grad()
        point().backward()
        assert point.at.grad is not None
        point.at.grad += torch.randn(20)
        optimizer.step()
        average.on_train_batch_end(NOTHING)
    own = float(point().detach())
    average.on_validation_start(NOTHING, NOTHING)
    assert float(point().detach()) < 0.3 * own
