"""What the stages have written: comparing it, and moving it between copies of the project."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from src.common.files import sha256

RATE = "images_per_second"


def contents(root: Path, paths: Sequence[str]) -> dict[str, str]:
    """Return a checksum of each file in the folders, without the speed of training."""
    return {
        file.relative_to(root).as_posix(): _checksum(file)
        for path in paths
        for file in _files(root / path)
        if file.name != f"{RATE}.tsv"
    }


def _files(path: Path) -> Iterator[Path]:
    yield from [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())


def _checksum(file: Path) -> str:
    if file.name == "metrics.json":
        content: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return json.dumps({k: v for k, v in content.items() if k != RATE}, sort_keys=True)
    return sha256(file)


def put(source: Path, target: Path, paths: Sequence[str]) -> None:
    """Bring files and folders of a copy of the project into another, in place of what was there."""
    for path in paths:
        remove(target, [path])
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        if (source / path).is_dir():
            shutil.copytree(source / path, target / path)
        else:
            shutil.copy(source / path, target / path)


def remove(root: Path, paths: Sequence[str]) -> None:
    """Remove files and folders, as DVC does before it runs a stage."""
    for path in paths:
        if (root / path).is_dir():
            shutil.rmtree(root / path)
        else:
            (root / path).unlink(missing_ok=True)
