"""From rectified plates to the reader's batches."""

from collections.abc import Sequence

import numpy as np
import torch

from ..common.plates import LabelledPlate
from ..datasets.prepared import Sample
from ..training.batch import Batch


class ReadingBatch(Batch):
    """B rectified plates. texts: B strings; they become numbers in the loss. rows: of each, as in rows_of.
    countries: of each, in ISO 3166-1 (alpha-2), "" where not known.
    """

    texts: list[str]
    rows: list[tuple[str, ...]]
    countries: list[str]


def collate(samples: Sequence[Sample]) -> ReadingBatch:
    """Return rectified plates as a batch."""
    images = np.stack([sample.image for sample in samples])[:, None]
    plates = [sample.plates[0] for sample in samples]
    return {
        "images": torch.from_numpy(images),
        "texts": [plate.known_text for plate in plates],
        "rows": [rows_of(plate) for plate in plates],
        "countries": [plate.country for plate in plates],
    }


def rows_of(plate: LabelledPlate) -> tuple[str, ...]:
    """Return a plate's rows of text; none where a text of two rows has no prefix, and so no known place to part."""
    text = plate.known_text
    if plate.lines == 1 or not text:
        return (text,)
    return (plate.prefix, text[len(plate.prefix) :]) if plate.prefix else ()
