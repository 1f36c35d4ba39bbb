"""What sweeps have tried, for the report: their best trials and their pictures."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..common.untrusted import check_file, read_json
from .markdown import code, image, plain
from .media import Pictures
from .page import Section

# What src/sweeping/files.py writes, below out/sweeps of a project.
FOLDER, SUMMARY, PICTURE = "out/sweeps", "sweep.json", "sweep.png"
_MOST, _ROWS, _MOST_BYTES = 3, 5, 1_000_000


@dataclass(frozen=True)
class Sweep:
    """A sweep. best: of its trials, the best first: name of the run, metric, values by name. picture: None without."""

    name: str
    metric: str
    trials: int
    best: tuple[tuple[str, float, dict[str, Any]], ...]
    picture: Path | None


def read_sweeps(root: Path) -> list[Sweep]:
    """Return the sweeps of a project, the newest first; one whose files are damaged is left out."""
    found = sorted((root / FOLDER).glob(f"*/{SUMMARY}"), key=lambda path: -path.stat().st_mtime)
    return [sweep for path in found if (sweep := _read(path)) is not None][:_MOST]


def write_pictures(folder: Path, sweeps: list[Sweep]) -> dict[str, Path]:
    """Copy the pictures of sweeps beside a report; return them by name."""
    written = {}
    for number, sweep in enumerate(sweeps):
        if sweep.picture is not None:
            folder.mkdir(parents=True, exist_ok=True)
            target = folder / f"sweep_{number}.png"
            shutil.copyfile(sweep.picture, target)
            written[target.stem] = target
    return written


def sweep_section(sweeps: list[Sweep], pictures: Pictures) -> Section:
    """Return the best trials of each sweep, with its picture where there is one."""
    full = [_text(sweep, pictures.get(f"sweep_{n}")) for n, sweep in enumerate(sweeps)]
    return Section(
        "Sweeps", 30, ("\n\n".join(full), "\n\n".join(map(_line, sweeps))) if sweeps else ()
    )


def _text(sweep: Sweep, picture: str | None) -> str:
    names = list(sweep.best[0][2])
    rows = [
        ["run", sweep.metric.rpartition(":")[2], *names],
        ["---"] * (len(names) + 2),
        *(
            [code(run), f"{metric:.4g}", *(plain(str(values.get(name, ""))) for name in names)]
            for run, metric, values in sweep.best[:_ROWS]
        ),
    ]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    shown = (
        [image(f"Sweep {sweep.name}: the metric over trials and values", picture)]
        if picture
        else []
    )
    return "\n\n".join([_line(sweep), table, *shown])


def _line(sweep: Sweep) -> str:
    run, metric, _ = sweep.best[0]
    return f"{plain(sweep.name)}, {sweep.trials} trials: {code(run)} is best, {code(sweep.metric)} {metric:.4g}"


def _read(path: Path) -> Sweep | None:
    """Return what a file says; None for one that nobody can have written whole."""
    try:
        content = read_json(path)
        best = tuple(_best(content["best"]))
        picture: Path | None = path.with_name(PICTURE)
        if picture is not None and picture.exists():
            check_file(picture, _MOST_BYTES)
        else:
            picture = None
        sweep = Sweep(
            str(content["name"]), str(content["metric"]), int(content["trials"]), best, picture
        )
    except (OSError, ValueError, KeyError, TypeError, json.JSONDecodeError):
        return None
    return sweep if sweep.best else None


def _best(listed: Any) -> Iterator[tuple[str, float, dict[str, Any]]]:
    for one in listed:
        values = one["values"]
        if not isinstance(values, dict):
            raise TypeError("values is no table")
        yield str(one["run"]), float(one["metric"]), values
