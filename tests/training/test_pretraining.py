"""A reader that learns without texts first: stopped in either phase, it ends as if it had not been."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from src.architectures.readers.registry import build_reader
from src.common.config import load_config
from src.common.errors import UserError
from src.common.plates import LabelledPlate
from src.datasets.prepared import Sample, write_prepared
from src.datasets.teacher import TEACHER, TeacherCard, write_teacher_card
from src.datasets.training_split import write_training_split
from src.models.base import Reader
from src.ocr import train
from src.ocr.batches import collate
from src.ocr.objective import ReadingObjective
from src.ocr.pretraining import PRETRAINING, Reconstruction, forget_pretraining, pretrain
from src.training.data import frozen_batches, training_batches
from src.training.fit import finish, fit
from tests.architectures.readers.tiny import TRANSFORMER
from tests.training.goals import SETTINGS, same, weights

pytestmark = pytest.mark.usefixtures("out")
SIZE = (8, 24)
# Pictures of an epoch, epochs of either phase.
LENGTH, EPOCHS = 6, 2
DROPPING = {**TRANSFORMER, "places": 3, "block_dropout": 0.2}


def render(index: int) -> Sample:
    image = np.random.default_rng(index).integers(0, 256, SIZE, np.uint8)
    return Sample(image, (LabelledPlate(text="01"[: index % 3], lines=1),))


class Interrupted:
    """Draws as `render` does, and is stopped from outside at a picture."""

    def __init__(self, stop: int | None) -> None:
        self.drawn, self.stop = 0, stop

    def __call__(self, index: int) -> Sample:
        if self.drawn == self.stop:
            raise RuntimeError("stopped from outside")
        self.drawn += 1
        return render(index)


def stage(stop: int | None = None, epochs: int = EPOCHS) -> tuple[Reader, int]:
    """Train in both phases; return the reader and how many pictures were drawn."""
    torch.manual_seed(1)
    network = build_reader("mask_ocr", DROPPING, SIZE, "01")
    draw = Interrupted(stop)
    plates = training_batches(draw, collate, LENGTH, 4, 0)
    frozen = frozen_batches([render(1000 + i) for i in range(5)], collate, 4)
    settings = replace(SETTINGS, epochs=EPOCHS, lr=0.01)
    common = (plates, frozen, settings, {"what": "one"})
    pretrain(network, epochs, *common, lambda: None)
    fit("ocr", network, ReadingObjective(network), *common)
    return network, draw.drawn


def test_what_is_learned_first_stays(out: Path) -> None:
    network, drawn = stage()
    assert drawn == 2 * EPOCHS * LENGTH
    assert (out / f"runs/{PRETRAINING}/metrics.json").is_file()
    finish("ocr")
    forget_pretraining()
    without, drawn = stage(epochs=0)
    assert drawn == EPOCHS * LENGTH
    assert not same(weights(network), weights(without))


@pytest.mark.slow
@pytest.mark.parametrize("stop", [LENGTH + 2, 2 * LENGTH + 1, 3 * LENGTH + 2])
def test_a_stopped_run_ends_like_an_undisturbed_one(stop: int) -> None:
    undisturbed, whole = stage()
    finish("ocr")
    forget_pretraining()
    with pytest.raises(RuntimeError, match="stopped from outside"):
        stage(stop)
    resumed, drawn = stage()
    assert drawn == whole - stop // LENGTH * LENGTH
    assert same(weights(resumed), weights(undisturbed))


def test_only_the_encoder_is_changed() -> None:
    torch.manual_seed(1)
    network = build_reader("mask_ocr", DROPPING, SIZE, "01")
    before = weights(network)
    frozen = frozen_batches([render(i) for i in range(5)], collate, 4)
    settings = replace(SETTINGS, patience=1)
    pretrain(network, 1, frozen, frozen, settings, {"what": "one"}, lambda: None)
    changed = {name for name, value in weights(network).items() if not value.equal(before[name])}
    assert changed == {name for name in before if name.startswith("encoder.")}


def test_it_learns_to_tell_what_is_hidden() -> None:
    # Plates of one grey on the left and another on the right: a few strips say all of it.
    def halves(index: int) -> Sample:
        sides = np.random.default_rng(index).permutation([40, 200]).astype(np.uint8)
        image = np.repeat(np.repeat(sides, SIZE[1] // 2)[None], SIZE[0], 0)
        return Sample(image, (LabelledPlate(text="", lines=1),))

    torch.manual_seed(1)
    network = build_reader("mask_ocr_small", {**TRANSFORMER, "mask_share": 0.5}, SIZE, "01")
    learner, batch = network.pretraining(), collate([halves(i) for i in range(16)])
    assert learner is not None
    objective = Reconstruction()
    optimizer = torch.optim.AdamW(learner.parameters(), lr=0.005)
    for step in range(80):
        optimizer.zero_grad()
        objective.loss(learner, learner(batch["images"]), batch, step)["loss"].backward()
        optimizer.step()
    objective.collect(learner.eval()(batch["images"]).detach(), batch)
    assert objective.metrics()["val_told"] > 0.8


def test_share_told_is_of_all_plates() -> None:
    objective = Reconstruction()
    batch = collate([render(0)])
    objective.collect(torch.tensor([0.5, 0.5, 0.2]), batch)
    objective.collect(torch.tensor([0.0]), batch)
    assert objective.metrics() == {"val_told": pytest.approx(1 - 1.2 / 4)}
    raw = torch.tensor([0.25, 0.75])
    assert objective.loss(torch.nn.Identity(), raw, batch, 0)["loss"] == 0.5


def test_a_reader_that_learns_from_texts_alone_says_so() -> None:
    network = build_reader("ctc_reader", {"channels": [4, 4, 4, 4], "hidden": 4}, (32, 64), "01")
    pretrain(network, 0, [], [], SETTINGS, {}, lambda: None)
    with pytest.raises(UserError, match=r"PRETRAIN_EPOCHS is 2 .*CTCReader .*set it to 0"):
        pretrain(network, 2, [], [], SETTINGS, {}, lambda: None)


def test_a_teacher_that_cannot_teach_is_named_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "ocr"
    write_training_split(folder / "train.json", 1, LENGTH)
    write_prepared(folder, "val", lambda _: Sample(np.zeros(SIZE, np.uint8), ()), 2, 0)
    (folder / TEACHER).mkdir()
    write_teacher_card(folder / TEACHER, TeacherCard("release", "0", "ctc", "AB", 32, 128))
    monkeypatch.setattr(train, "PREPARED", tmp_path)
    config = replace(load_config(), ocr_model="mask_ocr_small")
    monkeypatch.setattr(train, "load_config", lambda: config)
    monkeypatch.setattr(train, "pretrain", lambda *_: pytest.fail("it began to learn"))
    with pytest.raises(UserError, match="no network whose output is slots learns from one"):
        train.train(fit, 1)
