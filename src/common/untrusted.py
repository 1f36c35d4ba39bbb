"""Untrusted files: checked before they are opened, and read within limits."""

import json
import math
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Far more than any card here has.
MAX_JSON_BYTES = 200_000
# Tables in tables, and lists in lists.
MAX_DEPTH = 8
# Of what a JSON file may count: more is no size, number or share of anything here.
MAX_NUMBER = 1e15
# Categories of Unicode: control characters, those that turn the direction of writing or have no width, halves of pairs,
# private ones, and line separators. A terminal or a page would do something else than show them.
_UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def printable(text: str) -> str:
    """Return text with "�" in place of every character that is not there to be seen."""
    return "".join("�" if unicodedata.category(c) in _UNPRINTABLE else c for c in text)


def one_line(error: BaseException, longest: int = 300) -> str:
    """Return what an exception says, on one printable line, cut to so many characters; else its class."""
    return printable(" ".join(str(error).split()) or type(error).__name__)[:longest]


def check_file(path: Path, most: int) -> None:
    """Check, without opening it, that a path is a plain file of at most so many bytes.

    Opening a pipe waits for ever, a device has no end, and a link leads to files that were never meant. Raises
    ValueError for all of these and for a size above ``most``, OSError when there is nothing.
    """
    found = path.lstat()
    if not stat.S_ISREG(found.st_mode):
        kind = "a link" if stat.S_ISLNK(found.st_mode) else _kind(found.st_mode)
        raise ValueError(f"{path.name} is {kind} and no plain file: put the file itself there")
    if found.st_size > most:
        raise ValueError(f"{path.name} has more than {most:,} bytes")


def read_json(path: Path) -> Any:
    """Return what a JSON file holds; `parse_json` says what is refused besides what `check_file` refuses."""
    check_file(path, MAX_JSON_BYTES)
    return parse_json(path.read_text(encoding="utf-8"))


def parse_json(text: str) -> Any:
    """Return what JSON holds.

    Raises ValueError for anything else, for what is nested more than MAX_DEPTH deep, for a number that is none or
    beyond ±MAX_NUMBER, and for text with characters that a terminal would act on.
    """
    try:
        content = json.loads(text, parse_constant=_no_constant, parse_int=_whole)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    for value in _values(content):
        if isinstance(value, str) and printable(value) != value:
            raise ValueError(f"it holds characters that are not for showing: {ascii(value)[:60]}")
        if isinstance(value, int | float) and not abs(value) <= MAX_NUMBER:
            raise ValueError(f"it holds the number {value:.3g}, which is beyond ±{MAX_NUMBER:.0e}")
    return content


def _values(content: Any) -> Iterator[Any]:
    """Yield all keys and single values."""
    waiting = [(content, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise ValueError("it is nested too deeply")
        if isinstance(value, dict):
            yield from value
            waiting += [(part, depth + 1) for part in value.values()]
        elif isinstance(value, list):
            waiting += [(part, depth + 1) for part in value]
        else:
            yield value


def _no_constant(name: str) -> float:
    raise ValueError(f"it holds {name}, which is no number")


def _whole(digits: str) -> int | float:
    # Python refuses thousands of digits with advice for programmers.
    return (
        int(digits)
        if len(digits) < 20
        else math.copysign(math.inf, -1.0 if digits[0] == "-" else 1.0)
    )


def _kind(mode: int) -> str:
    kinds = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
    return kinds.get(stat.S_IFMT(mode), "a device")
