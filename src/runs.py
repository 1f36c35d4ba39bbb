"""Experiments side by side in a table that fits a screen: `dvc exp show` without what is the same everywhere.

python3 -m src.runs    (make runs)
"""

import csv
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime

from .common.config import ROOT, Config
from .common.errors import UserError
from .pipeline.stage import run_command

Row = Mapping[str, str]
# Commits whose experiments are shown.
COMMITS = 3
# Of the metrics, those that say how good a run is: the heading, and the name in the metrics of an evaluation.
METRICS = (("both", "val_acc"), ("AP75", "ap75"), ("reader", "exact"))
# The words of params.yaml; the folders of its datasets are paths.
_WORDS = "|".join(field.name for field in fields(Config) if field.type is str)
# What a result depends on; MULTIPROCESSING is no such thing.
_PARAMETER = re.compile(rf"(\w+Params\.[A-Z_]+|BATCH_SIZE|PHOTO_SHARE|{_WORDS}|datasets\.\w+)$")
_LEAST_WIDTH = 30


def main() -> None:
    """Print the workspace, the last commits and their experiments."""
    width = shutil.get_terminal_size((100, 24)).columns
    print("\n".join(table(list(csv.DictReader(_shown().splitlines())), width)))


def table(rows: Sequence[Row], width: int) -> list[str]:
    """Return the lines of a table of ``width`` characters; rows as `dvc exp show --csv` has them."""
    names = [row["Experiment"] or row["rev"] for row in rows]
    first = max(len(name) for name in ("run", *names)) + 2
    lines = [_line("run", first, "when", [title for title, _ in METRICS], "changed")]
    left = len(lines[0]) - len("changed")
    for name, row, base in zip(names, rows, _bases(rows), strict=True):
        changed = ", ".join(changes(base, row)) if base else ""
        parts = textwrap.wrap(changed, max(_LEAST_WIDTH, width - left)) or [""]
        metrics = [_share(row, metric) for _, metric in METRICS]
        lines.append(_line(name, first, _when(row["Created"]), metrics, parts[0]).rstrip())
        lines += [" " * left + part for part in parts[1:]]
    return lines


def changes(base: Row, row: Row) -> list[str]:
    """Return the parameters in which a run differs from another one, as they are written after ``-S``."""
    return [
        f"{match[1].replace('Params.', '.')}={row[column]}"
        for column in row
        if (match := _PARAMETER.search(column)) and row[column] != base[column]
    ]


def _bases(rows: Sequence[Row]) -> list[Row | None]:
    """Return for each row the commit that it goes out from: of the workspace that is the last one."""
    commits = [row for row in rows if row["typ"] == "baseline" and row["rev"] != "workspace"]
    bases: list[Row | None] = []
    base = commits[0] if commits else None
    for row in rows:
        if row in commits:
            base = row
        bases.append(None if row in commits else base)
    return bases


def _line(name: str, first: int, when: str, metrics: Iterable[str], changed: str) -> str:
    return f"{name:<{first}}{when:<14}{''.join(f'{m:>7}' for m in metrics)}  {changed}"


def _share(row: Row, metric: str) -> str:
    """Return a metric of a row as a percentage; "-" where there is none."""
    for column, value in row.items():
        if column == metric or column.endswith(f":{metric}"):
            try:
                return f"{float(value):.1%}"
            except ValueError:
                return "-"
    return "-"


def _when(created: str) -> str:
    try:
        return datetime.fromisoformat(created).strftime("%d %b %H:%M")
    except ValueError:
        return ""


def _shown() -> str:
    command = [sys.executable, "-m", "dvc", "exp", "show", "--csv", "--num", str(COMMITS)]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)
    if done.returncode:
        raise UserError(f"`dvc exp show` does not work: {' '.join(done.stderr.split())[-300:]}")
    return done.stdout


if __name__ == "__main__":
    run_command(main)
