"""Both readers: enough columns, no NaN, and a loss that is a likelihood."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from params import OCRModelParams, OCRParams
from src.common.errors import UserError
from src.generators.formats import FORMATS
from src.models.base import Reader
from src.models.baselines import PlateOCRV2
from src.models.codec import BLANK, Codec
from src.models.ctc_reader import CTCReader, standardise
from src.ocr.objective import ASPECT, CORNERS, ReadingObjective, require_columns

CODEC = Codec("0123456789ABC")
P = OCRModelParams
READERS: dict[str, Callable[[], Reader]] = {
    "ctc_reader": lambda: CTCReader(P.CHANNELS, P.HIDDEN, P.DROPOUT, CODEC.classes, 32, 128),
    "plate_ocr_v2": lambda: PlateOCRV2(CODEC.classes, 32),
}


@pytest.fixture(scope="module", params=sorted(READERS))
def reader(request: pytest.FixtureRequest) -> Reader:
    torch.manual_seed(1)
    return READERS[request.param]().eval()


def test_columns_are_what_comes_out(reader: Reader) -> None:
    plates = torch.randint(0, 256, (3, 1, 32, 128), dtype=torch.uint8)
    logits, corners = reader(plates)
    assert logits.shape == (3, reader.columns(128), CODEC.classes)
    assert corners.shape == (3, 4, 2)
    assert reader.straightens or not corners.any()


def test_columns_are_looked_at_and_not_stretched(reader: Reader) -> None:
    # Mistake 2 of the reference: few feature columns stretched to more time steps look the same in pairs.
    torch.manual_seed(2)
    plate = torch.randint(0, 256, (1, 1, 32, 128), dtype=torch.uint8)
    steps = reader(plate)[0][0].diff(dim=0).abs().amax(1)
    assert (steps > 1e-6).all()


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_default_canvas_has_room_for_the_longest_text(reader: Reader, name: str) -> None:
    longest = FORMATS[name].max_length
    assert reader.columns(OCRParams.IMG_WIDTH) >= 2 * longest - 1
    require_columns(reader, OCRParams.IMG_WIDTH, longest)


def test_a_narrow_canvas_is_refused(reader: Reader) -> None:
    require_columns(reader, 60, 8)  # 15 columns: just enough
    with pytest.raises(UserError, match=r"14 columns.* 15.*IMG_WIDTH"):
        require_columns(reader, 56, 8)


@pytest.mark.parametrize("grey", [0, 255])
def test_flat_plates_give_numbers(reader: Reader, grey: int) -> None:
    plates = torch.full((2, 1, 32, 128), grey, dtype=torch.uint8)
    assert all(torch.isfinite(out).all() for out in reader(plates))
    assert torch.equal(standardise(plates), torch.zeros(2, 1, 32, 128))


def test_each_plate_is_read_on_its_own(reader: Reader) -> None:
    torch.manual_seed(3)
    plates = torch.randint(0, 256, (2, 1, 32, 128), dtype=torch.uint8)
    for both, alone in zip(reader(plates), reader(plates[1:]), strict=True):
        assert torch.allclose(both[1:], alone, atol=1e-5)


def test_contrast_and_brightness_do_not_matter() -> None:
    torch.manual_seed(4)
    plate = torch.rand(1, 1, 32, 128) * 255
    assert torch.allclose(standardise(plate), standardise(0.8 * plate + 20), atol=1e-2)


class Look(Reader):
    """A reader that is never run."""

    def __init__(self, straightens: bool) -> None:
        super().__init__()
        self.straightens = straightens

    def columns(self, width: int) -> int:
        return width


def loss_of(logits: torch.Tensor, texts: list[str]) -> float:
    """CTC loss of logits (B, columns, classes)."""
    raw = (logits, torch.zeros(len(logits), 4, 2))
    losses = ReadingObjective(CODEC).loss(Look(straightens=False), raw, {"texts": texts})
    assert set(losses) == {"loss"}
    return losses["loss"].item()


def corner_loss(told: torch.Tensor, true: torch.Tensor, texts: list[str]) -> float:
    """Loss of corners (B, 4, 2); the whole loss is checked to be made of it and of the reading's."""
    logits = torch.zeros(len(texts), 16, CODEC.classes)
    batch = {"texts": texts, "offsets": true}
    losses = ReadingObjective(CODEC).loss(Look(straightens=True), (logits, told), batch)
    parts = losses["ctc_loss"] + CORNERS * losses["corner_loss"]
    assert losses["ctc_loss"].item() == pytest.approx(loss_of(logits, texts))
    assert losses["loss"].item() == pytest.approx(parts.item())
    return losses["corner_loss"].item()


@pytest.mark.parametrize("scale", [0.1, 1.0, 30.0])
def test_loss_is_never_negative(scale: float) -> None:
    # Mistake 1: padding with the blank gave negative losses, which no likelihood can have.
    torch.manual_seed(5)
    assert loss_of(scale * torch.randn(4, 32, CODEC.classes), ["1", "11", "", "ABC123"]) >= 0


def test_loss_by_hand() -> None:
    # Two columns, uniform over 14 classes; "1" is read from 1·, ·1 and 11: three paths of 14².
    raw = torch.zeros(1, 2, CODEC.classes)
    assert loss_of(raw, ["1"]) == pytest.approx(-np.log(3 / 14**2), rel=1e-5)
    # "12" is one path only, and the loss is per character of the true length.
    assert loss_of(raw, ["12"]) == pytest.approx(-np.log(1 / 14**2) / 2, rel=1e-5)
    assert loss_of(raw, [""]) == pytest.approx(-np.log(1 / 14**2), rel=1e-5)


def test_short_texts_are_not_padded() -> None:
    # The path that says "1" and then only blanks is right; it would not be were the target padded to 7.
    raw = torch.full((1, 16, CODEC.classes), -20.0)
    raw[0, :, BLANK] = 20.0
    raw[0, 3, BLANK], raw[0, 3, CODEC.encode("1")[0]] = -20.0, 20.0
    assert loss_of(raw, ["1"]) == pytest.approx(0, abs=1e-4)
    assert loss_of(raw, ["11"]) > 5
    assert loss_of(raw.repeat(2, 1, 1), ["1", "1"]) == pytest.approx(0, abs=1e-4)


def test_right_corners_cost_nothing() -> None:
    torch.manual_seed(6)
    true = torch.randn(3, 4, 2)
    assert corner_loss(true.clone(), true, ["1", "12", "ABC"]) == 0


def test_corner_loss_by_hand() -> None:
    # A tenth of the width is 0.4 heights; smooth L1 takes off half of its bend at 0.03; y is right.
    assert ASPECT == 4
    true = torch.zeros(1, 4, 2)
    aside, below = true + torch.tensor([0.1, 0.0]), true + torch.tensor([0.0, 0.1])
    assert corner_loss(aside, true, ["1"]) == pytest.approx((0.4 - 0.015) / 2)
    assert corner_loss(below, true, ["1"]) == pytest.approx((0.1 - 0.015) / 2)


def test_corners_where_no_plate_is_do_not_count() -> None:
    told = torch.zeros(3, 4, 2)
    true = told + torch.tensor([0.1, 0.0])
    assert corner_loss(told, true, ["", "1", ""]) == pytest.approx((0.4 - 0.015) / 2)
    assert corner_loss(told, true, ["", "", ""]) == 0


def test_corners_learn_from_the_loss_and_empty_pictures_do_not_reach_them() -> None:
    told = torch.zeros(2, 4, 2, requires_grad=True)
    logits = torch.zeros(2, 16, CODEC.classes, requires_grad=True)
    batch = {"texts": ["1", ""], "offsets": torch.full((2, 4, 2), 0.2)}
    ReadingObjective(CODEC).loss(Look(straightens=True), (logits, told), batch)["loss"].backward()
    assert told.grad is not None
    assert (told.grad[0] < 0).all()
    assert not told.grad[1].any()


def test_whole_set_is_judged_and_then_forgotten() -> None:
    objective = ReadingObjective(CODEC)
    right = torch.full((1, 4, CODEC.classes), -9.0)
    right[0, :, BLANK] = 9.0
    right[0, 1, BLANK], right[0, 1, CODEC.encode("7")[0]] = -9.0, 9.0
    objective.collect((right, None), {"texts": ["7"]})
    objective.collect((right.repeat(3, 1, 1), None), {"texts": ["7", "71", "7"]})
    measured = objective.metrics()
    assert measured[objective.monitor] == 0.75
    assert measured["val_cer"] == pytest.approx(1 / 5)
    assert objective.metrics() == {objective.monitor: 0.0, "val_cer": 1.0}
