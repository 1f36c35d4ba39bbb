"""What a prepared set has beside it of the model that training starts from: its weights, and where they come from."""

from dataclasses import dataclass
from pathlib import Path

from .notes import read_note, write_note

# The folder in a prepared set's, and the note in it.
START, ORIGIN = "start", "origin.json"


@dataclass(frozen=True)
class StartOrigin:
    """Where the weights that training starts from come from.

    start: as it was written in params.yaml. model, plate_format, revision: `version`, `plate_format` and `revision` of
    the bundle's card. weights: SHA-256 of the file.
    """

    start: str
    model: str
    plate_format: str
    revision: str
    weights: str


def write_origin(folder: Path, origin: StartOrigin) -> None:
    """Write the note into the folder of frozen weights."""
    write_note(folder / ORIGIN, origin)


def read_origin(folder: Path) -> StartOrigin:
    """Return the note; raises UserError when it is missing or damaged."""
    return read_note(folder / ORIGIN, StartOrigin)
