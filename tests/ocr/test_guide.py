"""Where characters are said to stand while a reader has learnt nothing yet."""

import numpy as np
import pytest
import torch

from src.datasets.prepared import Sample, Truth
from src.models.base import Reader
from src.models.decoding.ctc import BLANK, Codec
from src.ocr.batches import collate
from src.ocr.guide import GUIDED_STEPS, UNKNOWN, guidance, rough_classes, rows_of
from src.ocr.objective import ReadingObjective

CODEC = Codec("0123456789ABCH Z".replace(" ", ""))
QUAD = np.zeros((4, 2), np.float32)


class Silent(Reader):
    """A reader of which only what it says counts."""

    def columns(self, width: int) -> int:
        return width


def test_a_row_spreads_over_the_canvas() -> None:
    # Ten columns, four characters from 10 to 90%: middles at 0.2, 0.4, 0.6 and 0.8.
    (line,) = rough_classes(CODEC, [("AB12",)], 10).tolist()
    a, b, one, two = CODEC.encode("AB12")
    assert line == [BLANK, BLANK, a, BLANK, b, BLANK, one, BLANK, two, BLANK]


def test_two_rows_stand_side_by_side() -> None:
    (line,) = rough_classes(CODEC, [("ZH", "1234")], 32).tolist()
    shown = [(i, number) for i, number in enumerate(line) if number != BLANK]
    assert [number for _, number in shown] == CODEC.encode("ZH1234")
    assert [i < 16 for i, _ in shown] == [True, True, False, False, False, False]


@pytest.mark.parametrize("columns", [17, 24, 32])
def test_no_character_is_lost_where_there_are_columns_enough(columns: int) -> None:
    (line,) = rough_classes(CODEC, [("ABCZH1234",)], columns).tolist()
    assert [number for number in line if number != BLANK] == CODEC.encode("ABCZH1234")


def test_rows_of_plates() -> None:
    assert rows_of(Truth("ZH1", "ZH", 1, QUAD)) == ("ZH1",)
    assert rows_of(Truth("ZH1", "ZH", 2, QUAD)) == ("ZH", "1")
    assert rows_of(Truth("", "", 2, QUAD)) == ("",)
    # A foreign plate of two rows: nobody says where its text is parted.
    assert rows_of(Truth("AB12", "", 2, QUAD)) == ()
    assert (rough_classes(CODEC, [()], 8) == UNKNOWN).all()
    assert (rough_classes(CODEC, [("",)], 8) == BLANK).all()


def test_a_batch_of_which_nothing_is_known_has_a_finite_loss() -> None:
    foreign = Truth("AB12", "", 2, QUAD)
    batch = collate([Sample(np.zeros((8, 8), np.uint8), (foreign,))])
    network, objective = Silent(), ReadingObjective(CODEC)
    raw = torch.zeros(1, 10, CODEC.classes)
    network.early = raw
    assert torch.isfinite(objective.loss(network, raw, batch)["loss"])


def test_guidance_fades() -> None:
    assert guidance(0) == 1.0
    assert guidance(GUIDED_STEPS // 2) == 0.5
    assert guidance(GUIDED_STEPS) == guidance(10 * GUIDED_STEPS) == 0.0


def test_guidance_is_part_of_the_loss_at_first_only() -> None:
    batch = collate([Sample(np.zeros((8, 8), np.uint8), (Truth("A1", "A", 1, QUAD),))])
    torch.manual_seed(1)
    raw, early = torch.randn(2, 1, 10, CODEC.classes)
    network, objective = Silent(), ReadingObjective(CODEC)

    def loss(step: int) -> float:
        network.early, objective.step = early, step
        return objective.loss(network, raw, batch)["loss"].item()

    rough = rough_classes(CODEC, batch["rows"], 10)
    expected = torch.nn.functional.cross_entropy(early[0], rough[0]).item()
    assert loss(0) - loss(GUIDED_STEPS) == pytest.approx(expected, rel=1e-4)
    assert loss(GUIDED_STEPS) == loss(GUIDED_STEPS + 1)
