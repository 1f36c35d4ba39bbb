"""A version of a released model as a folder of its own, to be built into an image, mounted, or uploaded."""

from pathlib import Path

from ..bundle.bundle import Bundle, load_bundle
from ..bundle.files import SUMS, copy_whole, whole_folder
from ..bundle.note import write_note
from ..common.errors import UserError

MODEL_CARD = "README.md"
"""Beside a released model: what it is for, what it learned from, how well it reads, its licence (src/model_card.py)."""


def copy_promoted(bundle: Bundle, folder: Path) -> Bundle:
    """Copy a bundle, its model card, and a note of which version it is; return the copy.

    bundle: with its release. folder: new, empty, or an earlier copy, which is replaced. Raises UserError for any other.
    """
    if folder.exists() and not (folder / SUMS).is_file() and any(folder.iterdir()):
        raise UserError(f"{folder} has other files in it: name a new folder")
    card = bundle.folder / MODEL_CARD
    with whole_folder(folder) as partial:
        for name in (*bundle.files, *([MODEL_CARD] if card.is_file() else [])):
            copy_whole(bundle.folder / name, partial / name)
        write_note(partial, bundle.release, bundle.card.version)
        load_bundle(partial)
    return load_bundle(folder)
