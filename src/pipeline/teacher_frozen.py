"""The teacher of a training, frozen beside its prepared set: a training depends on these files alone."""

import shutil
from pathlib import Path

from ..bundle.bundle import LOCALIZE, READ, load_trusted
from ..bundle.files import copy_whole, whole_folder
from ..common.errors import UserError
from ..datasets.teacher import NETWORK, TEACHER, TeacherCard, write_teacher_card
from .start import NONE, model_folder


def freeze_teacher(teacher: str, folder: Path) -> None:
    """Copy the network that a training learns from into a prepared set's folder, with its card.

    teacher: as in params.yaml, named as `start` is. folder: ends in the network's name, "localize" or "ocr". With
    "none" there is nothing, and nothing is left of an earlier one. Raises UserError where there is no such model.
    """
    if teacher == NONE:
        shutil.rmtree(folder / TEACHER, ignore_errors=True)
        return
    try:
        bundle = load_trusted(model_folder(teacher))
    except UserError as error:
        raise UserError(f"teacher in params.yaml: {error}; {NONE} is for no teacher") from error
    card = bundle.card
    if folder.name == "localize":
        source = LOCALIZE
        frozen = TeacherCard(teacher, card.version, card.localizer_decoding, "", 0, 0)
    else:
        source = READ
        size = card.plate_height, card.plate_width
        frozen = TeacherCard(teacher, card.version, card.reader_decoding, card.alphabet, *size)
    with whole_folder(folder / TEACHER) as partial:
        copy_whole(bundle.folder / source, partial / NETWORK)
        write_teacher_card(partial, frozen)
    print(f"{folder.name}: training learns from {bundle.title} too")
