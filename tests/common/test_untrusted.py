"""What is refused before it is opened, and what a file of JSON may not hold."""

import json
import os
import socket
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.common.untrusted import (
    MAX_DEPTH,
    MAX_JSON_BYTES,
    check_file,
    one_line,
    parse_json,
    printable,
    read_json,
)


def in_place_of_a_file(kind: str, path: Path) -> None:
    """Put something that is no plain file at a path."""
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "link":
        (path.parent / "target").write_text("{}")
        path.symlink_to("target")
    else:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path))


@pytest.mark.parametrize("kind", ["pipe", "folder", "device", "link", "socket"])
def test_what_is_no_file_is_not_opened(kind: str) -> None:
    with tempfile.TemporaryDirectory() as folder:  # the address of a socket has to be short
        path = Path(folder) / "card.json"
        in_place_of_a_file(kind, path)
        with pytest.raises(ValueError, match=r"^card\.json is a \w+ and no plain file"):
            check_file(path, 10)
        with pytest.raises(ValueError, match="no plain file"):
            read_json(path)


def test_sizes(tmp_path: Path) -> None:
    path = tmp_path / "card.json"
    with pytest.raises(FileNotFoundError):
        check_file(path, 10)
    path.write_text("1234567890")
    check_file(path, 10)
    with pytest.raises(ValueError, match=r"card\.json has more than 9 bytes"):
        check_file(path, 9)
    path.write_text(" " * MAX_JSON_BYTES + "1")
    with pytest.raises(ValueError, match="has more than 200,000 bytes"):
        read_json(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 100_000, "nested too deeply"),
        ("[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2), "nested too deeply"),
        ('{"a": NaN}', "NaN, which is no number"),
        ("[-Infinity]", "Infinity, which is no number"),
        ("1e999", "number inf"),
        ("-" + "9" * 10_000, "number -inf"),
        ("1" + "0" * 16, r"number 1e\+16, which is beyond"),
        (r'{"a\u001b[2J": 1}', "not for showing"),
        (r'["\u202etxt.exe"]', r"not for showing: '\\u202etxt"),
        (r'["\ud800"]', "not for showing"),
        ('["a\u2066b"]', "not for showing"),
        ("", "Expecting value"),
    ],
)
def test_json_that_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        parse_json(text)
    assert printable(str(caught.value)) == str(caught.value)


def test_json_that_is_taken() -> None:
    content = {"a": [1, -2.5, 1e15, True, None], "ü 서울": {"b": {"c": [[["deep"]]]}}, "": ""}
    assert parse_json(json.dumps(content)) == content


@given(st.text(max_size=30))
def test_printable_text_does_nothing_to_a_terminal(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text)
    assert printable(shown) == shown
    assert all(c.isprintable() or c.isspace() or ord(c) > 0x7F for c in shown)


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("a\n b\x1b[2J\u202e"), "a b�[2J�"),
        (KeyError(), "KeyError"),
        (ValueError("x" * 400), "x" * 300),
    ],
)
def test_errors_are_one_line(error: Any, line: str) -> None:
    assert one_line(error) == line
