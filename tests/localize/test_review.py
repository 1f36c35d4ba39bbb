"""Evaluation of the localizer: every picture of the set counts, once."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from src.common.plates import LabelledPlate
from src.datasets.prepared import PreparedSet, Sample, read_prepared, write_prepared
from src.inference.detection import Detection
from src.inference.runtime import Raws, only
from src.localize.batches import collate, targets
from src.localize.objective import LocalizeObjective
from src.localize.refiner_crops import CroppedScene
from src.localize.review import review
from src.models.base import Localizer, PlateTargets, one_tensor
from src.models.torch_runtime import Output

QUAD = np.array([[8, 8], [48, 8], [48, 18], [8, 18]], np.float32)
AWAY = QUAD + np.array((0, 20), np.float32)
# By picture: the true plates, and what is found with which score.
TRUE = [[QUAD], [QUAD, AWAY], [], [], [QUAD]]
FOUND = [[(QUAD, 0.9)], [(AWAY, 0.8)], [(QUAD, 0.7)], [], [(QUAD, 0.2)]]


class ScriptedLocalizer(Localizer):
    """Finds what is written for the number in the picture's first pixel."""

    multiple = 1

    def forward(self, images: Tensor) -> Tensor:
        return images[:, 0, 0, 0].float()

    def loss(self, raw: Output, targets: PlateTargets) -> dict[str, Tensor]:
        return {"loss": one_tensor(raw).sum()}

    def decode(self, raw: Raws, height: int, width: int, min_score: float) -> list[list[Detection]]:
        assert (height, width) == (40, 64)
        numbers = only(raw).tolist()
        return [[Detection(q, s, 1) for q, s in FOUND[int(i)] if s >= min_score] for i in numbers]


def seen(index: int) -> CroppedScene:
    return CroppedScene(draw(index), ())


def draw(index: int) -> Sample:
    plates = tuple(LabelledPlate("ZH1", "ZH", 1, quad) for quad in TRUE[index])
    return Sample(np.full((40, 64), index, np.uint8), plates)


@pytest.fixture
def prepared(tmp_path: Path) -> PreparedSet:
    write_prepared(tmp_path, "val", draw, len(TRUE), 0)
    return read_prepared(tmp_path, "val")


@pytest.mark.parametrize("batch_size", [1, 2, 5, 64])
def test_the_whole_set_counts_whatever_the_batch(prepared: PreparedSet, batch_size: int) -> None:
    # Mistake 7: one batch was evaluated, and there was no metric.
    metrics = review(ScriptedLocalizer(), prepared, batch_size, 0.3).metrics()
    assert metrics["pictures"] == 5
    assert metrics["plates"] == 4
    assert metrics["recall"] == pytest.approx(2 / 4)
    assert metrics["false_per_empty_picture"] == pytest.approx(1 / 2)
    # By falling score: hit, hit, miss, hit; four plates, of which one is never found.
    assert metrics["ap50"] == pytest.approx((1 + 1 + 3 / 4) / 4)
    assert metrics["corner_error_px_p99"] == pytest.approx(0, abs=1e-3)


def test_training_judges_like_evaluation(prepared: PreparedSet) -> None:
    objective = LocalizeObjective(ScriptedLocalizer(), 0.3)
    for start in range(0, 5, 2):
        batch = collate([CroppedScene(prepared[i], ()) for i in range(start, min(start + 2, 5))])
        objective.collect(ScriptedLocalizer()(batch["images"]), batch)
    during = objective.metrics()
    after = review(ScriptedLocalizer(), prepared, 2, 0.3).metrics()
    assert during == {f"val_{k}": pytest.approx(v) for k, v in after.items() if v is not None}
    assert objective.metrics() == {"val_ap75": 0.0, "val_pictures": 0.0, "val_plates": 0.0}


def test_pictures_do_not_overwrite_each_other(prepared: PreparedSet, tmp_path: Path) -> None:
    review(ScriptedLocalizer(), prepared, 2, 0.3).save_pictures(tmp_path / "images", 3)
    names = {path.name for path in (tmp_path / "images").iterdir()}
    assert names == {"predictions.jpg", "worst.jpg"}


def test_batches_are_padded_and_the_padding_is_no_plate() -> None:
    batch = collate([seen(i) for i in (0, 1, 2)])
    assert batch["images"].shape == (3, 1, 40, 64)
    assert batch["images"].dtype == torch.uint8
    assert batch["quads"].shape == (3, 2, 4, 2)
    assert batch["lines"].tolist() == [[1, 0], [1, 1], [0, 0]]
    assert np.array_equal(batch["quads"][1, 1].numpy(), AWAY)
    assert targets(batch).lines is batch["lines"]


def test_a_batch_without_any_plate() -> None:
    batch = collate([seen(2), seen(3)])
    assert batch["quads"].shape == (2, 1, 4, 2)
    assert batch["lines"].tolist() == [[0], [0]]
