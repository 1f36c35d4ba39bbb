"""Notes beside what is frozen with a prepared set: one object of plain values, as JSON."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ..common.errors import UserError
from ..common.files import write_json

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

N = TypeVar("N", bound="DataclassInstance")


def write_note(path: Path, note: "DataclassInstance") -> None:
    """Write a note's fields."""
    write_json(path, asdict(note))


def read_note(path: Path, kind: type[N]) -> N:
    """Return a note of a class; raises UserError when it is missing or damaged."""
    try:
        return kind(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise UserError(
            f"{path} is missing or damaged ({error!r}): make it anew with `dvc repro -f`"
        ) from error
