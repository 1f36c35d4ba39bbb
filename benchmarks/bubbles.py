"""The comparison of networks as one picture: how right each is over how long it takes, as large as its file."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from benchmarks.trials import SCORES, Result, Task
from src.common.files import atomic_path

TITLES: dict[Task, str] = {
    "localize": "finding plates, a picture of 640×480",
    "ocr": "reading, a plate",
}
# Area of a bubble in square points for a MB, and the least that can be seen.
AREA_OF_MB, LEAST_AREA = 60.0, 12.0


def draw_bubbles(path: Path, results: Sequence[Result]) -> None:
    """Write a .png with a chart for each task of which a network was trained; raises OSError as writing does."""
    tasks = [task for task in TITLES if any(r.task == task and r.ms_int8 for r in results)]
    figure = Figure(figsize=(6.0 * max(1, len(tasks)), 4.6), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    for number, task in enumerate(tasks, 1):
        _draw(figure.add_subplot(1, len(tasks), number), task, results)
    with atomic_path(path) as partial:
        figure.savefig(partial, format="png", metadata={"Software": None})


def _draw(axes: Axes, task: Task, results: Sequence[Result]) -> None:
    score = [*SCORES[task]][-1]
    for result in results:
        if result.task != task or result.ms_int8 is None or result.mb_int8 is None:
            continue
        x, y = result.ms_int8, result.scores[score]
        axes.scatter([x], [y], s=max(LEAST_AREA, AREA_OF_MB * result.mb_int8), alpha=0.5)
        axes.annotate(result.network, (x, y), fontsize=7, ha="center", va="center")
    axes.set_xscale("log")
    axes.margins(0.2)
    axes.set(xlabel="ms with 8 bits, one thread", ylabel=score, title=TITLES[task])
    axes.set_ylim(-0.05, 1.05)
    axes.spines[["top", "right"]].set_visible(False)
