"""What a reader learns from of each plate."""

import numpy as np

from src.common.plates import LabelledPlate
from src.datasets.prepared import Sample
from src.ocr.batches import collate, rows_of

QUAD = np.zeros((4, 2), np.float32)


def test_rows_of_plates() -> None:
    assert rows_of(LabelledPlate("ZH1", "ZH", 1, QUAD)) == ("ZH1",)
    assert rows_of(LabelledPlate("ZH1", "ZH", 2, QUAD)) == ("ZH", "1")
    assert rows_of(LabelledPlate("", "", 2, QUAD)) == ("",)
    # A foreign plate of two rows: nobody says where its text is parted.
    assert rows_of(LabelledPlate("AB12", "", 2, QUAD)) == ()


def test_a_batch_has_pictures_texts_and_rows() -> None:
    pictures = np.arange(2 * 4 * 6, dtype=np.uint8).reshape(2, 4, 6)
    plates = [LabelledPlate("ZH1", "ZH", 2, QUAD, country="CH"), LabelledPlate("", "", 1, QUAD)]
    batch = collate([Sample(one, (plate,)) for one, plate in zip(pictures, plates, strict=True)])
    assert np.array_equal(batch["images"].numpy(), pictures[:, None])
    assert batch["texts"] == ["ZH1", ""]
    assert batch["rows"] == [("ZH", "1"), ("",)]
    assert batch["countries"] == ["CH", ""]
