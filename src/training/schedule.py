"""How the learning rate goes over a training: schedules by name, in shares of the highest rate."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch

from .optimizers import set_momentum
from .slope import FEWEST, falls

# A cycle begins at this share of the highest rate and ends at ONE_CYCLE_END of that, with the momentum the other way
# (Smith 2018, arXiv:1803.09820; the numbers are those of torch.optim.lr_scheduler.OneCycleLR).
ONE_CYCLE_START, ONE_CYCLE_END = 1 / 25, 1e-4
LOW_MOMENTUM, HIGH_MOMENTUM = 0.85, 0.95


@dataclass(frozen=True)
class Course:
    """How long a training is, and what its schedule is to do.

    warmup: share of all steps in which the rate rises. plateau_factor: on the rate after plateau_patience epochs
    without progress.
    """

    steps: int
    epochs: int
    warmup: float
    plateau_factor: float = 0.1
    plateau_patience: int = 2

    @property
    def rise(self) -> int:
        """Return the number of steps in which the rate rises."""
        return _rise(self.steps, self.warmup)


class Schedule:
    """Shares of the highest learning rate, step by step; it is told how the training goes."""

    # Share of the epochs after which one without a better validation metric says that no better one comes.
    settled = 0.0

    def __init__(self, course: Course) -> None:
        self.course = course

    def share(self, step: int) -> float:
        """Return the share of the highest learning rate for a step, counted from 0."""
        raise NotImplementedError

    def momentum(self, step: int) -> float | None:
        """Return the momentum of a step; None where it is that of the optimiser throughout."""
        return None

    def learned(self, loss: float) -> None:
        """Take in the loss of a step."""

    def judged(self, score: float) -> None:
        """Take in the validation metric of an epoch; higher is better."""

    def state(self) -> dict[str, Any]:
        """Return what it has taken in so far, as plain data."""
        return {}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a state."""


class Planned(Schedule):
    """Goes down as planned, whatever the training does.

    Metrics get better while the rate falls. Before that they say little: what was trained already gets worse at first.
    """

    settled = 0.5


class Cosine(Planned):
    """Up in a line, down to zero in half a cosine."""

    def share(self, step: int) -> float:
        """Return the share of the highest learning rate for a step."""
        return warmup_cosine(step, self.course.steps, self.course.warmup)


class OneCycle(Planned):
    """Up and down in half cosines, and the momentum down and up (Smith 2018)."""

    def share(self, step: int) -> float:
        """Return the share of the highest learning rate for a step."""
        rising, high = self._height(step)
        low = ONE_CYCLE_START * (1 if rising else ONE_CYCLE_END)
        return low + (1 - low) * high

    def momentum(self, step: int) -> float:
        """Return the momentum of a step."""
        return HIGH_MOMENTUM - (HIGH_MOMENTUM - LOW_MOMENTUM) * self._height(step)[1]

    def _height(self, step: int) -> tuple[bool, float]:
        """Return whether it rises, and how high it is, from 0 to 1."""
        top = max(0.0, self.course.steps * self.course.warmup - 1)
        if step < top:
            return True, 0.5 * (1.0 - math.cos(math.pi * step / top))
        done = (step - top) / max(1.0, self.course.steps - 1 - top)
        return False, 0.5 * (1.0 + math.cos(math.pi * min(1.0, done)))


class Plateau(Schedule):
    """Up in a line, then level; lower by the course's factor each time that there is no progress."""

    def __init__(self, course: Course) -> None:
        super().__init__(course)
        self._height = 1.0

    def share(self, step: int) -> float:
        """Return the share of the highest learning rate for a step."""
        return min(1.0, (step + 1) / self.course.rise) * self._height

    def _lower(self) -> None:
        self._height *= self.course.plateau_factor


class PlateauPatience(Plateau):
    """Lower when the validation metric was not better than ever for some epochs."""

    def __init__(self, course: Course) -> None:
        super().__init__(course)
        self._best, self._waited = -math.inf, 0

    def judged(self, score: float) -> None:
        """Take in the validation metric of an epoch."""
        self._waited = 0 if score > self._best else self._waited + 1
        self._best = max(self._best, score)
        if self._waited >= self.course.plateau_patience:
            self._lower()
            self._waited = 0

    def state(self) -> dict[str, Any]:
        """Return what it has taken in so far."""
        return {"height": self._height, "best": self._best, "waited": self._waited}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a state."""
        self._height, self._best, self._waited = state["height"], state["best"], state["waited"]


class PlateauSlope(Plateau):
    """Lower when the losses of the last epochs' steps do not fall, as a line through them says (King 2018).

    https://blog.dlib.net/2018/02/automatic-learning-rate-scheduling-that.html. Where they do not fall without the
    highest of them either, a few spikes are not the reason. After that it waits until there are as many losses again.
    """

    def __init__(self, course: Course) -> None:
        super().__init__(course)
        epoch = course.steps / course.epochs
        self._window = max(FEWEST, round(course.plateau_patience * epoch))
        self._steps = 0
        self._losses: list[float] = []

    def learned(self, loss: float) -> None:
        """Take in the loss of a step; those of the warm-up do not count."""
        self._steps += 1
        if self._steps <= self.course.rise:
            return
        self._losses = [*self._losses[-self._window + 1 :], loss]
        if len(self._losses) == self._window and not falls(self._losses):
            self._lower()
            self._losses = []

    def state(self) -> dict[str, Any]:
        """Return what it has taken in so far."""
        return {"height": self._height, "steps": self._steps, "losses": self._losses}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from a state."""
        self._height, self._steps = state["height"], state["steps"]
        self._losses = list(state["losses"])


# By their names in params.yaml.
SCHEDULES: Mapping[str, type[Schedule]] = {
    "cosine": Cosine,
    "one_cycle": OneCycle,
    "plateau_patience": PlateauPatience,
    "plateau_slope": PlateauSlope,
}


class Rates(torch.optim.lr_scheduler.LambdaLR):
    """Gives each group of an optimiser its learning rate and momentum, as a schedule says.

    A group that has ``"frozen_epochs"`` stands still in so many epochs at the beginning.
    """

    def __init__(self, optimizer: torch.optim.Optimizer, schedule: Schedule) -> None:
        self._schedule = schedule  # first: the base class takes step 0 at once
        course = schedule.course

        def rate(frozen_epochs: int) -> Callable[[int], float]:
            frozen = frozen_epochs * course.steps // course.epochs
            return lambda step: 0.0 if step < frozen else schedule.share(step)

        frozen = [group.get("frozen_epochs", 0) for group in optimizer.param_groups]
        super().__init__(optimizer, [rate(epochs) for epochs in frozen])

    def step(self, epoch: int | None = None) -> None:
        """Go to the next step."""
        super().step(epoch)
        momentum = self._schedule.momentum(self.last_epoch)
        if momentum is not None:
            set_momentum(self.optimizer, momentum)

    def state_dict(self) -> dict[str, Any]:
        """Return the state of the schedule too, as plain data."""
        state: dict[str, Any] = super().state_dict()
        return {**state, "_schedule": self._schedule.state()}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from a state."""
        self._schedule.restore(state_dict["_schedule"])
        super().load_state_dict({k: v for k, v in state_dict.items() if k != "_schedule"})


def warmup_cosine(step: int, steps: int, warmup: float) -> float:
    """Return the share of the highest learning rate at a step of ``steps``: up in a line, down in half a cosine."""
    rise = _rise(steps, warmup)
    if step < rise:
        return (step + 1) / rise
    done = min(1.0, (step - rise) / max(1, steps - rise))
    return 0.5 * (1.0 + math.cos(math.pi * done))


def _rise(steps: int, warmup: float) -> int:
    return max(1, round(steps * warmup))
