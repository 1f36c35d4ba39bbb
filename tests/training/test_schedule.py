"""Schedules of the learning rate: by hand, against torch's, and on problems where each has to pay."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from src.training.optimizers import MOMENTUM, OPTIMIZERS
from src.training.schedule import (
    SCHEDULES,
    Course,
    OneCycle,
    PlateauPatience,
    PlateauSlope,
    Rates,
    warmup_cosine,
)
from src.training.slope import FALLING, probability_of_falling

COURSE = Course(steps=100, epochs=10, warmup=0.1, plateau_factor=0.1, plateau_patience=2)


def test_the_default_is_the_cosine() -> None:
    schedule = SCHEDULES["cosine"](COURSE)
    assert [schedule.share(i) for i in range(101)] == [
        warmup_cosine(i, 100, 0.1) for i in range(101)
    ]
    assert schedule.momentum(3) is None


@pytest.mark.parametrize(("steps", "warmup"), [(50, 0.3), (40, 0.1), (7, 0.5)])
@pytest.mark.parametrize("kind", [torch.optim.AdamW, torch.optim.SGD])
def test_one_cycle_is_that_of_torch(
    steps: int, warmup: float, kind: type[torch.optim.AdamW] | type[torch.optim.SGD]
) -> None:
    weight = nn.Parameter(torch.zeros(1))
    options: dict[str, Any] = {"momentum": 0.9} if kind is torch.optim.SGD else {}
    theirs = kind([weight], lr=0.5, **options)
    torch_s = torch.optim.lr_scheduler.OneCycleLR(theirs, 0.5, total_steps=steps, pct_start=warmup)
    mine = kind([weight], lr=0.5, **options)
    rates = Rates(mine, OneCycle(Course(steps, 1, warmup)))

    def state(optimizer: torch.optim.Optimizer) -> tuple[float, float]:
        (group,) = optimizer.param_groups
        return group["lr"], group["momentum"] if "momentum" in group else group["betas"][0]

    for _ in range(steps - 1):
        assert state(mine) == pytest.approx(state(theirs), rel=1e-6)
        for optimizer, scheduler in ((theirs, torch_s), (mine, rates)):
            optimizer.step()
            scheduler.step()
    assert state(mine) == pytest.approx(state(theirs), rel=1e-6)


@pytest.mark.parametrize("warmup", [0.0, 0.1, 1.0])
def test_one_step_is_taken_at_the_full_rate(warmup: float) -> None:
    assert OneCycle(Course(1, 1, warmup)).share(0) == 1


def test_muon_has_its_momentum_cycled_too() -> None:
    matrix, bias = nn.Parameter(torch.zeros(2, 2)), nn.Parameter(torch.zeros(2))
    groups: list[dict[str, Any]] = [{"params": [matrix], "muon": True}, {"params": [bias]}]
    optimizer = OPTIMIZERS["muon"](groups, 0.1)
    rates = Rates(optimizer, OneCycle(Course(11, 1, 1 / 11)))
    seen = []
    for _ in range(11):
        seen.append([optimizer.param_groups[0]["momentum"], optimizer.param_groups[1]["betas"][0]])
        optimizer.step()
        rates.step()
    assert seen[0] == pytest.approx([0.85, 0.85])
    assert seen[5] == pytest.approx([0.9, 0.9])
    assert seen[10] == pytest.approx([0.95, 0.95])


def test_probability_of_falling_by_hand() -> None:
    # Slope -0.2, residuals 0.2, -0.6, 0.6, -0.2: variance 0.8 / 2, over 5 for x; z is 0.2 / sqrt(0.08).
    assert probability_of_falling([1, 0, 1, 0]) == pytest.approx(0.760250)
    assert probability_of_falling([0, 1, 0, 1]) == pytest.approx(1 - 0.760250)
    assert probability_of_falling([3, 2, 1]) == 1
    assert probability_of_falling([1, 2, 3]) == 0
    assert probability_of_falling([2, 2, 2]) == 0.5 < FALLING


def told(losses: list[float], course: Course = COURSE) -> list[float]:
    """The shares after each loss."""
    schedule, shares = PlateauSlope(course), []
    for step, loss in enumerate(losses):
        schedule.learned(loss)
        shares.append(schedule.share(step + 1))
    return shares


def test_slope_lowers_the_rate_where_the_loss_is_level_and_not_before() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, 300)
    falling = [float(5 - 0.03 * i + noise[i]) for i in range(150)]
    level = [float(0.5 + noise[i]) for i in range(150, 300)]
    shares = told(falling + level)
    assert shares[:9] == pytest.approx([0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
    # Two epochs of ten steps are looked at.
    assert shares[9:150] == [1.0] * 141
    assert shares[-1] <= 0.01
    # It waits for so many losses before it lowers the rate again.
    lowered = [i for i in range(1, 300) if shares[i] < shares[i - 1]]
    assert min(np.diff(lowered)) >= 20


def test_a_spike_does_not_lower_the_rate() -> None:
    falling = [5 - 0.1 * i for i in range(30)]
    assert probability_of_falling([*falling[11:], 50.0]) < FALLING
    assert told([*falling, 50.0])[-1] == 1.0
    assert told([*falling, 50.0, 51.0, 52.0])[-1] < 1.0  # three of twenty are no spike


def test_losses_of_the_warm_up_do_not_count() -> None:
    rising_then_falling = [float(i) for i in range(10)] + [10 - 0.1 * i for i in range(20)]
    assert told(rising_then_falling)[-1] == 1.0
    assert told([float(i) for i in range(30)])[-1] == pytest.approx(0.1)


def test_patience_by_hand() -> None:
    schedule, shares = PlateauPatience(COURSE), []
    for score in (0.1, 0.3, 0.3, 0.2, 0.4, 0.4, 0.1, 0.1, 0.1):
        schedule.judged(score)
        shares.append(schedule.share(50))
    assert shares == pytest.approx([1, 1, 1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.001])


def noisy_quadratic(schedule: str, optimizer: str, lr: float, steps: int = 400) -> float:
    """Distance from the minimum at the end; gradients are noisy, as those of batches are."""
    torch.manual_seed(1)
    curvature = torch.tensor([1.0, 0.1])
    weight = nn.Parameter(torch.tensor([3.0, 3.0]))
    moved = OPTIMIZERS[optimizer]([{"params": [weight], "weight_decay": 0.0}], lr)
    course = Course(steps, 20, 0.05, 0.1, 3)
    told = SCHEDULES[schedule](course) if schedule else _Level(course)
    rates = Rates(moved, told)
    for step in range(steps):
        loss = 0.5 * (curvature * weight.square()).sum()
        moved.zero_grad()
        loss.backward()
        assert weight.grad is not None
        weight.grad += 0.5 * torch.randn(2)
        told.learned(float(loss.detach() + 0.1 * torch.randn(())))
        moved.step()
        rates.step()
        if step % 20 == 19:
            told.judged(-float(loss.detach()))
    return float(weight.detach().norm())


class _Level(PlateauPatience):
    """Up in a line, and then the same for ever."""

    def judged(self, score: float) -> None:
        """Do not care."""


@pytest.mark.parametrize("schedule", sorted(SCHEDULES))
@pytest.mark.parametrize(("optimizer", "lr"), [("sgd", 0.05), ("adamw", 0.2)])
def test_each_schedule_ends_nearer_than_a_level_rate(
    schedule: str, optimizer: str, lr: float
) -> None:
    level = noisy_quadratic("", optimizer, lr)
    assert noisy_quadratic(schedule, optimizer, lr) < 0.5 * level


def regression_loss(schedule: str, lr: float) -> float:
    """The loss at the end of a short training of a small network."""
    torch.manual_seed(2)
    x = torch.randn(64, 4)
    y: Tensor = torch.sin(2 * x.sum(1, keepdim=True))
    network = nn.Sequential(nn.Linear(4, 32), nn.Tanh(), nn.Linear(32, 1))
    moved = OPTIMIZERS["sgd"]([{"params": list(network.parameters()), "weight_decay": 0.0}], lr)
    course = Course(150, 10, 0.3)
    rates = Rates(moved, SCHEDULES[schedule](course) if schedule else _Level(course))
    for _ in range(150):
        moved.zero_grad()
        loss = (network(x) - y).square().mean()
        loss.backward()
        moved.step()
        rates.step()
    return float(loss.detach())


def test_one_cycle_stands_a_rate_that_is_too_high_for_the_whole_training() -> None:
    # Smith's point: what goes up only for a moment, with the momentum the other way, may go higher.
    assert not regression_loss("", 0.15) < 10
    highest = regression_loss("one_cycle", 0.15)
    assert highest < 0.7 * regression_loss("one_cycle", 0.05)
    assert highest < 1.1 * regression_loss("cosine", 0.15)


@pytest.mark.parametrize("name", sorted(SCHEDULES))
def test_it_goes_on_from_its_state(name: str) -> None:
    def start() -> tuple[torch.optim.Optimizer, Rates, Callable[[int], None]]:
        optimizer = OPTIMIZERS["sgd"]([{"params": [nn.Parameter(torch.zeros(1))]}], 0.5)
        schedule = SCHEDULES[name](Course(60, 12, 0.1, 0.5, 1))
        rates = Rates(optimizer, schedule)

        def step(i: int) -> None:
            schedule.learned(1.0 + 0.1 * (i * 7 % 5))
            optimizer.step()
            rates.step()
            if i % 5 == 4:
                schedule.judged(float(i % 3))

        return optimizer, rates, step

    optimizer, rates, step = start()
    again, resumed, go_on = start()
    seen, expected = [], []
    for i in range(60):
        if i == 33:
            again.load_state_dict(optimizer.state_dict())
            resumed.load_state_dict(torch.load(_saved(rates.state_dict()), weights_only=True))
        step(i)
        expected.append(dict(optimizer.param_groups[0], params=None))
        if i >= 33:
            go_on(i)
            seen.append(dict(again.param_groups[0], params=None))
    assert seen == expected[33:]
    rates_seen = {group["lr"] for group in expected}
    assert len(rates_seen) > 2
    assert (
        expected[0]["momentum"] == (0.95 if name == "one_cycle" else MOMENTUM)
        or name == "one_cycle"
    )


def _saved(state: dict[str, Any]) -> io.BytesIO:
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    return file
