"""Which of a set's classes is the plate, and whether the name of a class is a plate's text."""

from collections.abc import Mapping
from typing import Literal

from ..common.errors import UserError
from ..datasets.plate_texts import clean_text, text_problem
from .record import Asked

# In a class's name, of many languages.
_WITHIN = (
    *("plate", "licen", "kennzeichen", "nummernschild", "placa", "plaque", "immatric", "targa"),
    *(
        "matricul",
        "rejestr",
        "kenteken",
        "nummerpl",
        "rendszam",
        "车牌",
        "번호판",
        "ナンバー",
        "номер",
    ),
)
_WHOLE = frozenset({"lp", "anpr", "alpr", "lpr", "plaka", "spz", "np"})

Role = Literal["plate", "text", "other"]


def is_plate_name(name: str) -> bool:
    """Say whether a class is a plate by its name."""
    plain = name.casefold()
    return any(word in plain for word in _WITHIN) or plain.strip(" _-0123456789") in _WHOLE


def is_plate_text(name: str) -> bool:
    """Say whether a class's name is what a plate says: capitals, a digit among them, nothing else."""
    text = clean_text(name)
    digits = any(c.isdigit() for c in text)
    return len(text) >= 3 and digits and name == name.upper() and text_problem(name, None) is None


def role(name: str, asked: Asked) -> Role:
    """Return what a labelled thing of a class is, where a format does not list its classes beforehand."""
    if asked.classes:
        return "plate" if _is_asked(name, name, asked) else "other"
    if asked.text == "label":
        return "text"
    if is_plate_name(name):
        return "plate"
    return "text" if is_plate_text(name) else "other"


def plate_classes(names: Mapping[int, str], asked: Asked) -> frozenset[int]:
    """Return the numbers of the classes that are plates: those asked for, the only one, or those whose names say so.

    Raises UserError, with the classes that there are, where none is or an asked one does not exist.
    """
    listed = ", ".join(f"{number} {name!r}" for number, name in sorted(names.items())[:20])
    if asked.classes:
        found = {n for n, name in names.items() if _is_asked(str(n), name, asked)}
        if not found:
            raise UserError(
                f"--class {' '.join(asked.classes)}: there is no such class; there are {listed}"
            )
        return frozenset(found)
    if len(names) == 1:
        return frozenset(names)
    found = {number for number, name in names.items() if is_plate_name(name)}
    if not found:
        raise UserError(f"which class is the plate? Say --class NAME; there are {listed or 'none'}")
    return frozenset(found)


def _is_asked(key: str, name: str, asked: Asked) -> bool:
    return any(one in (key, name) or one.casefold() == name.casefold() for one in asked.classes)
