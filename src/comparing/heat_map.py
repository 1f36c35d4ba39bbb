"""The matrix as one picture: a row for each model, a column for each set, coloured by exact match."""

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ..common.files import atomic_path
from ..pictures.charts import legible
from .matrix import Cell, Matrix
from .table import short_names

_NOTHING = "#e4e4e4"
# Above it, black letters cannot be read on the colour.
_DARK = 0.55
# A dollar in a name is no formula.
_NAMES: dict[str, Any] = {"fontsize": 8, "parse_math": False}


def heat_map(path: Path, matrix: Matrix) -> None:
    """Write a .png. A cell that was not measured is grey; the names are those of the table on the screen."""
    models, sets = list(matrix.models), list(matrix.sets)
    short = short_names([*sets, *models])
    figure = Figure(
        figsize=(2.8 + 1.15 * len(sets), 1.5 + 0.75 * len(models)), dpi=100, layout="constrained"
    )
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    cells = [[matrix.cells.get((model, photos)) for photos in sets] for model in models]
    shares = np.array([[_exact(cell) for cell in row] for row in cells], np.float64)
    axes.set_facecolor(_NOTHING)
    drawn = axes.imshow(np.ma.masked_invalid(shares), cmap="YlGnBu", vmin=0, vmax=1, aspect="auto")
    figure.colorbar(drawn, format=lambda value, _: f"{value:.0%}")
    for row, line in enumerate(cells):
        for column, cell in enumerate(line):
            ink = "white" if _exact(cell) > _DARK else "black"
            axes.text(column, row, _text(cell), ha="center", va="center", fontsize=8, color=ink)
    axes.set_xticks(
        range(len(sets)), [_name(short[name]) for name in sets], rotation=30, ha="right", **_NAMES
    )
    axes.set_yticks(range(len(models)), [_name(short[name]) for name in models], **_NAMES)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title("exact text, with 95% interval and number of plates", fontsize=9)
    with atomic_path(path) as partial:
        # the version of matplotlib would change the bytes of an unchanged chart
        figure.savefig(partial, format="png", metadata={"Software": None})


def _name(name: str) -> str:
    return legible(name).replace("\n", "")


def _exact(cell: Cell | None) -> float:
    exact = cell.numbers["exact"] if cell else None
    return np.nan if exact is None else exact


def _text(cell: Cell | None) -> str:
    if cell is None:
        return "not measured"
    exact, interval = cell.numbers["exact"], cell.intervals["exact"]
    if exact is None or interval is None:
        return "no plates"
    low, high = (100 * end for end in interval)
    return f"{exact:.1%}\n({low:.0f} to {high:.0f})\n{cell.numbers['plates']:,} plates"
