"""When which version was in which stage, as a picture."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ..bundle.promoted import Tags
from ..common.errors import UserError
from ..common.files import atomic_path

_COLOURS = ("#2a5f9e", "#c77d1e", "#2a7f3f", "#8a4f9e", "#b03a48", "#4a7f8a")
# Most changes that are drawn: the last ones.
_MOST = 24


def draw_stages(path: Path, tags: Tags, model: str, stages: Sequence[str]) -> None:
    """Write a .png: a row for each stage, in it the versions that were there, from one change of any stage to the next.

    Changes stand at equal distances, and say when they were: weeks without any would leave no room for the rest.
    stages: from the first that a model goes through to the last. Raises UserError where nothing was ever promoted.
    """
    states = _states(tags, model, stages)[-_MOST:]
    if not states:
        first = next(iter(stages), "NAME")
        raise UserError(f"no {model} was in a stage yet: run `make promote STAGE={first}`")
    versions = list(tags.versions(model))
    figure = Figure(figsize=(1.8 + 1.0 * len(states), 0.9 + 0.5 * len(stages)), dpi=100)
    figure.set_layout_engine("constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for height, stage in enumerate(reversed(stages)):
        start = 0
        inside = [state[1][stage] for state in states]
        for place in range(1, len(inside) + 1):
            if place == len(inside) or inside[place] != inside[start]:
                _bar(axes, height, start, place, inside[start], versions)
                start = place
    times = [f"{datetime.fromtimestamp(time, UTC):%d %b\n%H:%M}" for time, _ in states]
    axes.set_xticks(range(len(states)), times, fontsize=7)
    axes.set_yticks(range(len(stages)), reversed(stages), fontsize=9)
    axes.set(xlim=(0, len(states)), ylim=(-0.5, len(stages) - 0.5))
    axes.set_title(f"{model}: which version was in which stage (UTC)", fontsize=9, loc="left")
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    with atomic_path(path) as partial:
        figure.savefig(partial, format="png", metadata={"Software": None})


def _bar(
    axes: Axes, height: int, start: int, end: int, version: str, versions: Sequence[str]
) -> None:
    if not version:
        return
    colour = _COLOURS[versions.index(version) % len(_COLOURS)]
    axes.barh(height, end - start - 0.04, left=start, height=0.6, color=colour)
    axes.text(start + 0.08, height, version, color="white", fontsize=8, va="center")


def _states(tags: Tags, model: str, stages: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """Return what each stage held after each change: its time, and versions by stage, "" for none."""
    states: list[tuple[int, dict[str, str]]] = []
    for count, event in enumerate(tags.events, 1):
        if event.model != model or event.stage not in stages:
            continue
        # Versions as they are called today: one may be registered in the second of its first promotion.
        named = tuple(e for e in tags.events if e.version)
        until = Tags((*named, *(e for e in tags.events[:count] if e.stage)))
        held = {stage: until.serving(model, stage) for stage in stages}
        state = {stage: found.version if found else "" for stage, found in held.items()}
        if not states or states[-1][1] != state:
            states.append((event.time, state))
    return states
