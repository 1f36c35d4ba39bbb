"""Training curves of base and head side by side."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .revision import Chart

MOST_CHARTS = 12
_VALIDATION = "val_"


@dataclass(frozen=True)
class Pair:
    """One curve of both revisions by step (0, 1 …); either may be empty."""

    title: str
    name: str
    x_label: str
    y_label: str
    base: Mapping[int, float]
    head: Mapping[int, float]


def pairs(base: Sequence[Chart], head: Sequence[Chart]) -> list[Pair]:
    """Return the curves of validation that either revision has, those of the head's dvc.yaml first."""
    before, after = _by_name(base), _by_name(head)
    found = []
    for key in dict.fromkeys((*after, *before)):
        title, name = key
        chart = after.get(key) or before[key]
        if name.startswith(_VALIDATION):
            lines = [
                side[key].lines[name] if key in side else dict[int, float]()
                for side in (before, after)
            ]
            found.append(Pair(title, name, chart.x_label, chart.y_label, *lines))
    return found[:MOST_CHARTS]


def words(text: str) -> str:
    """Return what may stand between quotes in a Mermaid chart, and means nothing to matplotlib either."""
    return " ".join(re.sub(r"[^\w .,()+-]", " ", text).split())[:60]


def _by_name(charts: Sequence[Chart]) -> dict[tuple[str, str], Chart]:
    return {(chart.title, name): chart for chart in charts for name in chart.lines}
