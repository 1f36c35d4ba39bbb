"""The matrix as one picture: a row for each model, a column for each set, coloured by exact match."""

from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ..common.files import atomic_path
from ..pictures.charts import legible
from .matrix import Cell, Matrix
from .table import short_names

_NOTHING = "#e4e4e4"
# A dollar in a name is no formula.
_NAMES = {"fontsize": 8, "parse_math": False}


def heat_map(path: Path, matrix: Matrix) -> None:
    """Write a .png. A cell that was not measured is grey; the names are those of the table on the screen."""
    models, sets = list(matrix.models), list(matrix.sets)
    short = short_names([*sets, *models])
    figure = Figure(
        figsize=(2.8 + 1.15 * len(sets), 1.5 + 0.62 * len(models)), dpi=100, layout="constrained"
    )
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    cells = [[matrix.cells.get((model, photos)) for photos in sets] for model in models]
    shares = np.array([[_exact(cell) for cell in row] for row in cells], np.float64)
    axes.set_facecolor(_NOTHING)
    drawn = axes.imshow(np.ma.masked_invalid(shares), cmap="RdYlGn", vmin=0, vmax=1, aspect="auto")
    figure.colorbar(drawn, format=lambda value, _: f"{value:.0%}")
    for row, line in enumerate(cells):
        for column, cell in enumerate(line):
            axes.text(column, row, _text(cell), ha="center", va="center", fontsize=8)
    names = [legible(short[name]) for name in sets]
    axes.set_xticks(range(len(sets)), names, rotation=30, ha="right", **_NAMES)
    axes.set_yticks(range(len(models)), [legible(short[name]) for name in models], **_NAMES)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title("exact text, with 95% interval and number of plates", fontsize=9)
    with atomic_path(path) as partial:
        # the version of matplotlib would change the bytes of an unchanged chart
        figure.savefig(partial, format="png", metadata={"Software": None})


def _exact(cell: Cell | None) -> float:
    exact = cell.numbers["exact"] if cell else None
    return np.nan if exact is None else exact


def _text(cell: Cell | None) -> str:
    if cell is None:
        return "not measured"
    exact, interval = cell.numbers["exact"], cell.intervals["exact"]
    if exact is None or interval is None:
        return "no plates"
    low, high = interval
    return f"{exact:.1%}\n{100 * low:.0f} to {100 * high:.0f}, {cell.numbers['plates']:,}"
