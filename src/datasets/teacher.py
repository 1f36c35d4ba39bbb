"""What a prepared set has beside it of the model that a training learns from: its exported network, and a card."""

from dataclasses import dataclass
from pathlib import Path

from .notes import read_note, write_note

# The folder in a prepared set's, and what is in it.
TEACHER, NETWORK, CARD = "teacher", "network.onnx", "teacher.json"


@dataclass(frozen=True)
class TeacherCard:
    """What a teacher is.

    teacher: as it was written in params.yaml. model: `version` of the bundle. decoding: of its raw output. alphabet:
    that it reads; "" for a localizer. height, width: in pixels of the plates that it reads; 0 for a localizer, which
    takes pictures of any size.
    """

    teacher: str
    model: str
    decoding: str
    alphabet: str
    height: int
    width: int


def write_teacher_card(folder: Path, card: TeacherCard) -> None:
    """Write the card beside the network."""
    write_note(folder / CARD, card)


def read_teacher_card(folder: Path) -> TeacherCard:
    """Return the card; raises UserError when it is missing or damaged."""
    return read_note(folder / CARD, TeacherCard)
