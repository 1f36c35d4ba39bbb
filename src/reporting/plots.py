"""Curves and pictures out of what DVC returns for the plots of a revision."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from .revision import Chart

MODELS = ("localize", "ocr")
_SPEED = "images_per_second"
# What validation metrics begin with: of drawings, which dvc.yaml names, and of photographs, which it cannot name: DVC
# complains of curves that are not there.
_DRAWN, _PHOTO = "val_", "val_photo_"
# Sheets of pictures are committed below 150 KB; nothing much larger is put into a report.
_MOST_BYTES = 1_000_000
_STARTS = {".jpg": b"\xff\xd8\xff", ".png": b"\x89PNG\r\n\x1a\n"}

Plots = Mapping[str, Any]


def charts(plots: Plots) -> tuple[Chart, ...]:
    """Return the curves that dvc.yaml names, and beside them those of photographs; without a number none."""
    found = []
    for title, settings in _definitions(plots).items():
        named = settings.get("y") if isinstance(settings, Mapping) else None
        if not isinstance(named, Mapping):
            continue
        x = str(settings.get("x", "step"))
        lines = {
            name: _line(plots, path, x, name)
            for file, y in named.items()
            for path, name in _drawn_and_photographed(file, str(y))
        }
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


def _drawn_and_photographed(file: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield file and name of a curve, and of one of validation those of the same over photographs."""
    yield file, name
    if name.startswith(_DRAWN):
        other = f"{_PHOTO}{name.removeprefix(_DRAWN)}"
        yield file.replace(f"/{name}.", f"/{other}."), other


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
