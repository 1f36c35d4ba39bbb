"""One picture of the numbers of photographs."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ..common.files import atomic_path
from .counting import Numbers

_COLOUR = "#2a5f9e"
_MOST = 40


def draw_numbers(path: Path, numbers: Numbers, alphabet: str) -> None:
    """Write a .png: sizes, lengths, characters (those that never occur too), regions, rows of text, brightness."""
    figure = Figure(figsize=(11, 6.5), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(2, 3)
    _histogram(axes[0, 0], numbers.widths, "width of plates, pixels")
    _bars(
        axes[0, 1], {str(n): numbers.lengths[n] for n in sorted(numbers.lengths)}, "length of texts"
    )
    occurring = {c: numbers.characters[c] for c in sorted({*alphabet, *numbers.characters})}
    _bars(axes[0, 2], occurring, f"characters; never: {len(numbers.missing(alphabet))}")
    regions = {name or "?": count for name, count in numbers.regions.most_common(12)}
    _bars(axes[1, 0], regions, "regions")
    _bars(axes[1, 1], {n or "?": numbers.lines[n] for n in sorted(numbers.lines)}, "rows of text")
    _histogram(axes[1, 2], numbers.brightness, "brightness of plates, 0 to 255")
    with atomic_path(path) as partial:
        figure.savefig(partial, format="png", metadata={"Software": None})


def _histogram(axes: Axes, values: Sequence[float], title: str) -> None:
    axes.hist(values, bins=30, color=_COLOUR)
    axes.set_title(title, fontsize=9)


def _bars(axes: Axes, counts: Mapping[str, int], title: str) -> None:
    shown = (
        dict(sorted(counts.items(), key=lambda item: -item[1])[:_MOST])
        if len(counts) > _MOST
        else counts
    )
    axes.bar(range(len(shown)), list(shown.values()), color=_COLOUR)
    # A character that the typeface lacks is named by its number.
    names = [
        name if name.isascii() else " ".join(f"{ord(c):X}" for c in name[:3]) for name in shown
    ]
    axes.set_xticks(range(len(shown)), names, fontsize=6, rotation=90 if len(shown) > 12 else 0)
    axes.set_title(title, fontsize=9)
