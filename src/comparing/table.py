"""The matrix as text that fits a screen: a line for each cell, and one for each pair of models."""

import unicodedata
from collections.abc import Iterable, Sequence

from ..common.texts import printable
from ..metrics.reading import Confusion
from ..metrics.spread import Interval
from .matrix import Cell, Matrix, Pair

WIDTH = 100
# Of a name that is longer, the end is shown.
_NAME = 17
_GAP = "  "
_CELLS = ("set", "model", "plates", "exact (95%)", "cer", "found", "extra", "ms")
_PAIRS = ("set", "model", "gained", "lost", "difference (95%)", "p", "")
_LEGEND = (
    "extra: readings where no plate is, a picture; ms: milliseconds a picture, half take longer"
)
_VERDICTS = (
    "better, worse: by the exact test at 5%; open: so few plates do not tell which of the two"
)
# Of each cell's most frequent mistakes so many are shown; a character that is not there is shown as a dot.
_MISTAKES, _NOTHING = 3, "·"
_MISTAKES_LEGEND = (
    "mistake: true character→read one, · for none; of all characters of plates that were read"
)
# Below it, two models are said to differ.
_SURE = 0.05


def cell_table(matrix: Matrix) -> list[str]:
    """Return the lines of what each model reads of each set, of at most WIDTH columns; none without a cell."""
    short = short_names([*matrix.sets, *matrix.models])
    rows = [
        (short[photos], short[model], *shown(matrix.cells[model, photos]))
        for photos in matrix.sets
        for model in matrix.models
        if (model, photos) in matrix.cells
    ]
    return [*_aligned(_CELLS, rows), *([_LEGEND] if rows else [])]


def pair_table(matrix: Matrix) -> list[str]:
    """Return the lines that compare each model with the first one, set by set; none where there is one model."""
    short = short_names([*matrix.sets, *matrix.models])
    first = next(iter(matrix.models), None)
    pairs = [pair for pair in matrix.pairs() if pair.base == first]
    if not pairs or first is None:
        return []
    rows = [(short[pair.photos], short[pair.head], *compared(pair)) for pair in pairs]
    return [f"Against {short[first]}, plate by plate:", *_aligned(_PAIRS, rows), _VERDICTS]


def mistake_table(matrix: Matrix) -> list[str]:
    """Return the lines of which characters each model takes for which, set by set; none where all are right."""
    short = short_names([*matrix.sets, *matrix.models])
    rows = [
        (short[photos], short[model], *map(_mistake, cell.mistakes[:_MISTAKES]))
        for photos in matrix.sets
        for model in matrix.models
        if (cell := matrix.cells.get((model, photos))) and cell.mistakes
    ]
    width = max(map(len, rows), default=0)
    filled = [(*row, *[""] * (width - len(row))) for row in rows]
    head = ("set", "model", *("mistake" for _ in range(width - 2)))
    return [*_aligned(head, filled), *([_MISTAKES_LEGEND] if rows else [])]


def _mistake(mistake: Confusion) -> str:
    truth, read = (printable(char) or _NOTHING for char in (mistake.truth, mistake.read))
    return f"{truth}→{read} {mistake.count} ({mistake.share:.1%})"


def percent(value: float | None, interval: Interval | None = None) -> str:
    """Return a share, with its interval: "96.6% (95.9 to 97.2)"; "-" for none."""
    if value is None:
        return "-"
    whole = f"{value:.1%}"
    return f"{whole} ({100 * interval[0]:.1f} to {100 * interval[1]:.1f})" if interval else whole


def compared(pair: Pair) -> tuple[str, ...]:
    """Return the numbers of a pair: plates gained and lost, difference in points with its interval, p, and a word.

    That is "better" or "worse", of the second model, by the exact test at 5%; "open" where that tells neither.
    """
    value, low, high = (100 * getattr(pair.difference, end) for end in ("value", "low", "high"))
    chance = "<0.001" if pair.p < 0.001 else f"{pair.p:.3f}"
    word = "open" if pair.p >= _SURE else "better" if pair.gained > pair.lost else "worse"
    return (
        f"{pair.gained:,}",
        f"{pair.lost:,}",
        f"{value:+.1f} ({low:+.1f} to {high:+.1f})",
        chance,
        word,
    )


def short_names(names: Iterable[str]) -> dict[str, str]:
    """Return a short name for each name, no two of which are the same."""
    short: dict[str, str] = {}
    for name in dict.fromkeys(names):
        clean = printable(name)
        cut, number = _cut(clean, _NAME), 1
        while cut in short.values():
            number += 1
            cut = f"{_cut(clean, _NAME - 1 - len(str(number)))}~{number}"
        short[name] = cut
    return short


def _cut(text: str, most: int) -> str:
    """Return a text of at most so many columns; the end says more than the beginning, as of paths."""
    if _columns(text) <= most:
        return text
    while _columns(text) > most - 1:
        text = text[1:]
    return f"…{text}"


def _columns(text: str) -> int:
    """Return how many columns of a screen a text takes: two for a character of Chinese, Japanese or Korean."""
    return sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in text)


def shown(cell: Cell) -> tuple[str, ...]:
    """Return the numbers of a cell: plates, exact match with its interval, cer, found, extra, ms; "-" for none."""
    n = cell.numbers
    extra, ms = n["extra_per_picture"], n["ms_per_picture"]
    return (
        f"{n['plates']:,}",
        percent(n["exact"], cell.intervals["exact"]),
        percent(n["cer"]),
        percent(n["found"]),
        "-" if extra is None else f"{extra:.2f}",
        "-" if ms is None else f"{ms:.1f}",
    )


def _aligned(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return lines in columns, the first two flush left; none where there is no row."""
    if not rows:
        return []
    widths = [max(map(_columns, column)) for column in zip(header, *rows, strict=True)]
    return [
        _GAP.join(
            f"{cell}{pad}" if place < 2 else f"{pad}{cell}"
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            for pad in (" " * (width - _columns(cell)),)
        ).rstrip()
        for row in (header, *rows)
    ]
