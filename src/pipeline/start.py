"""The model that training starts from, as `start` in params.yaml names it."""

from pathlib import Path

from ..bundle.bundle import STACK
from ..bundle.choose import RELEASED
from ..bundle.files import SUMS
from ..common.config import ROOT
from ..common.errors import UserError
from .start_revision import commit_of, released_by, trained_by

NONE = "none"
# After a revision: its release/, and not the networks that it trained.
_ITS_RELEASE = f":{RELEASED}"


def start_bundle(start: str, root: Path = ROOT) -> Path | None:
    """Return the folder of the bundle that training starts from, or None for none.

    start: "none"; "release"; a saved model's folder, from the project's root or absolute, or a folder that holds one
    as out/models does; or a git revision, of which it is the networks that its dvc.lock names (``REV``) or its release/
    (``REV:release``). root: the project's. What a revision holds is copied to .cache/start. The bundle itself is
    checked by whoever loads it.

    Raises UserError when there is no such thing.
    """
    if start == NONE:
        return None
    if start == RELEASED:
        return _bundle(root / RELEASED, start)
    folder = root / start
    if folder.is_dir():
        return _bundle(folder, start)
    revision = start.removesuffix(_ITS_RELEASE)
    commit = commit_of(root, revision)
    if commit is None:
        raise UserError(
            f"start is {start!r} in params.yaml, which is no folder and no git revision: write {NONE}, {RELEASED}, the "
            f"folder of a saved model, a revision, or REVISION{_ITS_RELEASE}"
        )
    take = trained_by if revision == start else released_by
    return take(root, commit, revision)


def _bundle(folder: Path, start: str) -> Path:
    inside = folder / STACK.name
    for found in (folder, inside):
        if (found / SUMS).is_file():
            return found
    raise UserError(
        f"start is {start!r} in params.yaml, and there is no saved model in {folder}: name a folder with {SUMS}, or "
        "run `python3 -m src.save_stack`, which writes out/models/stack"
    )
