"""Evaluation of the reader: every plate of the set counts, once."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from src.common.geometry import UNIT_SQUARE
from src.datasets.prepared import PreparedSet, Sample, Truth, read_prepared, write_prepared
from src.models.base import Reader
from src.models.codec import BLANK, Codec
from src.ocr.looks import offsets, widen
from src.ocr.review import corner_errors, review
from src.stack.torch_models import recognise

CODEC = Codec("012ZHBE")
TEXTS = ["ZH1", "BE11", "", "ZH2", "BE0", "", "ZH12"]
# What the reader below says to picture i; wrong for the second and the last plate, and for the last without one.
SAID = ["ZH1", "BE1", "", "ZH2", "BE0", "B", "ZH21"]


# Where a plate's corners lie in the wide look when it was supposed right.
WIDENED = offsets(80 * UNIT_SQUARE, widen(80 * UNIT_SQUARE))


class Parrot(Reader):
    """Looks at the first pixel, which holds the picture's number, and says what is written for it."""

    straightens = False

    def columns(self, width: int) -> int:
        return width // 4

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        logits = torch.full((len(images), self.columns(images.shape[3]), CODEC.classes), -9.0)
        logits[:, :, BLANK] = 0.0
        for row, number in zip(logits, images[:, 0, 0, 0].tolist(), strict=True):
            for place, character in enumerate(CODEC.encode(SAID[int(number)])):
                row[2 * place, character] = 9.0
        return logits, torch.zeros(len(images), 4, 2)


def draw(index: int) -> Sample:
    quad = np.array([[0, 0], [64, 0], [64, 16], [0, 16]], np.float32)
    return Sample(
        np.full((16, 64), index, np.uint8), (Truth(TEXTS[index], TEXTS[index][:2], 1, quad),)
    )


@pytest.fixture
def prepared(tmp_path: Path) -> PreparedSet:
    write_prepared(tmp_path, "val", draw, len(TEXTS), 0)
    return read_prepared(tmp_path, "val")


@pytest.mark.parametrize("batch_size", [1, 3, 7, 100])
def test_the_whole_set_counts_whatever_the_batch(prepared: PreparedSet, batch_size: int) -> None:
    # Mistake 7: one batch was evaluated.
    metrics = review(Parrot(), CODEC, prepared, batch_size).metrics()
    assert metrics["plates"] == 7
    assert metrics["exact"] == pytest.approx(3 / 5)
    assert metrics["exact_no_plate"] == pytest.approx(1 / 2)
    assert metrics["cer"] == pytest.approx((1 + 2) / (3 + 4 + 3 + 3 + 4))
    assert metrics["by_length"] == {"3": 1.0, "4": 0.0}
    assert metrics["by_canton"] == {"BE": 0.5, "ZH": pytest.approx(2 / 3)}


def test_serving_reads_what_evaluation_reads(prepared: PreparedSet) -> None:
    # Mistake 8: training and serving preprocessed differently.
    texts = [d.text for d in review(Parrot(), CODEC, prepared, 3).read]
    probabilities, _ = recognise(ParrotWithWeights(), np.array(prepared.images))
    served = [CODEC.decode(one).text for one in probabilities]
    assert texts == served == SAID


class ParrotWithWeights(Parrot):
    """`recognise` asks the weights for the device."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))


class Straightener(Parrot):
    """Says of every plate that the localizer was right, but for the last one's left edge: that is to move."""

    straightens = True

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        logits, _ = super().forward(images)
        told = torch.from_numpy(WIDENED).repeat(len(images), 1, 1)
        told[images[:, 0, 0, 0] == len(TEXTS) - 1, 0, 0] += 0.1
        return logits, told


def draw_wide(index: int) -> Sample:
    """Plates in the wide look: without an error, but the one of number 0, 0.2 heights too low."""
    quad = (UNIT_SQUARE + WIDENED).astype(np.float32)
    quad[:, 1] += 0.2 * (quad[3, 1] - quad[0, 1]) * (index == 0)
    quad *= np.array([64, 16], np.float32)
    return replace(draw(index), plates=(replace(draw(index).plates[0], quad=quad),))


@pytest.mark.parametrize("batch_size", [1, 3, 100])
def test_worst_corner_before_and_after_straightening(tmp_path: Path, batch_size: int) -> None:
    write_prepared(tmp_path, "wide", draw_wide, len(TEXTS), 0)
    wide = read_prepared(tmp_path, "wide")
    errors = corner_errors(Straightener(), wide, batch_size)
    assert errors is not None
    # Five plates are shown: one that was 0.2 heights off, which nobody corrected, and four that were right; they are
    # frozen to a thousandth of a pixel.
    before = np.percentile([0.2, 0, 0, 0, 0], [50, 90, 99])
    assert list(errors["before"].values()) == pytest.approx(before, abs=1e-3)
    # The last was moved by a tenth of the canvas's width, 0.4 of its heights; the plate has 1/1.5 of the height.
    after = np.percentile([0.2, 0, 0, 0, 0.4 * 1.5], [50, 90, 99])
    assert list(errors["after"].values()) == pytest.approx(after, abs=1e-3)
    assert list(errors["after"]) == ["p50", "p90", "p99"]


def test_no_corner_errors_where_there_are_none(tmp_path: Path, prepared: PreparedSet) -> None:
    assert corner_errors(Parrot(), prepared, 3) is None
    write_prepared(tmp_path, "wide", lambda _: draw(TEXTS.index("")), 2, 0)
    assert corner_errors(Straightener(), read_prepared(tmp_path, "wide"), 3) is None


def test_pictures_do_not_overwrite_each_other(prepared: PreparedSet, tmp_path: Path) -> None:
    review(Parrot(), CODEC, prepared, 3).save_pictures(tmp_path / "images", 4)
    names = {path.name for path in (tmp_path / "images").iterdir()}
    assert {"predictions.jpg", "worst.jpg", "confusion.png", "by_length.png"} <= names
