"""Provenance of trained networks: revision, package versions, and whether they were evaluated."""

import hashlib
import json
import math
import platform
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from ..common.git import said

_PACKAGES = ("onnxruntime", "numpy", "opencv-python-headless", "torch")
# Of the metrics, tables that do not say what a reader of the card wants to know, or name a user's own folders.
_LEFT_OUT = ("photos",)


class Thresholds(NamedTuple):
    """Thresholds and picture sizes of reading: as in EvaluateStackParams."""

    min_score: float
    min_confidence: float
    long_sides: Sequence[int]


def package_versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that make and run the networks."""
    return {"python": platform.python_version()} | {name: version(name) for name in _PACKAGES}


def git_revision(root: Path) -> str:
    """Return the commit that is checked out, with "-dirty" where files differ from it; "unknown" without git."""
    head, changed = said(root, "rev-parse", "HEAD"), said(root, "status", "--porcelain")
    if head is None or changed is None:
        return "unknown"
    return f"{head}-dirty" if changed else head


def evaluated_metrics(root: Path, thresholds: Thresholds) -> dict[str, float]:
    """Return the metrics of evaluate_stack, nested names joined by dots; empty unless they are of what lies there.

    root: of the project. By its dvc.lock, out/evaluations/stack/metrics.json must be what the stage wrote, out/models/*
    what it read, and these thresholds those that it read with.
    """
    metrics = root / "out/evaluations/stack/metrics.json"
    try:
        stage = yaml.safe_load((root / "dvc.lock").read_text(encoding="utf-8"))
        stage = stage["stages"]["evaluate_stack"]
        locked = {entry["path"]: entry["md5"] for entry in [*stage["deps"], *stage["outs"]]}
        used = stage["params"]["params.py"]["EvaluateStackParams"]
        same = (
            locked["out/evaluations/stack/metrics.json"] == _md5(metrics)
            and all(
                locked[m] == folder_md5(root / m) for m in ("out/models/localize", "out/models/ocr")
            )
            and tuple(thresholds) == tuple(used[n.upper()] for n in Thresholds._fields)
        )
        return dict(_numbers(json.loads(metrics.read_text(encoding="utf-8")))) if same else {}
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError):
        return {}


def trained_data(root: Path) -> dict[str, str]:
    """Return DVC's hashes of the data that the networks of ``root``/out/models learned from, by path.

    Empty unless they are those that dvc.lock names.
    """
    try:
        stages = yaml.safe_load((root / "dvc.lock").read_text(encoding="utf-8"))["stages"]
        found: dict[str, str] = {}
        for name in ("localize", "ocr"):
            train = stages[f"train_{name}"]
            made = {entry["path"]: entry["md5"] for entry in train["outs"]}
            if made[f"out/models/{name}"] != folder_md5(root / "out/models" / name):
                return {}
            read = [*stages[f"prepare_{name}"]["deps"], *train["deps"]]
            found |= {e["path"]: e["md5"] for e in read if e["path"].startswith("data/")}
        return dict(sorted(found.items()))
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError):
        return {}


def _numbers(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    for name, value in table.items():
        if isinstance(value, dict) and name not in _LEFT_OUT:
            yield from _numbers(value, f"{prefix}{name}.")
        elif isinstance(value, int | float) and math.isfinite(value):
            yield f"{prefix}{name}", value


def folder_md5(folder: Path) -> str:
    """Return a folder's hash as DVC makes it, ending in ".dir": of the list of its files, by name, as JSON."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    entries = [{"md5": _md5(p), "relpath": p.relative_to(folder).as_posix()} for p in files]
    entries.sort(key=lambda entry: entry["relpath"])
    listing = json.dumps(entries, sort_keys=True).encode()
    return f"{hashlib.md5(listing, usedforsecurity=False).hexdigest()}.dir"


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
