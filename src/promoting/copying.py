"""A version of a released model as a folder of its own, to be built into an image, mounted, or uploaded."""

from pathlib import Path

from ..bundle.bundle import CARD, LOCALIZE, READ, REFINE, Bundle, load_bundle
from ..bundle.files import SUMS, copy_whole, whole_folder
from ..bundle.note import NOTE, write_note
from ..bundle.signature import SIGNATURE
from ..common.errors import UserError

MODEL_CARD = "README.md"
"""Beside a released model: what it is for, what it learned from, how well it reads, its licence (src/model_card.py)."""

_COPIED = {LOCALIZE, REFINE, READ, CARD, SUMS, SIGNATURE, MODEL_CARD, NOTE}


def copy_promoted(bundle: Bundle, folder: Path) -> Bundle:
    """Copy a bundle, its model card, and a note of which version it is; return the copy.

    bundle: with its release. folder: new, empty, or an earlier copy, which is replaced. Raises UserError for any other:
    a model of the user's own, or released ones, may be there.
    """
    if not folder.name or (folder.exists() and not folder.is_dir()):
        raise UserError(f"a copy cannot take the place of {folder}: name a new folder")
    there = {path.name for path in folder.iterdir()} if folder.exists() else set()
    if there and (NOTE not in there or there - _COPIED):
        raise UserError(f"{folder} has other files in it than an earlier copy: name a new folder")
    card = bundle.folder / MODEL_CARD
    with whole_folder(folder) as partial:
        for name in (*bundle.files, *([MODEL_CARD] if card.is_file() else [])):
            copy_whole(bundle.folder / name, partial / name)
        write_note(partial, bundle.release, bundle.card.version)
        load_bundle(partial)
    return load_bundle(folder)
