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
from src.models.ctc_reader import CTCReader, standardise
from src.models.decoding.ctc import BLANK, Codec
from src.ocr.guide import GUIDED_STEPS
from src.ocr.objective import EARLY_WEIGHT, ReadingObjective, require_columns

CODEC = Codec("0123456789ABC")
P = OCRModelParams
READERS: dict[str, Callable[[], Reader]] = {
    "ctc_reader": lambda: CTCReader(P.CHANNELS, P.HIDDEN, P.DROPOUT, CODEC.classes, 32),
    "plate_ocr_v2": lambda: PlateOCRV2(CODEC.classes, 32),
}


@pytest.fixture(scope="module", params=sorted(READERS))
def reader(request: pytest.FixtureRequest) -> Reader:
    torch.manual_seed(1)
    return READERS[request.param]().eval()


@pytest.mark.parametrize("width", [64, 100, 128])
def test_columns_are_what_comes_out(reader: Reader, width: int) -> None:
    plates = torch.randint(0, 256, (3, 1, 32, width), dtype=torch.uint8)
    assert reader(plates).shape == (3, reader.columns(width), CODEC.classes)


def test_columns_are_looked_at_and_not_stretched(reader: Reader) -> None:
    # Mistake 2 of the reference: few feature columns stretched to more time steps look the same in pairs.
    torch.manual_seed(2)
    plate = torch.randint(0, 256, (1, 1, 32, 128), dtype=torch.uint8)
    steps = reader(plate)[0].diff(dim=0).abs().amax(1)
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
    assert torch.isfinite(reader(plates)).all()
    assert torch.equal(standardise(plates), torch.zeros(2, 1, 32, 128))


def test_each_plate_is_read_on_its_own(reader: Reader) -> None:
    torch.manual_seed(3)
    plates = torch.randint(0, 256, (2, 1, 32, 128), dtype=torch.uint8)
    assert torch.allclose(reader(plates)[1:], reader(plates[1:]), atol=1e-5)


def test_contrast_and_brightness_do_not_matter() -> None:
    torch.manual_seed(4)
    plate = torch.rand(1, 1, 32, 128) * 255
    assert torch.allclose(standardise(plate), standardise(0.8 * plate + 20), atol=1e-2)


def loss_of(raw: torch.Tensor, texts: list[str]) -> float:
    """CTC loss of raw outputs (B, columns, classes)."""
    return ReadingObjective(CODEC).loss(Silent(), raw, {"texts": texts})["loss"].item()


class Silent(Reader):
    """A reader of which only what it says counts."""

    def columns(self, width: int) -> int:
        return width


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


def test_the_earlier_layer_is_taught_too() -> None:
    raw, early = torch.zeros(1, 2, CODEC.classes), torch.zeros(1, 2, CODEC.classes)
    early[:, :, BLANK] = 5.0
    network = Silent()
    network.early = early
    objective = ReadingObjective(CODEC)
    objective.step = GUIDED_STEPS
    losses = objective.loss(network, raw, {"texts": ["1"], "rows": [("1",)]})
    assert losses["ctc_loss"].item() == pytest.approx(loss_of(raw, ["1"]))
    expected = loss_of(raw, ["1"]) + EARLY_WEIGHT * loss_of(early, ["1"])
    assert losses["loss"].item() == pytest.approx(expected)
    assert network.early is None  # what is kept would keep the batch


def test_an_earlier_layer_speaks_in_training_only() -> None:
    network = CTCReader([4, 4, 8, 8], 8, 0.0, CODEC.classes, 32)
    pictures = torch.zeros(2, 1, 32, 128)
    out = network.train()(pictures)
    assert network.early is not None
    assert network.early.shape == out.shape
    network.eval()(pictures)
    assert network.early is None


def test_short_texts_are_not_padded() -> None:
    # The path that says "1" and then only blanks is right; it would not be were the target padded to 7.
    raw = torch.full((1, 16, CODEC.classes), -20.0)
    raw[0, :, BLANK] = 20.0
    raw[0, 3, BLANK], raw[0, 3, CODEC.encode("1")[0]] = -20.0, 20.0
    assert loss_of(raw, ["1"]) == pytest.approx(0, abs=1e-4)
    assert loss_of(raw, ["11"]) > 5
    assert loss_of(raw.repeat(2, 1, 1), ["1", "1"]) == pytest.approx(0, abs=1e-4)


def test_whole_set_is_judged_and_then_forgotten() -> None:
    objective = ReadingObjective(CODEC)
    right = torch.full((1, 4, CODEC.classes), -9.0)
    right[0, :, BLANK] = 9.0
    right[0, 1, BLANK], right[0, 1, CODEC.encode("7")[0]] = -9.0, 9.0
    objective.collect(right, {"texts": ["7"]})
    objective.collect(right.repeat(3, 1, 1), {"texts": ["7", "71", "7"]})
    measured = objective.metrics()
    assert measured[objective.monitor] == 0.75
    assert measured["val_cer"] == pytest.approx(1 / 5)
    assert objective.metrics() == {objective.monitor: 0.0, "val_cer": 1.0}
