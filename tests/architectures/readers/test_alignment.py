"""Where characters are said to stand while a reader has learnt nothing yet."""

import pytest
import torch

from src.architectures.readers.alignment import (
    UNKNOWN,
    WARM_UP_STEPS,
    rough_alignment,
    warm_up_weight,
)
from src.architectures.readers.ctc import CTCNetwork
from src.inference.decoding.ctc_codec import BLANK, Codec
from src.models.base import TextTargets

CODEC = Codec("0123456789ABCH Z".replace(" ", ""))


class Silent(CTCNetwork):
    """A reader of which only what it says counts."""

    def columns(self, width: int) -> int:
        return width


def test_a_row_spreads_over_the_canvas() -> None:
    # Ten columns, four characters from 10 to 90%: middles at 0.2, 0.4, 0.6 and 0.8.
    (line,) = rough_alignment(CODEC, [("AB12",)], 10).tolist()
    a, b, one, two = CODEC.encode("AB12")
    assert line == [BLANK, BLANK, a, BLANK, b, BLANK, one, BLANK, two, BLANK]


def test_two_rows_stand_side_by_side() -> None:
    (line,) = rough_alignment(CODEC, [("ZH", "1234")], 32).tolist()
    shown = [(i, number) for i, number in enumerate(line) if number != BLANK]
    assert [number for _, number in shown] == CODEC.encode("ZH1234")
    assert [i < 16 for i, _ in shown] == [True, True, False, False, False, False]


@pytest.mark.parametrize("columns", [17, 24, 32])
def test_no_character_is_lost_where_there_are_columns_enough(columns: int) -> None:
    (line,) = rough_alignment(CODEC, [("ABCZH1234",)], columns).tolist()
    assert [number for number in line if number != BLANK] == CODEC.encode("ABCZH1234")


def test_a_plate_without_rows_says_nothing_and_one_without_text_blanks() -> None:
    assert (rough_alignment(CODEC, [()], 8) == UNKNOWN).all()
    assert (rough_alignment(CODEC, [("",)], 8) == BLANK).all()


def test_a_batch_of_which_nothing_is_known_has_a_finite_loss() -> None:
    logits = torch.zeros(1, 10, CODEC.classes)
    losses = Silent(CODEC.alphabet).loss((logits, logits), TextTargets(["AB12"], [()]), 0)
    assert torch.isfinite(losses["loss"])


def test_the_warm_up_fades() -> None:
    assert warm_up_weight(0) == 1.0
    assert warm_up_weight(WARM_UP_STEPS // 2) == 0.5
    assert warm_up_weight(WARM_UP_STEPS) == warm_up_weight(10 * WARM_UP_STEPS) == 0.0


def test_the_warm_up_is_part_of_the_loss_at_first_only() -> None:
    torch.manual_seed(1)
    last, early = torch.randn(2, 1, 10, CODEC.classes)
    targets = TextTargets(["A1"], [("A1",)])

    def loss(step: int) -> float:
        return Silent(CODEC.alphabet).loss((last, early), targets, step)["loss"].item()

    rough = rough_alignment(CODEC, targets.rows, 10)
    expected = torch.nn.functional.cross_entropy(early[0], rough[0]).item()
    assert loss(0) - loss(WARM_UP_STEPS) == pytest.approx(expected, rel=1e-4)
    assert loss(WARM_UP_STEPS) == loss(WARM_UP_STEPS + 1)
