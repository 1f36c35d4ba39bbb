"""Jobs on photographs: split and frozen, with copies made of them, or read by several models."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from ..bundle.files import whole_folder
from ..common.errors import UserError
from ..common.progress import tell
from ..datasets.photos import photo_folders
from .placing import DATASETS, Placed
from .request import Request
from .steps import Steps
from .workspace import keep, read_stages

_PHOTOS = f"{DATASETS}/photos"
AUGMENTED = "-augmented"
"""Behind the name of a folder, that of the one with its copies."""


def preprocess(request: Request, workspace: Path, steps: Steps, placed: Placed) -> None:
    """Check photographs, give each a side of the split, freeze all that is trained on, and write the photographs.

    request.options: of `src.photos split`. The stages that prepare_* name are in DVC's cache afterwards, so that a
    training with the same ``checkpoints`` does not freeze them again.
    """
    if placed.photos:
        steps.module("src.photos", "check")
        kept = [] if placed.previous is None else ["--keep", str(placed.previous)]
        steps.module("src.photos", "split", *kept, *request.options)
        steps.module("src.photos", "stats", "--out", str(request.out / "stats.png"))
    for stage in read_stages(workspace):
        if stage.startswith("prepare_"):
            steps.dvc("repro", "--single-item", stage)
            keep(workspace, request.checkpoints)
    _write(workspace, request.out, [*placed.photos])


def augment(request: Request, workspace: Path, steps: Steps, placed: Placed) -> None:
    """Write for each folder of photographs one with transformed copies. request.options: of `src.photos augment`."""
    if not placed.photos:
        raise UserError("there are no photographs to make copies of: name some as data")
    for name in placed.photos:
        steps.module("src.photos", "augment", name, f"{name}{AUGMENTED}", *request.options)
    _write(workspace, request.out, [f"{name}{AUGMENTED}" for name in placed.photos])


def test(request: Request, workspace: Path, steps: Steps, models: Mapping[str, Path]) -> None:
    """Read every folder of photographs with every model, and write the comparison. models: folders by name."""
    folders = photo_folders(workspace / _PHOTOS)
    if not models or not folders:
        raise UserError(
            "a test needs at least one model and one folder of photographs: name them as models and data"
        )
    (workspace / "models").mkdir()
    for name, folder in models.items():
        (workspace / "models" / name).symlink_to(folder, target_is_directory=True)
    steps.module(
        "src.matrix",
        *("--models", *(f"models/{name}" for name in models)),
        *("--photos", *(folder.relative_to(workspace).as_posix() for folder in folders)),
        *("--out", str(request.out.resolve())),
    )


def _write(workspace: Path, out: Path, names: list[str]) -> None:
    """Copy folders of photographs to where they are wanted, each as a whole."""
    for name in names:
        target = out / "photos" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with whole_folder(target) as partial:
            shutil.copytree(workspace / _PHOTOS / name, partial, dirs_exist_ok=True)
        tell(f"wrote {target}")
