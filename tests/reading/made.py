"""Readings, sightings and videos that are made up."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import cv2
import numpy as np
import pytest

from src.bundle.bundle import Bundle
from src.generators.formats import get_format
from src.generators.formats.base import PlateText
from src.inference.decoding.ctc_beam import beam_search
from src.inference.decoding.ctc_codec import BLANK, Codec
from src.inference.detection import Detection
from src.inference.grammar import Judged, Parse, judge
from src.inference.reader import PlateReader, ReaderOptions, Reading
from src.reading.votes import Sighting

SWISS = get_format("swiss")


def quad(x: float, y: float = 100.0, width: float = 80.0) -> np.ndarray:
    """An upright plate whose middle is at (x, y), four times as wide as high."""
    w, h = width / 2, width / 8
    return np.array([[x - w, y - h], [x + w, y - h], [x + w, y + h], [x - w, y + h]], np.float32)


def reading(text: str, confidence: float = 0.9, x: float = 100.0, y: float = 100.0) -> Reading:
    """A plate that says ``text``, each of its characters with the confidence of the whole."""
    parts = SWISS.parse(text) or PlateText(text, "", text)
    characters = tuple((char, confidence) for char in text)
    return Reading(
        text, parts.prefix, parts.number, 0.8, confidence, characters, quad(x, y), lines=1
    )


def part(
    text: str, x: float, low: float, high: float, partial: bool = True, confidence: float = 0.95
) -> list[Reading]:
    """What is read of a plate at x of which only what lies between low and high is seen.

    Its characters lie side by side, each as wide as the next; those that are seen to two fifths are read, if there are
    two or more. partial: whether such a reading is flagged when any of the plate is not seen.
    """
    whole = quad(x)
    left, right = whole[0, 0], whole[1, 0]
    pitch = (right - left) / len(text)
    middles = [left + (n + 0.5) * pitch for n in range(len(text))]
    reach = 0.1 * pitch
    kept = [c for c, m in zip(text, middles, strict=True) if low - reach <= m <= high + reach]
    if len(kept) < 2:
        return []
    seen = whole.copy()
    seen[:, 0] = seen[:, 0].clip(low, high)
    cut = partial and bool(left < low or right > high)
    return [replace(reading("".join(kept), confidence), quad=seen, partial=cut)]


def sighting(
    frame: int, text: str, confidence: float = 0.9, x: float = 100.0, y: float = 100.0
) -> Sighting:
    """A reading in a frame, ten of which are a second."""
    return Sighting(frame, frame / 10, reading(text, confidence, x, y))


def reader(strength: float = 0.95, min_confidence: float = 0.4) -> PlateReader:
    """A reader that sees one plate in every bright picture, which says how bright: 200 is ZH10, 220 is ZH11.

    strength: of the last digit; all else is certain.
    """
    codec = Codec(SWISS.alphabet)
    found = [Detection(np.array([[8, 8], [40, 8], [40, 16], [8, 16]], np.float32), 0.8, 1)]

    def read_plates(plates: np.ndarray, parse: Parse, _: Sequence[bool]) -> list[Judged]:
        out = np.zeros((len(plates), 16, codec.classes), np.float32)
        out[..., BLANK] = 1
        for row, plate in zip(out, plates, strict=True):
            for place, char in enumerate(codec.encode(f"ZH{round(plate.mean() / 20)}")):
                row[2 * place] = 0
                row[2 * place, char] = 1
            others = [c for c in codec.encode("1234567890") if c != char]
            row[6, others], row[6, char] = (1 - strength) / len(others), strength
        return [judge(beam_search(row, codec.alphabet), parse) for row in out]

    return PlateReader(
        lambda image: found if image.mean() > 100 else [],
        None,
        read_plates,
        SWISS,
        ReaderOptions(
            height=32, width=128, min_score=0.3, min_confidence=min_confidence, long_sides=[256]
        ),
    )


def bundle(plate_format: str = "swiss", strength: float = 0.95) -> Bundle:
    """A bundle around `reader`, of files that are nowhere."""
    card = SimpleNamespace(plate_format=plate_format, min_confidence=0.4)
    title = f"model of nothing ({plate_format} plates)"
    made = SimpleNamespace(folder=Path("nowhere"), reader=reader(strength), card=card, title=title)
    return cast(Bundle, made)


def write_video(path: Path, frames: Iterable[np.ndarray], fps: float = 10.0) -> Path:
    """Write grey frames (H, W) as a video that the suffix of ``path`` says; skip where OpenCV cannot."""
    codec = cv2.VideoWriter.fourcc(*("MJPG" if path.suffix in (".avi", ".mkv") else "mp4v"))
    writer = None
    for frame in frames:
        if writer is None:
            size = (frame.shape[1], frame.shape[0])
            writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, codec, fps, size)
        if not writer.isOpened():
            pytest.skip("OpenCV writes no videos here")
        writer.write(cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR))
    assert writer is not None
    writer.release()
    return path


def greys(levels: Sequence[int], height: int = 48, width: int = 64) -> list[np.ndarray]:
    """Frames of one grey each."""
    return [np.full((height, width), level, np.uint8) for level in levels]
