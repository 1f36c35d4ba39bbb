"""The reader's wide look corrects the localizer's corners before the close look reads."""

from collections.abc import Sequence

import numpy as np
import pytest

from src.common.geometry import rectify
from src.generators.formats import get_format
from src.models.base import Detection
from src.models.codec import BLANK, Codec
from src.ocr.looks import miss, offsets, widen
from src.stack.reader import PlateReader, ReaderOptions

SWISS = get_format("swiss")
CODEC = Codec(SWISS.alphabet)
IMAGE = np.random.default_rng(1).integers(0, 256, (200, 300), dtype=np.uint8)
ONE_LINE = np.array([[20, 30], [120, 36], [118, 58], [19, 53]], np.float32)
TWO_LINES = np.array([[170, 90], [230, 86], [233, 124], [172, 127]], np.float32)
TRUE, LINES = [ONE_LINE, TWO_LINES], [1, 2]
RNG = np.random.default_rng(5)
FOUND = [Detection(miss(RNG, q, 0.1), 0.9, n) for q, n in zip(TRUE, LINES, strict=True)]
TEXTS = ["ZH1", "BE22"]


class Told:
    """Reads TEXTS from whatever it is shown, tells the offsets it was given, and keeps what it saw."""

    def __init__(self, told: Sequence[np.ndarray]) -> None:
        self.told = np.stack(told).astype(np.float32)
        self.seen: list[np.ndarray] = []

    def __call__(self, plates: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        self.seen.append(plates)
        out = np.zeros((len(plates), 24, CODEC.classes), np.float32)
        out[:, :, BLANK] = 1
        for row, text in zip(out, TEXTS, strict=True):
            for i, number in enumerate(CODEC.encode(text)):
                row[2 * i, BLANK], row[2 * i, number] = 0, 1
        return out, self.told


def reader(read: Told, straightens: bool = True) -> PlateReader:
    options = ReaderOptions(32, 128, 0.3, 0.5, [512])
    return PlateReader(lambda _: FOUND, read, CODEC, SWISS.parse, options, straightens)


def canvases(quads: Sequence[np.ndarray]) -> np.ndarray:
    return np.stack([rectify(IMAGE, q, n, 32, 128) for q, n in zip(quads, LINES, strict=True)])


@pytest.fixture
def truthful() -> Told:
    """Tells how far the true corners lie from those of the wide look."""
    return Told([offsets(q, widen(d.quad)) for q, d in zip(TRUE, FOUND, strict=True)])


def test_true_offsets_end_at_the_true_corners(truthful: Told) -> None:
    readings = {r.text: r for r in reader(truthful).read(IMAGE)}
    for text, quad, lines, found in zip(TEXTS, TRUE, LINES, FOUND, strict=True):
        assert np.abs(found.quad - quad).max() > 1
        assert readings[text].quad == pytest.approx(quad, abs=0.01)
        assert (readings[text].lines, readings[text].score) == (lines, 0.9)


def test_first_the_wide_look_then_the_close_one(truthful: Told) -> None:
    reader(truthful).read(IMAGE)
    wide, close = truthful.seen
    assert np.array_equal(wide, canvases([widen(d.quad) for d in FOUND]))
    # Corners differ in their last digits, and with them a grey value here and there.
    difference = np.abs(close.astype(int) - canvases(TRUE))
    assert difference.mean() < 0.5


def test_exact_corners_are_left_as_they_are(truthful: Told) -> None:
    readings = reader(truthful).read_at(IMAGE, FOUND, exact=True)
    assert [r.text for r in readings] == TEXTS
    for reading, found in zip(readings, FOUND, strict=True):
        assert np.array_equal(reading.quad, found.quad)
    (only,) = truthful.seen
    assert np.array_equal(only, canvases([d.quad for d in FOUND]))


def test_a_reader_that_does_not_straighten_looks_once(truthful: Told) -> None:
    readings = reader(truthful, straightens=False).read_at(IMAGE, FOUND)
    assert len(truthful.seen) == 1
    assert np.array_equal(readings[1].quad, FOUND[1].quad)


@pytest.mark.parametrize("junk", [np.nan, np.inf, -np.inf, -0.9])
def test_corners_that_make_no_plate_are_not_believed(truthful: Told, junk: float) -> None:
    truthful.told[0, 2] = junk
    kept, corrected = reader(truthful).read_at(IMAGE, FOUND)
    assert np.array_equal(kept.quad, FOUND[0].quad)
    assert corrected.quad == pytest.approx(TWO_LINES, abs=0.01)
    assert np.isfinite(kept.quad).all()
