"""Both readers: enough columns, no NaN, and a loss that is a likelihood."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from params import OCRModelParams, OCRParams
from src.architectures.readers.alignment import WARM_UP_STEPS
from src.architectures.readers.contrast import standardise
from src.architectures.readers.ctc import EARLY_WEIGHT, CTCNetwork
from src.architectures.readers.ctc_reader.network import CTCReader
from src.architectures.readers.plate_ocr_v2.network import PlateOCRV2
from src.common.errors import UserError
from src.common.texts import UNSEEN
from src.generators.formats import format_names, get_format
from src.inference.decoding.ctc_codec import BLANK, Codec
from src.models.base import TextTargets
from src.ocr.batches import ReadingBatch
from src.ocr.objective import ReadingObjective, require_room

CODEC = Codec("0123456789ABC")
P = OCRModelParams
READERS: dict[str, Callable[[], CTCNetwork]] = {
    "ctc_reader": lambda: CTCReader(P.CHANNELS, P.HIDDEN, P.DROPOUT, CODEC.alphabet, 32),
    "plate_ocr_v2": lambda: PlateOCRV2(CODEC.alphabet, 32),
}


@pytest.fixture(scope="module", params=sorted(READERS))
def reader(request: pytest.FixtureRequest) -> CTCNetwork:
    torch.manual_seed(1)
    return READERS[request.param]().eval()


@pytest.mark.parametrize("width", [64, 100, 128])
def test_columns_are_what_comes_out(reader: CTCNetwork, width: int) -> None:
    plates = torch.randint(0, 256, (3, 1, 32, width), dtype=torch.uint8)
    assert reader(plates).shape == (3, reader.columns(width), CODEC.classes)


def test_columns_are_looked_at_and_not_stretched(reader: CTCNetwork) -> None:
    # Mistake 2 of the reference: few feature columns stretched to more time steps look the same in pairs.
    torch.manual_seed(2)
    plate = torch.randint(0, 256, (1, 1, 32, 128), dtype=torch.uint8)
    steps = reader(plate)[0].diff(dim=0).abs().amax(1)
    assert (steps > 1e-6).all()


@pytest.mark.parametrize("name", format_names())
def test_default_canvas_has_room_for_the_longest_text(reader: CTCNetwork, name: str) -> None:
    longest = get_format(name).max_length
    assert reader.columns(OCRParams.IMG_WIDTH) >= 2 * longest - 1
    require_room(reader, OCRParams.IMG_WIDTH, longest)


def test_a_narrow_canvas_is_refused(reader: CTCNetwork) -> None:
    require_room(reader, 60, 8)  # 15 columns: just enough
    with pytest.raises(UserError, match=r"56 pixels.* at most 7 .* of 8: .*IMG_WIDTH"):
        require_room(reader, 56, 8)


@pytest.mark.parametrize("grey", [0, 255])
def test_flat_plates_give_numbers(reader: CTCNetwork, grey: int) -> None:
    plates = torch.full((2, 1, 32, 128), grey, dtype=torch.uint8)
    assert torch.isfinite(reader(plates)).all()
    assert torch.equal(standardise(plates), torch.zeros(2, 1, 32, 128))


def test_each_plate_is_read_on_its_own(reader: CTCNetwork) -> None:
    torch.manual_seed(3)
    plates = torch.randint(0, 256, (2, 1, 32, 128), dtype=torch.uint8)
    assert torch.allclose(reader(plates)[1:], reader(plates[1:]), atol=1e-5)


def test_contrast_and_brightness_do_not_matter() -> None:
    torch.manual_seed(4)
    plate = torch.rand(1, 1, 32, 128) * 255
    assert torch.allclose(standardise(plate), standardise(0.8 * plate + 20), atol=1e-2)


def loss_of(raw: torch.Tensor, texts: list[str]) -> float:
    """CTC loss of raw outputs (B, columns, classes)."""
    return Silent(CODEC.alphabet).loss(raw, TextTargets(texts, []), 0)["loss"].item()


class Silent(CTCNetwork):
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
    last, early = torch.zeros(1, 2, CODEC.classes), torch.zeros(1, 2, CODEC.classes)
    early[:, :, BLANK] = 5.0
    targets = TextTargets(["1"], [("1",)])
    losses = Silent(CODEC.alphabet).loss((last, early), targets, WARM_UP_STEPS)
    assert losses["ctc_loss"].item() == pytest.approx(loss_of(last, ["1"]))
    expected = loss_of(last, ["1"]) + EARLY_WEIGHT * loss_of(early, ["1"])
    assert losses["loss"].item() == pytest.approx(expected)


def test_an_earlier_layer_speaks_in_training_only() -> None:
    network = CTCReader([4, 4, 8, 8], 8, 0.0, CODEC.alphabet, 32)
    pictures = torch.zeros(2, 1, 32, 128)
    last, early = network.train()(pictures)
    assert early.shape == last.shape == (2, 32, CODEC.classes)
    assert network.eval()(pictures).shape == last.shape


def test_short_texts_are_not_padded() -> None:
    # The path that says "1" and then only blanks is right; it would not be were the target padded to 7.
    raw = torch.full((1, 16, CODEC.classes), -20.0)
    raw[0, :, BLANK] = 20.0
    raw[0, 3, BLANK], raw[0, 3, CODEC.encode("1")[0]] = -20.0, 20.0
    assert loss_of(raw, ["1"]) == pytest.approx(0, abs=1e-4)
    assert loss_of(raw, ["11"]) > 5
    assert loss_of(raw.repeat(2, 1, 1), ["1", "1"]) == pytest.approx(0, abs=1e-4)


def of(*texts: str) -> ReadingBatch:
    """A batch of plates with these texts, of which pictures and rows do not matter."""
    nowhere = [""] * len(texts)
    return {"images": torch.empty(0), "texts": list(texts), "rows": [], "countries": nowhere}


def test_whole_set_is_judged_and_then_forgotten() -> None:
    objective = ReadingObjective(Silent(CODEC.alphabet))
    right = torch.full((1, 4, CODEC.classes), -9.0)
    right[0, :, BLANK] = 9.0
    right[0, 1, BLANK], right[0, 1, CODEC.encode("7")[0]] = -9.0, 9.0
    objective.collect(right, of("7"))
    objective.collect(right.repeat(3, 1, 1), of("7", "71", "7"))
    assert objective.metrics() == {
        objective.monitor: 0.75, "val_exact": 0.75, "val_cer": pytest.approx(1 / 5)
    }  # fmt: skip
    assert objective.metrics() == {objective.monitor: 0.0, "val_exact": 0.0, "val_cer": 1.0}


def test_plates_are_counted_without_views_that_show_none_or_a_part() -> None:
    # Read as 7, 7, nothing, nothing and 7: of two whole plates one is right, of all five views three.
    objective = ReadingObjective(Silent(CODEC.alphabet))
    seven = torch.full((1, 4, CODEC.classes), -9.0)
    seven[0, :, BLANK] = 9.0
    nothing = seven.clone()
    seven[0, 1, BLANK], seven[0, 1, CODEC.encode("7")[0]] = -9.0, 9.0
    raw = torch.cat([seven, seven, nothing, nothing, seven])
    objective.collect(raw, of("7", "17", "", "", f"7{UNSEEN}"))
    assert objective.metrics() == {"val_right": 0.6, "val_exact": 0.5, "val_cer": 1 / 3}
