"""The histograms of a log over those of the reference, as one picture."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ..common.files import atomic_path
from .shift import DRIFTED, MOVED, Shift
from .summary import MEASURES, Summary

_REFERENCE, _LOG = "#b8bcc2", "#2a5f9e"
_TITLE = {DRIFTED: "#c8372d", MOVED: "#8f5d00"}
_COLUMNS = 4


def draw_shifts(path: Path, shifts: Sequence[Shift], reference: Summary, log: Summary) -> None:
    """Write a .png: a pair of histograms for each measure, its title red where it has drifted."""
    rows = -(-len(shifts) // _COLUMNS)
    figure = Figure(figsize=(3.2 * _COLUMNS, 2.7 * rows), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(rows, _COLUMNS).flatten()
    for axes, one in zip(panels, shifts, strict=False):
        _panel(axes, one, reference, log)
    for axes in panels[len(shifts) :]:
        axes.set_axis_off()
    handles = panels[0].get_legend_handles_labels()
    panels[-1].legend(*handles, loc="center", frameon=False)
    with atomic_path(path) as partial:
        # the version of matplotlib would change the bytes of an unchanged chart
        figure.savefig(partial, format="png", metadata={"Software": None})


def _panel(axes: Axes, one: Shift, reference: Summary, log: Summary) -> None:
    measure = MEASURES[one.name]
    names = measure.bins()
    for held, colour, label, shift in (
        (reference, _REFERENCE, f"reference, {reference.pictures:,} pictures", -0.2),
        (log, _LOG, f"log, {log.pictures:,} pictures", 0.2),
    ):
        counts = held.counts[one.name]
        places = [place + shift for place in range(len(names))]
        axes.bar(places, counts / max(int(counts.sum()), 1), 0.4, color=colour, label=label)
    axes.set_xticks(range(len(names)), names, fontsize=7, rotation=0 if len(names) < 4 else 45)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.tick_params(axis="y", labelsize=7)
    axes.spines[["top", "right"]].set_visible(False)
    title = f"{measure.title}\nPSI {one.psi:.2f}, {one.verdict}"
    axes.set_title(title, fontsize=9, color=_TITLE.get(one.verdict, "black"))
