"""What a prepared set has beside it of the model that a training learns from: its exported network, and a card."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from ..common.errors import UserError
from ..common.files import write_json

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
    write_json(folder / CARD, asdict(card))


def read_teacher_card(folder: Path) -> TeacherCard:
    """Return the card; raises UserError when it is missing or damaged."""
    path = folder / CARD
    try:
        return TeacherCard(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise UserError(
            f"{path} is missing or damaged ({error!r}): make it anew with `dvc repro -f`"
        ) from error
