"""Curves of training and validation of both revisions as one PNG, the same bytes for the same numbers."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ..common.files import atomic_path
from .curves import MOST_CHARTS, words
from .revision import Chart

_DPI = 100
_BASE = ("#4c566a", "#9a9a9a", "#c3c8d0")
_HEAD = ("#8f3f00", "#d9730d", "#f0a35e")
_PALE = "#d9d9d9"


def curve_chart(path: Path, base: Sequence[Chart], head: Sequence[Chart]) -> bool:
    """Draw the curves that dvc.yaml names; return whether there is anything to draw.

    path: the .png to write. The head is orange, the base grey and dashed; shades tell the curves of a chart apart.
    """
    before, after = ({chart.title: chart for chart in charts} for charts in (base, head))
    titles = list(dict.fromkeys((*after, *before)))[:MOST_CHARTS]
    if not titles:
        return False
    columns = min(len(titles), 2)
    rows = (len(titles) + columns - 1) // columns
    figure = Figure(figsize=(4.8 * columns, 3.1 * rows), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    for index, title in enumerate(titles):
        axes = figure.add_subplot(rows, columns, index + 1)
        _draw(axes, before.get(title), after.get(title))
        axes.set_title(words(title), fontsize=10)
    with atomic_path(path) as partial:
        # the version of matplotlib would change the bytes of an unchanged chart
        figure.savefig(partial, format="png", metadata={"Software": None})
    return True


def _draw(axes: Axes, base: Chart | None, head: Chart | None) -> None:
    charts = [chart for chart in (head, base) if chart is not None]
    names = list(dict.fromkeys(name for chart in charts for name in chart.lines))
    for side, chart, shades, style in (("base", base, _BASE, "--"), ("head", head, _HEAD, "-")):
        for name, shade in zip(names, shades, strict=False):
            line = chart.lines.get(name) if chart else None
            if line:
                axes.plot(
                    [step + 1 for step in line],
                    list(line.values()),
                    style,
                    color=shade,
                    marker="o" if len(line) == 1 else "",
                    label=words(f"{name}, {side}"),
                )
    axes.set(xlabel=words(charts[0].x_label), ylabel=words(charts[0].y_label))
    axes.grid(axis="y", color=_PALE, linewidth=0.5)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(fontsize=7, frameon=False)
