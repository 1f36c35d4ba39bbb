"""JSON and XML of others: read piece by piece, and refused where they could do harm."""

import json
import os
from itertools import pairwise
from pathlib import Path

import pytest

from src.labelling import documents
from src.labelling.documents import parse, read_document, read_items, read_yaml
from src.labelling.xml_elements import read_elements


@pytest.mark.parametrize("chunk", [1, 2, 7, 1 << 20])
def test_items_come_one_by_one(chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "CHUNK", chunk)
    content = {"a": [1, 23, {"b": [1, 2]}], "c": "x", "d": [], "e": {"f": 1}, "g": -12.5}
    path = tmp_path / "a.json"
    path.write_text(json.dumps(content, indent=1))
    found = [("a", 1), ("a", 23), ("a", {"b": [1, 2]}), ("c", "x"), ("e", {"f": 1}), ("g", -12.5)]
    assert list(read_items(path)) == found
    path.write_text(json.dumps([123, "ä", [4]], ensure_ascii=False), encoding="utf-8-sig")
    assert list(read_items(path)) == [("", 123), ("", "ä"), ("", [4])]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "7",
        "[1",
        "[1 2]",
        '{"a"',
        '{"a": 1',
        '{"a" 1}',
        "{1: 2}",
        '{"a": [1}',
        "[" * 100000,
    ],
)
def test_damaged_json_is_named(content: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(content)
    with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong
        list(read_items(path))
    with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong
        read_document(path)
    assert parse(' {"a": 1}') == {"a": 1}


def test_a_piece_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_LABEL_BYTES", 1000)
    monkeypatch.setattr(documents, "CHUNK", 100)
    path = tmp_path / "a.json"
    path.write_text('["' + "x" * 5000 + '"]')
    with pytest.raises(ValueError, match="has one piece of more than"):
        list(read_items(path))


def test_xml_elements_come_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text("<all><meta><a>0</a></meta><image id='1'>x<box/></image><image id='2'/></all>")
    found = list(read_elements(path, frozenset({"image"})))
    assert [(one.get("id"), one.text, len(one)) for one in found] == [("1", "x", 1), ("2", None, 0)]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "secret.txt">]><a>&b;</a>', "document type"),
        ('<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a>&c;</a>', "document type"),
        ("<a>" * 1000, "nested too deeply"),
        ("<a><b></a>", "is no XML"),
        ("no", "is no XML"),
    ],
)
def test_xml_that_could_do_harm_is_refused(content: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(content)
    with pytest.raises(ValueError, match=problem):
        list(read_elements(path, frozenset({"a"})))


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.json")
    with pytest.raises(ValueError, match="is no file"):
        list(read_items(tmp_path / "a.json"))


def test_aliases_of_yaml_are_refused_before_they_are_expanded(tmp_path: Path) -> None:
    """Nine levels of ten, which would be a billion values."""
    levels = [
        f"{name}: &{name} [{', '.join([f'*{below}'] * 10)}]"
        for below, name in pairwise("abcdefghi")
    ]
    lines = ("a: &a [" + ", ".join("x" * 10) + "]", *levels, "names: {0: *i}")
    path = tmp_path / "data.yaml"
    path.write_text("\n".join(lines))
    with pytest.raises(ValueError, match=r"is no YAML \(an alias"):
        read_yaml(path)
