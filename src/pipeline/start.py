"""Models by a name: that which training starts from, as `start` in params.yaml says, and those that are compared."""

from pathlib import Path

from ..bundle.bundle import STACK
from ..bundle.choose import A_FOLDER, RELEASED, unknown_model
from ..bundle.files import SUMS
from ..bundle.promoted import find_promoted, is_promoted, promoted_folder
from ..bundle.revision import commit_of, released_by
from ..common.config import ROOT
from ..common.errors import UserError
from .start_revision import trained_by

NONE = "none"
# After a revision: its release/, and not the networks that it trained.
_ITS_RELEASE = f":{RELEASED}"


def start_bundle(start: str, root: Path = ROOT) -> Path | None:
    """Return the folder of the bundle that training starts from, or None for "none"; otherwise as `model_folder`."""
    if start == NONE:
        return None
    try:
        return model_folder(start, root)
    except UserError as error:
        raise UserError(f"start in params.yaml: {error}; {NONE} starts from nothing") from error


def model_folder(name: str, root: Path = ROOT) -> Path:
    """Return the folder of a bundle by its name.

    name: "release"; a saved model's folder, from the project's root or absolute, or a folder that holds one as
    out/models does; or a git revision or DVC experiment, of which it is the networks that its dvc.lock names (``REV``)
    or its release/ (``REV:release``); or a released model by its stage or version (``@prod``, ``release/swiss@v1.0.0``:
    promoted.py). root: the project's. What a revision holds is copied to .cache/start. The bundle itself is checked by
    whoever loads it.

    Raises UserError when there is no such thing.
    """
    if name == RELEASED:
        return _bundle(root / RELEASED)
    folder = root / name
    if folder.is_dir():
        return _bundle(folder)
    if is_promoted(name):
        return promoted_folder(find_promoted(name, root), root)
    revision = name.removesuffix(_ITS_RELEASE)
    commit = commit_of(root, revision)
    if commit is None:
        choices = [RELEASED, A_FOLDER, "a revision", f"REVISION{_ITS_RELEASE}", "@STAGE"]
        raise unknown_model(name, "no folder and no git revision", choices)
    take = trained_by if revision == name else released_by
    return take(root, commit, revision)


def _bundle(folder: Path) -> Path:
    inside = folder / STACK.name
    for found in (folder, inside):
        if (found / SUMS).is_file():
            return found
    raise UserError(
        f"no saved model in {folder}: name a folder with {SUMS}, or run `python3 -m src.save_stack`, which writes "
        "out/models/stack"
    )
