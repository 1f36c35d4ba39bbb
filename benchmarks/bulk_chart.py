"""How two runs of reading at scale went: one that was killed again and again, and the memory of one that was not."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from benchmarks.bulk_run import Seen
from src.common.files import atomic_path

_DPI = 100
_DONE, _KILL, _COMMAND, _PALE = "#2a7f3f", "#c8372d", "#4c566a", "#d9d9d9"


def soak_chart(path: Path, seen: Seen, marks: Sequence[tuple[float, float]]) -> None:
    """Draw the share that was read over the time of work, with a mark for each kill; and memory over the share.

    path: the .png to write. marks: of each kill, and then of the end, seconds of work and the share that was written.
    """
    figure = Figure(figsize=(9.6, 3.2), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    if marks:
        minutes = [seconds / 60 for seconds, _ in marks]
        shares = [100 * share for _, share in marks]
        left.plot([0, *minutes], [0, *shares], color=_DONE)
        left.plot(minutes[:-1], shares[:-1], "x", color=_KILL, label="killed, and started again")
        left.legend(fontsize=8, frameon=False)
    left.set(
        xlabel="minutes of work", ylabel="written, %", title="a run that is killed", ylim=(0, 104)
    )
    shares = [100 * moment[1] for moment in seen.moments]
    right.plot(shares, [m[3] for m in seen.moments], color=_DONE, label="processes that read")
    right.plot(shares, [m[2] for m in seen.moments], color=_COMMAND, label="the command")
    right.set(xlabel="written, %", ylabel="MB", title="memory of a run that is not")
    right.set_ylim(bottom=0)
    right.legend(fontsize=8, frameon=False)
    for axes in (left, right):
        axes.grid(axis="y", color=_PALE, linewidth=0.5)
        axes.spines[["top", "right"]].set_visible(False)
    with atomic_path(path) as partial:
        figure.savefig(partial, format="png", metadata={"Software": None})
