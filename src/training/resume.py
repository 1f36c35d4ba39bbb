"""The checkpoint from which an interrupted training resumes, where it may."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..common.config import ROOT
from ..common.files import write_json
from .callbacks import LiveMetrics
from .checkpoints import DamagedCheckpoint, read_checkpoint
from .identity import differences

LAST, BEST, IDENTITY = "last.ckpt", "best.ckpt", "identity.json"


@dataclass(frozen=True)
class Point:
    """An undamaged checkpoint to resume from, and the metrics of each epoch up to it."""

    path: Path
    epochs: list[dict[str, float]]


def resume_point(folder: Path, identity: Mapping[str, object]) -> Point | None:
    """Return the checkpoint of a folder to resume from; else clear the folder for a new training and print why.

    A training resumes if it was interrupted and has the same identity: after its last epoch, or after its best one
    where the last checkpoint is damaged.
    """
    identity = json.loads(json.dumps(identity, default=str))
    point = _found(folder, identity)
    if point is None:
        shutil.rmtree(folder, ignore_errors=True)
        write_json(folder / IDENTITY, identity)
    return point


def forget(folder: Path) -> None:
    """Remove what a training would resume from; its best epoch stays."""
    # First what marks it as interrupted: killed in between, there is nothing to resume.
    for file in (IDENTITY, LAST):
        (folder / file).unlink(missing_ok=True)


def _found(folder: Path, identity: Mapping[str, object]) -> Point | None:
    files = [file for file in (LAST, BEST) if (folder / file).is_file()]
    if not files or not (folder / IDENTITY).is_file():
        return None
    shown = folder.relative_to(ROOT)
    try:
        other = differences(json.loads((folder / IDENTITY).read_text(encoding="utf-8")), identity)
    except ValueError:
        other = f"{IDENTITY} is unreadable"
    if other:
        print(f"starting anew, for the interrupted training in {shown} was another one: {other}")
        return None
    points, said = {}, []
    for file in files:
        try:
            points[file] = Point(folder / file, read_checkpoint(folder / file)[LiveMetrics.KEY])
        except DamagedCheckpoint as error:
            said.append(f"{file} is damaged ({error})")
    # Without its best epoch a training cannot end as it would have.
    if BEST not in points:
        print(f"starting anew, for of the interrupted training in {shown} {' and '.join(said)}")
        return None
    point = points.get(LAST, points[BEST])
    where = f"after epoch {len(point.epochs)}{''.join(f'; {one}' for one in said)}"
    print(f"resuming the interrupted training in {shown} {where}")
    return point
