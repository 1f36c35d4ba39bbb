"""Evaluation of the reader: every plate of the set counts, once."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from src.architectures.readers.ctc import CTCNetwork
from src.common.plates import LabelledPlate
from src.datasets.prepared import PreparedSet, Sample, read_prepared, write_prepared
from src.generators.formats import get_format
from src.generators.formats.base import PlateFormat
from src.inference.decoding.ctc_codec import BLANK, Codec
from src.inference.decoding.texts import text_decoder
from src.inference.grammar import Judged, PlateDecoder
from src.models.torch_runtime import torch_run
from src.ocr.review import Review, review

ALPHABET = "012ZHBE"
CODEC = Codec(ALPHABET)
FORMAT = get_format("swiss")
TEXTS = ["ZH1", "BE11", "", "ZH2", "BE0", "", "ZH12"]
# What the reader below says to picture i; wrong for the second and the last plate, and for the last without one.
SAID = ["ZH1", "BE1", "", "ZH2", "BE0", "B", "ZH21"]


class Parrot(CTCNetwork):
    """Looks at the first pixel, which holds the picture's number, and says what is written for it."""

    def __init__(self) -> None:
        super().__init__(ALPHABET)

    def columns(self, width: int) -> int:
        return width // 4

    def forward(self, images: Tensor) -> Tensor:
        logits = torch.full((len(images), self.columns(images.shape[3]), CODEC.classes), -9.0)
        logits[:, :, BLANK] = 0.0
        for row, number in zip(logits, images[:, 0, 0, 0].tolist(), strict=True):
            for place, character in enumerate(CODEC.encode(SAID[int(number)])):
                row[2 * place, character] = 9.0
        return logits


def draw(index: int) -> Sample:
    quad = np.array([[0, 0], [64, 0], [64, 16], [0, 16]], np.float32)
    return Sample(
        np.full((16, 64), index, np.uint8),
        (LabelledPlate(TEXTS[index], TEXTS[index][:2], 1, quad),),
    )


@pytest.fixture
def prepared(tmp_path: Path) -> PreparedSet:
    write_prepared(tmp_path, "val", draw, len(TEXTS), 0)
    return read_prepared(tmp_path, "val")


@pytest.mark.parametrize("batch_size", [1, 3, 7, 100])
def test_the_whole_set_counts_whatever_the_batch(prepared: PreparedSet, batch_size: int) -> None:
    # Mistake 7: one batch was evaluated.
    metrics = review(Parrot(), FORMAT, prepared, batch_size).metrics()
    assert metrics["plates"] == 5
    assert metrics["views_without_plate"] == 2
    assert metrics["exact"] == pytest.approx(3 / 5)
    assert metrics["exact_no_plate"] == pytest.approx(1 / 2)
    assert metrics["cer"] == pytest.approx((1 + 2) / (3 + 4 + 3 + 3 + 4))
    assert metrics["by_length"] == {"3": 1.0, "4": 0.0}
    assert metrics["by_region"] == {"BE": 0.5, "ZH": pytest.approx(2 / 3)}


def test_plate_metrics_count_whole_plates_alone() -> None:
    # Two whole plates, one read right; a cut one told right; two views without a plate, in one of which a text is read.
    truth = ["ZH1", "ZH2", "ZH?", "", ""]
    read = ["ZH1", "ZH9", "ZH?", "", "B"]
    quad = np.zeros((4, 2), np.float32)
    plates = tuple((LabelledPlate(text, text[:2], 1, quad),) for text in truth)
    sure = [0.9, 0.6, 0.1, 0.0, 0.2]
    said = [
        Judged(t, (0.9,) * len(t), 0.9, True, t.strip("?"), w)
        for t, w in zip(read, sure, strict=True)
    ]
    prepared = PreparedSet(np.zeros((5, 16, 64), np.uint8), plates)
    metrics = Review(prepared, said, ALPHABET, FORMAT).metrics()
    assert metrics["by_lines"] == {"1": 0.5}
    assert metrics["by_length"] == {"3": 0.5}
    assert metrics["by_region"] == {"ZH": 0.5}
    assert (metrics["plates"], metrics["exact"], metrics["exact_no_plate"]) == (2, 0.5, 0.5)
    # Of four readings, each in a bin of its own; the view where nothing was read has none.
    assert metrics["ece"] == pytest.approx((0.1 + 0.6 + 0.1 + 0.2) / 4)


def regions_of(plate_format: PlateFormat, plates: list[tuple[str, str]], read: list[str]) -> Any:
    """The metric of plates (text, prefix), of which these texts were read."""
    truth = [
        (LabelledPlate(text, prefix, 1, np.zeros((4, 2), np.float32)),) for text, prefix in plates
    ]
    prepared = PreparedSet(np.zeros((len(plates), 16, 64), np.uint8), tuple(truth))
    said = [Judged(text, (0.9,) * len(text), 0.9, True, text, 0.9) for text in read]
    return Review(prepared, said, ALPHABET, plate_format).metrics()["by_region"]


def test_diplomatic_plates_count_for_their_canton() -> None:
    plates = [("CDBE12", "CDBE"), ("BE3", "BE"), ("CCGE7", "CCGE"), ("", "")]
    assert regions_of(FORMAT, plates, ["CDBE12", "BE8", "CCGE7", ""]) == {"BE": 0.5, "GE": 1.0}


def test_a_format_without_regions_has_no_shares_by_region(tmp_path: Path) -> None:
    european = get_format("european")
    assert european.regions == ()
    assert regions_of(european, [("AB123CD", "AB"), ("B1", "B")], ["AB123CD", "B1"]) == {}


def test_plates_of_no_region_are_left_out_where_others_have_one() -> None:
    both = get_format("swiss+european")
    assert regions_of(both, [("ZH1", "ZH"), ("1ABC234", "")], ["ZH1", "1ABC234"]) == {"ZH": 1.0}


def of_countries(name: str, plates: list[str], read: list[str]) -> Review:
    """A review of whole plates of one row, of which these texts were read."""
    truth = [(LabelledPlate(text, "", 1, np.zeros((4, 2), np.float32)),) for text in plates]
    prepared = PreparedSet(np.zeros((len(plates), 16, 64), np.uint8), tuple(truth))
    said = [Judged(text, (0.9,) * len(text), 0.9, True, text, 0.9) for text in read]
    plate_format = get_format(name)
    return Review(prepared, said, plate_format.alphabet, plate_format)


def test_countries_are_told_by_the_true_texts(tmp_path: Path) -> None:
    # Two Spanish texts, a German one, one of many countries, one of a Swiss canton, a view without a plate.
    plates = ["1234BCD", "4321DCB", "MÜAB1234", "AB123CD", "ZH123456", ""]
    read = ["1234BCD", "4321DCBX", "MÜAB1284", "AB123CD", "ZH123456", ""]
    made = of_countries("swiss+european", plates, read)
    metrics = made.metrics()
    assert metrics["by_country"] == {"CH": 1.0, "DE": 0.0, "ES": 0.5}
    # The misread German text is a German one, the misread Spanish one is of nobody.
    assert metrics["country"] == pytest.approx(3 / 4)
    made.save_pictures(tmp_path, 1)
    assert {"countries.png", "by_country.png"} <= {path.name for path in tmp_path.iterdir()}


def test_a_label_s_country_counts_and_what_is_seen_names_it(tmp_path: Path) -> None:
    quad, swiss_european = np.zeros((4, 2), np.float32), get_format("swiss+european")
    assert swiss_european.issuers is not None
    nowhere = dict.fromkeys(swiss_european.issuers.drawn, 0.01)
    # A text of many countries: labelled French twice, and seen so once.
    plates = [("AB123CD", "FR"), ("AB123CE", "FR"), ("ZH123456", "CH"), ("AB?", "FR")]
    seen = [nowhere | {"FR": 0.45}, nowhere, nowhere, nowhere | {"FR": 0.45}]
    made = Review(
        PreparedSet(
            np.zeros((4, 16, 64), np.uint8),
            tuple((LabelledPlate(t, "", 1, quad, country=code),) for t, code in plates),
        ),
        [
            Judged(t, (0.9,) * len(t), 0.9, True, t, 0.9, countries=countries)
            for (t, _), countries in zip(plates, seen, strict=True)
        ],
        swiss_european.alphabet,
        swiss_european,
    )
    metrics = made.metrics()
    assert metrics["by_country"] == {"CH": 1.0, "FR": 1.0}
    assert metrics["country"] == pytest.approx(2 / 3)
    assert metrics["country_of_named"] == 1.0


def test_plates_of_one_country_have_no_shares_by_country(tmp_path: Path) -> None:
    made = of_countries("swiss", ["ZH12", "BE3"], ["ZH12", "FL3"])
    assert not {"by_country", "country"} & made.metrics().keys()
    made.save_pictures(tmp_path, 1)
    assert not {"countries.png", "by_country.png"} & {path.name for path in tmp_path.iterdir()}


def test_serving_reads_what_evaluation_reads(prepared: PreparedSet) -> None:
    # Mistake 8: training and serving preprocessed differently.
    texts = [d.text for d in review(Parrot(), FORMAT, prepared, 3).read]
    decoder = PlateDecoder(text_decoder(Parrot.decoding, ALPHABET), FORMAT.parse)
    raw = torch_run(Parrot_with_weights())(np.array(prepared.images)[:, None])
    assert texts == [judged.text for judged in decoder.decode(raw)] == SAID


class Parrot_with_weights(Parrot):
    """`torch_run` asks the weights for the device."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))


def test_pictures_do_not_overwrite_each_other(prepared: PreparedSet, tmp_path: Path) -> None:
    review(Parrot(), FORMAT, prepared, 3).save_pictures(tmp_path / "images", 4)
    names = {path.name for path in (tmp_path / "images").iterdir()}
    expected = {"predictions.jpg", "worst.jpg", "confusion.png", "by_length.png", "by_region.png"}
    assert expected <= names


def test_no_chart_by_region_for_a_format_without_regions(
    prepared: PreparedSet, tmp_path: Path
) -> None:
    european = get_format("european")
    review(Parrot(), european, prepared, 3).save_pictures(tmp_path / "images", 4)
    names = {path.name for path in (tmp_path / "images").iterdir()}
    assert "by_length.png" in names
    assert "by_region.png" not in names
