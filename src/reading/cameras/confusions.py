"""What a reader mistakes for what: measured once for each model, on plates that it draws itself."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...bundle.bundle import Bundle
from ...bundle.files import SUMS
from ...common.errors import UserError
from ...common.files import sha256, write_json
from ...common.progress import tell
from ...common.untrusted import read_json
from ...generators.formats import get_format
from ...generators.scene import World
from ...generators.views import draw_any_view
from ...inference.detection import Detection
from ...inference.reader import PlateReader
from ...metrics.reading import GAP, confusions

Pairs = Mapping[tuple[str, str], int]
"""Counts of `metrics.reading.confusions`: (true, read), with GAP for what was missed or invented."""

VIEWS = 2500
# Widths of the plates in pixels, from such that can just be read on: there the mistakes are.
_NARROW, _WIDE = 26.0, 80.0
_SEED = 17
# What every count is lessened by, since a mistake that was made once says little; counts that all pairs of a character
# are given beforehand; and the probability from which down a mistake counts as one that the reader does not make.
_DISCOUNT, _BEFORE, _NEVER = 0.5, 1.0, 0.002


class Costs:
    """What it costs to take one text for another, by how often the reader does: 0 for the same, 1 for never.

    A mistake that the reader makes with a probability p costs ln p / ln 0.002, at most 1: one in ten 0.37, one in a
    hundred 0.74. Characters that were never seen cost 1.
    """

    def __init__(self, pairs: Pairs) -> None:
        characters = sorted({c for pair in pairs for c in pair if c != GAP})
        self._number = {char: number for number, char in enumerate(characters)}
        size = len(characters)
        counts = np.zeros((size + 1, size + 1), np.float64)
        number = {**self._number, GAP: size}
        for (true, read), count in pairs.items():
            counts[number[true], number[read]] = count
        # Rows: the true character, last what is invented; columns: what is read, last what is missed.
        whole = counts.sum(axis=1, keepdims=True)
        whole[size] = counts[:size].sum()
        likely = np.maximum(counts - _DISCOUNT, 0)
        shares = (likely + _BEFORE / (size + 1)) / (whole + _BEFORE)
        costs = np.clip(np.log(np.maximum(shares, 1e-12)) / np.log(_NEVER), 0, 1)
        costs[:size][whole[:size, 0] == 0] = 1
        np.fill_diagonal(costs, 0)
        # The last of each is any other character.
        self.change = np.ones((size + 1, size + 1), np.float32)
        self.change[:size, :size] = costs[:size, :size]
        self.miss = np.append(costs[:size, size], 1).astype(np.float32)
        self.invent = np.append(costs[size, :size], 1).astype(np.float32)

    def numbers(self, text: str) -> NDArray[np.int64]:
        """Return a text as rows of the tables."""
        other = len(self._number)
        return np.array([self._number.get(char, other) for char in text], np.int64)


def measure(reader: PlateReader, plate_format: str, views: int = VIEWS) -> Counter[tuple[str, str]]:
    """Return what a reader makes of drawn plates of its format, many of them as small as it can just read."""
    world, reader = World(get_format(plate_format)), reader.with_min_confidence(0.0)
    truth, read = [], []
    for number in range(views):
        rng = np.random.default_rng([_SEED, number])
        width = _NARROW * (_WIDE / _NARROW) ** float(rng.random())
        image, plate = draw_any_view(rng, world, width, "test", 0.0, 0.0)
        found = reader.read_at(image, [Detection(plate.known_quad, 1.0, plate.known_lines)])
        # What was not read says nothing about what is mistaken for what.
        for reading in found:
            if not reading.partial:
                truth.append(plate.known_text)
                read.append(reading.text)
    return confusions(truth, read)


def known_confusions(bundle: Bundle, folder: Path, views: int = VIEWS) -> Pairs:
    """Return what a model mistakes for what, from a file in a folder where that model was measured before."""
    sums = bundle.folder / SUMS
    path = folder / f"confusions-{sha256(sums)[:16]}.json" if sums.is_file() else None
    if path is not None and path.exists():
        try:
            return {(str(true), str(said)): int(n) for true, said, n in read_json(path)}
        except (OSError, ValueError, TypeError) as error:
            tell(f"note: {path} is damaged and made anew ({error})")
    tell(
        f"measuring on {views:,} drawn plates what the model mistakes for what; once, half a minute"
    )
    pairs = measure(bundle.reader, bundle.card.plate_format, views)
    if path is not None:
        try:
            write_json(path, [[*pair, count] for pair, count in sorted(pairs.items())])
        except (OSError, UserError) as error:
            tell(f"note: {path.name} is not kept ({error})")
    return pairs
