"""What a sweep leaves for people: a table, a picture, and JSON from which the report takes both."""

import csv
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ..common.files import atomic_path, write_json
from .space import Choices, Range, Space
from .study import Trial

TRIALS, PICTURE, SUMMARY = "trials.csv", "sweep.png", "sweep.json"
_DPI, _MOST_PANELS, _ACROSS = 100, 8, 3
_GOOD, _PALE, _BAD = "#2a7f3f", "#9aa5b1", "#c8372d"
_SHOWN = 10


def write_files(folder: Path, name: str, space: Space, trials: Sequence[Trial]) -> None:
    """Write all trials as CSV, the best ones as JSON, and the picture. name: of the sweep."""
    names = list(space.dimensions)
    with (
        atomic_path(folder / TRIALS) as partial,
        partial.open("w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["trial", "run", "metric", *map(plain, names), "why"])
        for trial in trials:
            metric = "" if trial.metric is None else trial.metric
            values = [trial.values[name] for name in names]
            writer.writerow([trial.number, trial.run, metric, *values, trial.why])
    ranked = best_first(trials, space.maximize)
    summary: dict[str, Any] = {
        "name": name,
        "metric": space.metric,
        "direction": "maximize" if space.maximize else "minimize",
        "trials": len(trials),
        "failed": sum(trial.metric is None for trial in trials),
        "best": [
            {
                "run": trial.run,
                "metric": trial.metric,
                "values": {plain(key): value for key, value in trial.values.items()},
            }
            for trial in ranked[:_SHOWN]
        ],
    }
    write_json(folder / SUMMARY, summary)
    if ranked:
        draw(folder / PICTURE, space, trials)


def best_first(trials: Sequence[Trial], maximize: bool) -> list[Trial]:
    """Return the trials that came to a result, the best first."""
    found = [trial for trial in trials if trial.metric is not None]
    sign = -1 if maximize else 1
    return sorted(found, key=lambda trial: (sign * (trial.metric or 0.0), trial.number))


def plain(name: str) -> str:
    """Return a value's name as tables and pictures have it."""
    return name.partition(":")[2] or name


def draw(path: Path, space: Space, trials: Sequence[Trial]) -> None:
    """Draw the metric over the trials with the best so far, and over each value; the best trial is green."""
    panels = [None, *list(space.dimensions)[:_MOST_PANELS]]
    columns = min(_ACROSS, math.ceil(math.sqrt(len(panels))))
    rows = math.ceil(len(panels) / columns)
    figure = Figure(figsize=(3.2 * columns, 2.6 * rows), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    done = [trial for trial in trials if trial.metric is not None]
    best = best_first(done, space.maximize)[0]
    metric = space.source[1]
    for place, name in enumerate(panels):
        axes = figure.add_subplot(rows, columns, place + 1)
        axes.set_ylabel(metric if place % columns == 0 else "", fontsize=8)
        axes.tick_params(labelsize=7)
        if name is None:
            _over_trials(axes, done, trials, space.maximize)
        else:
            _over_value(axes, name, space.dimensions[name], done)
        x = best.number if name is None else _position(space.dimensions[name], best.values[name])
        axes.scatter([x], [best.metric or 0.0], color=_GOOD, s=36, zorder=3)
    with atomic_path(path) as partial:
        figure.savefig(partial, metadata={"Software": None})


def _over_trials(
    axes: Axes, done: Sequence[Trial], trials: Sequence[Trial], maximize: bool
) -> None:
    numbers, metrics = [t.number for t in done], [t.metric or 0.0 for t in done]
    pick = max if maximize else min
    axes.scatter(numbers, metrics, color=_PALE, s=16)
    axes.step(
        numbers, [pick(metrics[: i + 1]) for i in range(len(metrics))], where="post", color=_GOOD
    )
    for trial in trials:
        if trial.metric is None:
            axes.axvline(trial.number, color=_BAD, linewidth=0.8, linestyle=":")
    axes.set_xlabel("trial (red: failed)" if len(trials) > len(done) else "trial", fontsize=8)


def _over_value(axes: Axes, name: str, dimension: Range | Choices, done: Sequence[Trial]) -> None:
    axes.scatter(
        [_position(dimension, trial.values[name]) for trial in done],
        [trial.metric or 0.0 for trial in done],
        color=_PALE,
        s=16,
    )
    if isinstance(dimension, Choices):
        axes.set_xticks(range(len(dimension.values)), [str(value) for value in dimension.values])
    elif dimension.log:
        axes.set_xscale("log")
        ends = [dimension.low, math.sqrt(dimension.low * dimension.high), dimension.high]
        axes.set_xticks(ends, [f"{end:.2g}" for end in ends])
        axes.set_xticks([], minor=True)
        axes.set_xlim(dimension.low / 1.1, dimension.high * 1.1)
    axes.set_xlabel(plain(name), fontsize=8)


def _position(dimension: Range | Choices, value: Any) -> float:
    """Return where a value stands on its axis: a choice at its number."""
    return float(dimension.values.index(value) if isinstance(dimension, Choices) else value)


def metric_of(content: Mapping[str, Any], name: str) -> float | None:
    """Return a number of a file of metrics, nested names joined by dots; None where it is not there, or no number."""
    found: Any = content
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    number = isinstance(found, int | float) and not isinstance(found, bool) and math.isfinite(found)
    return float(found) if number else None
