"""Learning from a trained network as well: distances by hand, what is refused, and what it brings."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from src.common.errors import UserError
from src.datasets.teacher import NETWORK, TEACHER, TeacherCard, write_teacher_card
from src.inference.decoding.ctc import CTC
from src.localize.distance import cell_distance
from src.ocr.distance import column_distance, distances
from src.training.batch import Batch
from src.training.fit import fit
from src.training.teacher import Comparison, TaughtObjective, Teacher, taught
from tests.checkout import TINY, clone, options
from tests.training.goals import SETTINGS, Goal, Net, loaders

CARD = TeacherCard("release", "0123", CTC, "AB", 32, 128)
LEARNER = replace(CARD, teacher="", model="")


def test_columns_by_hand() -> None:
    # Half and half against 0.2 and 0.8, whose logits are halved by the temperature.
    theirs = torch.tensor([[[0.0, 0.0]]])
    own = torch.tensor([[[2 * math.log(0.2), 2 * math.log(0.8)]]])
    divergence = 0.5 * math.log(0.5 / 0.2) + 0.5 * math.log(0.5 / 0.8)
    assert column_distance(own, theirs, 2.0).item() == pytest.approx(4 * divergence, rel=1e-5)
    # A mean over columns and pictures.
    both = torch.cat([own, theirs], 1).repeat(3, 1, 1)
    known = torch.cat([theirs, theirs], 1).repeat(3, 1, 1)
    assert column_distance(both, known, 2.0).item() == pytest.approx(2 * divergence, rel=1e-5)
    assert column_distance(known, known, 2.0).item() == pytest.approx(0, abs=1e-7)


def test_cells_by_hand() -> None:
    taught_raw = torch.zeros(1, 10, 1, 3)
    taught_raw[0, 0, 0] = torch.tensor([50.0, -50.0, -50.0])  # a plate in the first cell alone
    raw = taught_raw.clone()
    assert cell_distance(raw, taught_raw).item() == pytest.approx(0, abs=1e-6)
    # A corner that is a cell off: smooth L1 of 1 - 0.5 / 2, one of eight. Elsewhere corners do not count.
    raw[0, 1, 0, 0] = 0.25
    raw[0, 1, 0, 1] = 9.0
    assert cell_distance(raw, taught_raw).item() == pytest.approx(0.75 / 8)
    raw[0, 0, 0, 1] = 0.0  # sees a plate with one half where there is none
    assert cell_distance(raw, taught_raw).item() == pytest.approx(0.75 / 8 + math.log(2))


class Asked:
    """Answers with what another network says, and counts the pictures."""

    def __init__(self, network: nn.Module) -> None:
        self.network, self.pictures = network.eval(), 0

    def __call__(self, pictures: Any) -> Any:
        self.pictures += len(pictures)
        with torch.inference_mode():
            # Asked amid a training in bf16, torch would answer so; ONNX Runtime never does.
            return self.network(torch.from_numpy(pictures)).float().numpy()


def square(raw: Tensor, answers: Tensor) -> Tensor:
    return (raw - answers).square().mean()


SQUARE = Comparison(lambda raw: raw, square)


def test_what_stands_behind_the_classes_is_compared_with_nothing() -> None:
    # A network that tells two countries apart, a teacher that tells three.
    own, theirs = (
        torch.randn(2, 5, 3 + 2),
        np.random.default_rng(1).random((2, 5, 3 + 3), np.float32),
    )

    class Free(Goal):
        def loss(self, network: nn.Module, raw: Any, batch: Batch, step: int) -> dict[str, Tensor]:
            return {"loss": torch.zeros(())}

    comparison = distances(2.0, 3)[CTC]
    objective = TaughtObjective(
        Free(Net(), []), Teacher(CARD, lambda pictures: theirs), comparison, 1.0
    )
    batch: Batch = {"images": torch.zeros(2, 1, 4, 4)}
    with_countries = objective.loss(nn.Identity().train(), own, batch, 0)["teacher_loss"]
    alone = column_distance(own[..., :3], torch.from_numpy(theirs[..., :3]), 2.0)
    assert with_countries.item() == pytest.approx(alone.item())


@pytest.mark.usefixtures("out")
def test_training_learns_from_it_and_validation_is_as_it_was() -> None:
    torch.manual_seed(5)
    asked = Asked(nn.Sequential(nn.Flatten(), nn.Linear(16, 1)))
    goal = Goal(Net(), [0.1, 0.2, 0.3])
    objective = TaughtObjective(goal, Teacher(CARD, asked), SQUARE, 10.0)
    metrics = fit("ocr", goal.network, objective, *loaders(), SETTINGS, {})
    assert metrics is not None
    # Six pictures in each of three epochs; it is not asked about those of validation.
    assert asked.pictures == 18
    assert metrics["train_loss"] > 10 * metrics["train_teacher_loss"] > 0
    assert "val_teacher_loss" not in metrics
    assert metrics["val_good"] == pytest.approx(0.3)


def unseen_error(weight: float) -> float:
    """How far a network is from the truth after few and noisy labels. The teacher knows the truth."""
    torch.manual_seed(6)
    truth, network = nn.Linear(8, 4), nn.Linear(8, 4)
    x = torch.randn(12, 8)
    noisy = truth(x).detach() + torch.randn(12, 4)

    class Labels(Goal):
        def loss(self, network: nn.Module, raw: Any, batch: Batch, step: int) -> dict[str, Tensor]:
            return {"loss": (raw - noisy).square().mean()}

    teacher = Teacher(CARD, Asked(truth))
    objective = TaughtObjective(Labels(network, []), teacher, SQUARE, weight)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.05)
    for _ in range(200):
        optimizer.zero_grad()
        objective.loss(network, network(x), {"images": x}, 0)["loss"].backward()
        optimizer.step()
    seen = torch.randn(500, 8)
    return float((network(seen) - truth(seen)).detach().square().mean())


def test_a_teacher_that_knows_better_than_the_labels_wins() -> None:
    assert unseen_error(3.0) < 0.3 * unseen_error(0.0)


def test_outputs_of_another_shape_are_refused() -> None:
    network = Net()
    objective = TaughtObjective(
        Goal(network, []), Teacher(CARD, lambda p: np.zeros((len(p), 7), np.float32)), SQUARE, 1.0
    )
    batch: Batch = {"images": torch.zeros(2, 1, 4, 4)}
    with pytest.raises(
        UserError, match=r"the teacher release answers \(7,\) to a picture, and the network"
    ):
        objective.loss(network, network(batch["images"]), batch, 0)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"decoding": "slots"}, "no network whose output is slots learns from one (ctc does)"),
        ({"alphabet": "ABC"}, "its alphabet is AB, not ABC; choose another teacher"),
        ({"height": 48}, "its height is 32, not 48"),
        ({"width": 96}, "its width is 128, not 96"),
    ],
)
def test_a_teacher_of_something_else_is_refused(
    tmp_path: Path, changed: dict[str, Any], message: str
) -> None:
    (tmp_path / TEACHER).mkdir()
    write_teacher_card(tmp_path / TEACHER, CARD)
    with pytest.raises(UserError) as caught:
        taught(Goal(Net(), []), tmp_path, replace(LEARNER, **changed), distances(2.0, 3), 1.0)
    assert message in str(caught.value)


def test_damage_is_named(tmp_path: Path) -> None:
    (tmp_path / TEACHER).mkdir()
    with pytest.raises(UserError, match=r"teacher\.json is missing or damaged"):
        taught(Goal(Net(), []), tmp_path, LEARNER, distances(2.0, 3), 1.0)
    write_teacher_card(tmp_path / TEACHER, CARD)
    (tmp_path / TEACHER / NETWORK).write_bytes(b"no network")
    with pytest.raises(UserError, match=r"network\.onnx is damaged"):
        taught(Goal(Net(), []), tmp_path, LEARNER, distances(2.0, 3), 1.0)


def test_without_a_teacher_the_objective_is_as_it_was(tmp_path: Path) -> None:
    goal = Goal(Net(), [])
    assert taught(goal, tmp_path, LEARNER, distances(2.0, 3), 1.0) is goal


@pytest.mark.slow
def test_both_networks_learn_from_the_release(tmp_path: Path) -> None:
    checkout = clone(tmp_path).with_identity()
    small = {
        **TINY,
        "BATCH_SIZE": 16,
        "LocalizeModelParams.CHANNELS": "[8,8,8,8]",
        "OCRModelParams.CHANNELS": "[8,8,8,8]",
    }
    wanted = options(small, ["teacher=release/swiss"])
    said = checkout.ok("dvc", "exp", "run", *wanted, "train_localize", "train_ocr")
    for name in ("localize", "ocr"):
        assert f"{name}: training learns from model " in said
        assert "train_teacher_loss" in (checkout.root / f"out/runs/{name}/metrics.json").read_text()
    # Nothing is left of it.
    checkout.edit("params.yaml", "teacher: release/swiss", "teacher: none")
    checkout.ok("dvc", "repro", "prepare_ocr")
    assert not (checkout.root / "data/prepared/ocr" / TEACHER).exists()
    checkout.edit("params.yaml", "teacher: none", "teacher: nowhere")
    done = checkout.run("dvc", "repro", "prepare_ocr")
    assert "teacher in params.yaml: 'nowhere' is no folder" in done.stderr
