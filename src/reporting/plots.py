"""Curves and pictures out of what DVC returns for the plots of a revision."""

import math
from collections.abc import Mapping
from typing import Any

from .revision import Chart

MODELS = ("localize", "ocr")
_SPEED = "images_per_second"
# Sheets of pictures are committed below 150 KB; nothing much larger is put into a report.
_MOST_BYTES = 1_000_000
_STARTS = {".jpg": b"\xff\xd8\xff", ".png": b"\x89PNG\r\n\x1a\n"}

Plots = Mapping[str, Any]


def charts(plots: Plots) -> tuple[Chart, ...]:
    """Return the curves that dvc.yaml names; those without a single number are left out."""
    found = []
    for title, settings in _definitions(plots).items():
        named = settings.get("y") if isinstance(settings, Mapping) else None
        if not isinstance(named, Mapping):
            continue
        x = str(settings.get("x", "step"))
        lines = {str(y): _line(plots, file, x, str(y)) for file, y in named.items()}
        lines = {name: line for name, line in lines.items() if line}
        if lines:
            labels = str(settings.get("x_label", x)), str(settings.get("y_label", ""))
            found.append(Chart(str(title), *labels, lines))
    return tuple(found)


def speeds(plots: Plots) -> dict[str, tuple[float, ...]]:
    """Return the training pictures a second of each epoch, by model."""
    lines = {
        model: _line(plots, f"out/runs/{model}/dvclive/plots/metrics/{_SPEED}.tsv", "step", _SPEED)
        for model in MODELS
    }
    return {model: tuple(line.values()) for model, line in lines.items() if line}


def pictures(plots: Plots) -> dict[str, bytes]:
    """Return the encoded JPEG and PNG pictures by path; not those that are none, or far too large."""
    found = {}
    for path, source in _sources(plots).items():
        content = source.get("data")
        start = _STARTS.get(path[-4:])
        if start is None or not isinstance(content, bytes) or len(content) > _MOST_BYTES:
            continue
        if content.startswith(start):
            found[path] = content
    return found


def _line(plots: Plots, file: str, x: str, y: str) -> dict[int, float]:
    rows = _sources(plots).get(file, {}).get("data")
    line = {}
    for row in rows if isinstance(rows, list) else []:
        try:
            step, value = int(row[x]), float(row[y])
        except (KeyError, TypeError, ValueError):
            continue  # a row that was cut off, or of another table
        if math.isfinite(value):
            line[step] = value
    return dict(sorted(line.items()))


def _definitions(plots: Plots) -> Mapping[str, Any]:
    files = plots.get("definitions", {}).get("data", {})
    found: dict[str, Any] = {}
    for file in files.values():
        found |= file.get("data") or {}
    return found


def _sources(plots: Plots) -> Mapping[str, Any]:
    sources: Mapping[str, Any] = plots.get("sources", {}).get("data", {})
    return sources
