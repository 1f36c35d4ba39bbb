"""JSON and YAML of others, read within limits: nothing is fetched, called, or expanded.

All raise ValueError for what is damaged or beyond a limit, with what is wrong, and OSError for what cannot be read.
"""

import json
import math
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import yaml

from ..common.errors import UserError
from .record import BAD_TEXT, BROKEN, BrokenRow

MAX_LABEL_BYTES = 32 << 20
"""Of one file about one picture (LabelMe puts the picture itself into it), or of one element of a long list."""
MAX_YAML_BYTES = 1 << 20
MAX_DEPTH = 64
CHUNK = 1 << 20
_BLANK = " \t\r\n"


def read_text(path: Path, most: int = MAX_LABEL_BYTES) -> str:
    """Return a text file in UTF-8, with or without a byte order mark."""
    require_file(path, most)
    return path.read_text(encoding="utf-8-sig")


def read_lines(path: Path) -> list[str]:
    """Return the lines of a text file that says something of a whole set; raises UserError where it cannot be read."""
    try:
        return read_text(path).splitlines()
    except (ValueError, OSError) as error:
        raise UserError(f"{path} cannot be read ({error}); correct or remove it") from error


def open_text(path: Path, errors: str = "strict", newline: str | None = None) -> TextIO:
    """Open a text file of any length in UTF-8, with or without a byte order mark."""
    require_file(path, None)
    return path.open(encoding="utf-8-sig", errors=errors, newline=newline)


def count_lines(path: Path) -> int:
    """Return how many lines a file has; 0 where it cannot be read, which is told when it is."""
    try:
        require_file(path, None)
        with path.open("rb") as file:
            return sum(1 for _ in file)
    except (ValueError, OSError):
        return 0


def parse(text: str) -> Any:
    """Return what JSON holds; a number may be infinite or none, and one that is too long for any use is infinite."""
    return _decode(text)[0]


def read_document(path: Path) -> dict[str, Any]:
    """Return the object that a JSON file holds."""
    content = parse(read_text(path))
    if not isinstance(content, dict):
        raise ValueError("holds no JSON object")
    return content


def read_items(path: Path) -> Iterator[tuple[str, Any]]:
    """Yield what a JSON file of any length holds, piece by piece: its keys with their values.

    Of a value that is a list, or of a file that is one, the elements come one by one, each with the key ("" for the
    file's own). One element is held at a time.
    """
    with open_text(path) as file:
        text = _Text(file.read)
        start = text.next()
        if start == "[":
            yield from (("", element) for element in _elements(text))
        elif start == "{":
            yield from _members(text)
        else:
            raise ValueError("holds neither a JSON object nor a list")


class _Text:
    """Text that is read in pieces and thrown away behind the place that was reached."""

    def __init__(self, read: Any) -> None:
        self._read = read
        self._text, self._at, self._ended = "", 0, False

    def _more(self) -> bool:
        piece = "" if self._ended else self._read(max(CHUNK, len(self._text) - self._at))
        self._ended = not piece
        self._text, self._at = self._text[self._at :] + piece, 0
        if len(self._text) > MAX_LABEL_BYTES + 2 * CHUNK:
            raise ValueError(f"has one piece of more than {MAX_LABEL_BYTES >> 20} MB")
        return bool(piece)

    def peek(self) -> str:
        """Return the next character that is not blank."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _BLANK:
                    return self._text[self._at]
                self._at += 1
            if not self._more():
                raise ValueError("ends too early")

    def next(self) -> str:
        """Return the next character that is not blank, and go on behind it."""
        char = self.peek()
        self._at += 1
        return char

    def value(self) -> Any:
        """Return the next value, and go on behind it."""
        self.peek()
        while True:
            try:
                value, end = _decode(self._text, self._at)
                # A number might go on.
                whole = end < len(self._text) and self._text[end] not in ".eE+-"
                if whole or self._ended:
                    self._at = end
                    return value
            except json.JSONDecodeError:
                if self._ended:
                    raise
            self._more()


def _elements(text: _Text) -> Iterator[Any]:
    if text.peek() == "]":
        text.next()
        return
    while True:
        yield text.value()
        sign = text.next()
        if sign == "]":
            return
        if sign != ",":
            raise ValueError(f"has {sign!r} where a comma has to be")


def _members(text: _Text) -> Iterator[tuple[str, Any]]:
    if text.peek() == "}":
        return
    while True:
        key = text.value()
        if not isinstance(key, str) or text.next() != ":":
            raise ValueError("has a key without a value")
        if text.peek() == "[":
            text.next()
            yield from ((key, element) for element in _elements(text))
        else:
            yield key, text.value()
        sign = text.next()
        if sign == "}":
            return
        if sign != ",":
            raise ValueError(f"has {sign!r} where a comma has to be")


def _whole(digits: str) -> int | float:
    # Python refuses thousands of digits, and with them all that stands in the file.
    return int(digits) if len(digits) < 20 else float(digits)


# What is no number is left to who needs one there: it is wrong with one record, and not with all of the file.
_DECODER = json.JSONDecoder(parse_constant=float, parse_int=_whole)


def _decode(text: str, at: int = 0) -> tuple[Any, int]:
    try:
        if at:
            return _DECODER.raw_decode(text, at)
        stripped = len(text) - len(text.lstrip(_BLANK))
        return _DECODER.raw_decode(text, stripped)
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error


class _PlainLoader(yaml.SafeLoader):
    """Reads values alone. An alias is refused: of aliases of aliases, a few lines stand for more than any memory."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias, *name; write what it stands for in its place")
        return super().compose_node(parent, index)


def read_yaml(path: Path) -> dict[Any, Any]:
    """Return the mapping that a YAML file holds, of plain values alone."""
    try:
        content = yaml.load(read_text(path, MAX_YAML_BYTES), _PlainLoader)
    # The last two are what yaml says of values that are not what their tag (!!bool, !!timestamp) says they are.
    except (yaml.YAMLError, RecursionError, LookupError, AttributeError) as error:
        raise ValueError(f"is no YAML ({' '.join(str(error).split())[:200]})") from error
    if not isinstance(content, dict):
        raise ValueError("holds no YAML mapping")
    return content


def number(value: object) -> float:
    """Return a finite number, which may be written as text; raises BrokenRow for anything else."""
    try:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise ValueError
        found = float(value)
    except (ValueError, OverflowError):
        found = float("nan")
    if not abs(found) < 1e9:
        raise BrokenRow(BROKEN, f"{str(value)[:40]!r} is no number that can be")
    return found


def numbers(values: object) -> list[float]:
    """Return a list of finite numbers; raises BrokenRow for anything else."""
    if not isinstance(values, list):
        raise BrokenRow(BROKEN, f"{str(values)[:40]!r} is no list of numbers")
    return [number(value) for value in values]


def words(value: object) -> str:
    """Return a text, or a number as one, "" for what is not there; raises BrokenRow for anything else."""
    if value is None or value is False:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise BrokenRow(BAD_TEXT, f"{str(value)[:40]!r} is no text")
    if isinstance(value, float) and not math.isfinite(value):
        raise BrokenRow(BAD_TEXT, f"the number {value} is no text")
    return str(value)


def mapping(value: object) -> dict[str, Any]:
    """Return an object of JSON; raises BrokenRow for anything else."""
    if not isinstance(value, dict):
        raise BrokenRow(BROKEN, f"{str(value)[:40]!r} is no object with names and values")
    return value


def listing(value: object) -> list[Any]:
    """Return a list of JSON, empty for what is not there; raises BrokenRow for anything else."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise BrokenRow(BROKEN, f"{str(value)[:40]!r} is no list")
    return value


def require_file(path: Path, most: int | None) -> None:
    """Raise ValueError unless a path is a plain file of at most so many bytes."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):  # a pipe would never end
        raise ValueError("is no file")
    if most is not None and found.st_size > most:
        raise ValueError(f"has more than {most:,} bytes")
