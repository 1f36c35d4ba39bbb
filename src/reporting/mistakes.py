"""Which plates of the test scenes the one revision reads and the other does not."""

import csv
import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .revision import Mistake

MISTAKES = "out/evaluations/stack/mistakes.csv"
HEADER = ("image", "plate", "plate_text", "read", "confidence", "height_px")
# Ten times the plates of the default test set: what is longer was not written by evaluate_stack.
_MOST_ROWS = 30_000


@dataclass(frozen=True)
class Changes:
    """Mistakes of the head alone, worst first; those of the base alone; how many are of both."""

    new: tuple[Mistake, ...]
    mended: tuple[Mistake, ...]
    kept: int


def parse_mistakes(lines: Iterable[str]) -> tuple[Mistake, ...]:
    """Read the list that evaluate_stack writes: a CSV with the columns of `HEADER`, one row per plate.

    Raises ValueError when it is no such list, or far too long.
    """
    reader = csv.DictReader(lines)
    if tuple(reader.fieldnames or ()) != HEADER:
        raise ValueError(f"{MISTAKES} needs the columns {', '.join(HEADER)}")
    rows = tuple(map(_mistake, itertools.islice(reader, _MOST_ROWS + 1)))
    if len(rows) > _MOST_ROWS:
        raise ValueError(f"{MISTAKES} has more than {_MOST_ROWS} rows")
    return rows


def compare_mistakes(base: Sequence[Mistake], head: Sequence[Mistake]) -> Changes:
    """Tell apart the mistakes of two revisions on the same scenes.

    A wrong text that the reader is sure of is the worst; then come doubtful ones, then plates that are not read at all,
    of these the largest first.
    """
    before = {(m.image, m.plate): m for m in base}
    after = {(m.image, m.plate): m for m in head}
    new = sorted(
        (after[key] for key in after.keys() - before.keys()),
        key=lambda m: (not m.read, -m.confidence, -m.height, m.image, m.plate),
    )
    mended = tuple(before[key] for key in sorted(before.keys() - after.keys()))
    return Changes(tuple(new), mended, len(before.keys() & after.keys()))


def _mistake(row: dict[str, str]) -> Mistake:
    try:
        mistake = Mistake(
            int(row["image"]),
            int(row["plate"]),
            row["plate_text"],
            row["read"],
            float(row["confidence"]),
            float(row["height_px"]),
        )
    except TypeError as error:
        raise ValueError(f"{MISTAKES} has a row that is cut off") from error
    if not (math.isfinite(mistake.confidence) and math.isfinite(mistake.height)):
        raise ValueError(f"{MISTAKES} has a number that is not finite")
    return mistake
