"""Charts of the metrics as small PNG files, the same bytes for the same numbers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from numpy.typing import NDArray

from ..common.files import atomic_path
from ..metrics.calibration import Bin
from ..metrics.proportion import wilson_interval
from ..metrics.reading import GAP, Share

_DPI = 100
_GOOD = "#2a7f3f"
_BAD = "#c8372d"
_PALE = "#d9d9d9"
_UNKNOWN = "?"
_NAMED_CELLS = 60


@dataclass(frozen=True)
class ConfusionTable:
    """Characters as rows (true) and columns (read), the last row and column for `GAP`.

    names: the characters of both axes; `?` before the last where there are foreign ones.
    counts: int64 (N, N).
    mistakes: float64 (N, N), counts as shares of the true character in [0, 1], the diagonal zero. Invented characters
        have no true one: shares of all true ones.
    """

    names: tuple[str, ...]
    counts: NDArray[np.int64]
    mistakes: NDArray[np.float64]


def confusion_table(counts: Counter[tuple[str, str]], alphabet: Sequence[str]) -> ConfusionTable:
    """Return the counts of `src.metrics.reading.confusions` as a table over `alphabet`."""
    foreign = any(c != GAP and c not in alphabet for pair in counts for c in pair)
    names = (*alphabet, *((_UNKNOWN,) if foreign else ()), GAP)
    index = {name: position for position, name in enumerate(names)}
    unknown = index.get(_UNKNOWN, -1)
    table = np.zeros((len(names), len(names)), np.int64)
    for (true, read), count in counts.items():
        table[index.get(true, unknown), index.get(read, unknown)] += count
    whole = table.sum(axis=1, keepdims=True)
    whole[-1] = table[:-1].sum()
    mistakes = table / np.maximum(whole, 1)
    np.fill_diagonal(mistakes, 0)
    return ConfusionTable(names, table, mistakes)


def confusion_chart(
    path: Path,
    counts: Counter[tuple[str, str]],
    alphabet: Sequence[str],
    what: str = "characters",
) -> None:
    """Draw which characters are mistaken for which, as shares of the true character.

    Right readings (the diagonal) are left blank so that the mistakes show; the most frequent
    mistakes carry their count. Row `+` are invented characters, column `-` missed ones, `?`
    those that the alphabet does not have, where there are any. A character that the font lacks
    is named by its code point.

    path: the .png to write.
    counts: as `src.metrics.reading.confusions` returns.
    alphabet: the characters, in the order of the axes.
    what: what they are called in the title; the names of countries, say, may be longer than a character.
    """
    table = confusion_table(counts, alphabet)
    names, shares = table.names[:-1], table.mistakes
    side = 1.6 + 0.19 * len(names)
    figure, axes = _figure(side + 1.4, side)
    axes.grid(visible=False)
    # the root shows small shares beside large ones; under 2% a fuller colour would only
    # magnify chance
    scale = PowerNorm(0.5, 0, max(float(shares.max()), 0.02))
    drawn = axes.imshow(np.ma.masked_equal(shares, 0), cmap="YlOrRd", norm=scale)
    figure.colorbar(drawn, fraction=0.04, format=lambda value, _: f"{value:.1%}")
    shown = [legible(name) for name in names]
    turned = 90 if max(map(len, shown), default=1) > 1 else 0
    axes.set_xticks(range(len(names) + 1), [*shown, "-"], fontsize=7, rotation=turned)
    axes.set_yticks(range(len(names) + 1), [*shown, "+"], fontsize=7)
    axes.set(xlabel="read", ylabel="true", title=f"mistaken {what}: {_mistakes(counts)}")
    wrong = np.where(shares > 0, table.counts, 0)
    worst = np.argsort(-wrong, axis=None, kind="stable")[:_NAMED_CELLS]
    for row, column in zip(*np.unravel_index(worst, wrong.shape), strict=True):
        if wrong[row, column]:
            ink = "white" if shares[row, column] > 0.6 * shares.max() else "black"
            count = str(wrong[row, column])
            axes.text(column, row, count, color=ink, size=6, ha="center", va="center")
    _write(path, figure)


def reliability_chart(path: Path, table: Sequence[Bin]) -> None:
    """Draw accuracy over confidence: bars on the dotted line mean what they say.

    path: the .png to write.
    table: as `src.metrics.calibration.reliability_table` returns; empty bins draw nothing.
    """
    figure, axes = _figure(4.6, 4.2)
    used = [entry for entry in table if entry.confidence is not None and entry.accuracy is not None]
    axes.bar(
        [entry.low for entry in used],
        [entry.accuracy or 0.0 for entry in used],
        width=[entry.high - entry.low for entry in used],
        align="edge",
        color=_GOOD,
        edgecolor="white",
    )
    axes.plot([entry.confidence or 0.0 for entry in used], [0.015] * len(used), "|", color="black")
    for entry in used:
        middle = (entry.low + entry.high) / 2
        axes.text(middle, 1.015, str(entry.count), ha="center", va="bottom", rotation=90, size=6)
    axes.plot([0, 1], [0, 1], ":", color="black", linewidth=1)
    axes.set(xlim=(0, 1), ylim=(0, 1.12), xlabel="confidence", ylabel="read correctly")
    axes.set_title(f"reliability, {sum(entry.count for entry in table)} readings")
    _write(path, figure)


def accuracy_chart(path: Path, shares: Mapping[str, Share] | Mapping[int, Share], by: str) -> None:
    """Draw exact matches per group as bars with their 95% interval and size.

    path: the .png to write.
    shares: per group, in the order of the bars.
    by: what the groups are, e.g. "length" or "region".
    """
    groups = [(str(name), share) for name, share in shares.items() if share.total]
    figure, axes = _figure(max(1.6 + 0.32 * len(groups), 3.6), 3.2)
    total = sum(share.total for _, share in groups)
    correct = sum(share.correct for _, share in groups)
    for position, (_, share) in enumerate(groups):
        height = share.correct / share.total
        low, high = wilson_interval(share.correct, share.total)
        axes.bar(position, height, color=_GOOD if high >= correct / total else _BAD)
        axes.plot([position, position], [low, high], color="black", linewidth=1)
        axes.text(position, 1.03, str(share.total), ha="center", va="bottom", size=6)
    if total:
        axes.axhline(correct / total, color="black", linewidth=0.6, linestyle=":")
    _name_bars(axes, [name for name, _ in groups])
    axes.set(ylim=(0, 1.12), xlabel=by, ylabel="read correctly", title=f"accuracy by {by}")
    _write(path, figure)


def _name_bars(axes: Axes, names: Sequence[str]) -> None:
    axes.set_xticks(range(len(names)), [legible(name) for name in names], fontsize=7)
    axes.set_xlim(-0.6, max(len(names), 1) - 0.4)


def legible(name: str) -> str:
    """Return a name in which a code point stands for each character that the font lacks."""
    font = get_font(findfont(FontProperties()))
    known = [char if font.get_char_index(ord(char)) else f"{ord(char):04X}" for char in name]
    return "".join(known) if known == list(name) else "\n".join(known)


def _mistakes(counts: Counter[tuple[str, str]]) -> str:
    wrong = sum(count for (true, read), count in counts.items() if true != read)
    return f"{wrong} of {sum(counts.values())}"


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a figure of its own (inches), free of matplotlib's global state and its windows."""
    figure = Figure(figsize=(width, height), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color=_PALE, linewidth=0.5)
    axes.set_axisbelow(True)
    return figure, axes


def _write(path: Path, figure: Figure) -> None:
    with atomic_path(path) as partial:
        # the version of matplotlib would change the bytes of an unchanged chart
        figure.savefig(partial, format="png", metadata={"Software": None})
