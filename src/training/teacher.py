"""Learning from a trained network as well: distillation (Hinton et al. 2015, arXiv:1503.02531)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

import torch
from torch import Tensor, nn

from ..common.errors import UserError
from ..datasets.teacher import NETWORK, TEACHER, TeacherCard, read_teacher_card
from ..inference.runtime import Run, onnx_run
from ..models.torch_runtime import Output
from .batch import Batch
from .task import Objective

B = TypeVar("B", bound=Batch)
# How far raw outputs (N, …) are from a teacher's of the same shape: a scalar, 0 where they are equal. With several
# processes their mean is that of the whole batch, see src/models/distributed.py.
Distance = Callable[[Tensor, Tensor], Tensor]


class Comparison(NamedTuple):
    """What of raw outputs is compared with a teacher's, and how far that is from it."""

    compared: Callable[[Tensor], Tensor]
    distance: Distance


@dataclass(frozen=True)
class Teacher:
    """A trained network, as a function from pictures to raw outputs, and what it is."""

    card: TeacherCard
    run: Run


class TaughtObjective(Generic[B]):
    """An objective whose loss in training has ``weight`` times the distance from a teacher's raw output as well.

    In validation the loss is the objective's own.
    """

    def __init__(
        self, objective: Objective[B], teacher: Teacher, comparison: Comparison, weight: float
    ) -> None:
        self.monitor = objective.monitor
        self._objective, self._teacher = objective, teacher
        self._comparison, self._weight = comparison, weight

    def loss(self, network: nn.Module, raw: Output, batch: B, step: int) -> dict[str, Tensor]:
        """Return the objective's losses, and in training "teacher_loss".

        Raises UserError for a teacher whose outputs have another shape.
        """
        losses = self._objective.loss(network, raw, batch, step)
        if not network.training:
            return losses
        # What else a network gives in training is for its own loss.
        compared, distance_of = self._comparison
        own = compared(raw if isinstance(raw, Tensor) else raw[0]).float()
        pictures = batch["images"].contiguous().cpu().numpy()
        answers = compared(torch.from_numpy(self._teacher.run(pictures))).to(own.device)
        if own.shape != answers.shape:
            raise UserError(
                f"the teacher {self._teacher.card.teacher} answers {tuple(answers.shape[1:])} to a picture, and the "
                f"network {tuple(own.shape[1:])}: choose another teacher in params.yaml, or the network that it has"
            )
        distance = distance_of(own, answers)
        return {
            **losses,
            "loss": losses["loss"] + self._weight * distance,
            "teacher_loss": distance,
        }

    def collect(self, raw: Output, batch: B) -> None:
        """Take in one validation batch's raw outputs."""
        self._objective.collect(raw, batch)

    def metrics(self) -> dict[str, float]:
        """Return the objective's metrics."""
        return self._objective.metrics()


def taught(
    objective: Objective[B],
    prepared: Path,
    learner: TeacherCard,
    distances: Mapping[str, Comparison],
    weight: float,
) -> Objective[B]:
    """Return an objective that learns from the teacher of a prepared set as well, or as it is where there is none.

    learner: what the network that learns is. distances: by the decoding of raw outputs. weight: of the distance in the
    loss. Raises UserError for a teacher whose answers mean something else, and a network that cannot be taught.
    """
    folder = prepared / TEACHER
    if not folder.is_dir():
        return objective
    card = read_teacher_card(folder)
    if learner.decoding not in distances:
        raise UserError(
            f"teacher is {card.teacher} in params.yaml, and no network whose output is {learner.decoding} learns from "
            f"one ({', '.join(sorted(distances))} does): set it to none"
        )
    for what, theirs, own in (
        ("output", card.decoding, learner.decoding),
        ("alphabet", card.alphabet, learner.alphabet),
        ("height", card.height, learner.height),
        ("width", card.width, learner.width),
    ):
        if theirs != own:
            raise UserError(
                f"the teacher {card.teacher} cannot teach this network: its {what} is {theirs}, not {own}; choose "
                "another teacher in params.yaml, or none"
            )
    teacher = Teacher(card, onnx_run(folder / NETWORK))
    return TaughtObjective(objective, teacher, distances[learner.decoding], weight)
