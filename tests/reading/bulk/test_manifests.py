"""Manifests: which rows name a picture, and what else they may hold."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from src.common.errors import UserError
from src.reading.bulk import manifests
from src.reading.bulk.items import Item
from src.reading.bulk.manifests import listed

# A file of this machine by its URL.
HERE = "file:" + 2 * "/" + "/etc/passwd"


def write(file: Path, **columns: Any) -> str:
    pq.write_table(pa.table(columns), file)
    return str(file)


def test_paths_are_relative_to_the_manifest(tmp_path: Path) -> None:
    name = write(tmp_path / "m.parquet", n=[1, 2, 3], path=["a.jpg", "/b/c.jpg", "s3://d/e.jpg"])
    assert list(listed(name)) == [
        Item(str(tmp_path / "a.jpg")), Item("/b/c.jpg"), Item("s3://d/e.jpg")
    ]  # fmt: skip


@pytest.mark.parametrize("column", manifests.COLUMNS)
def test_the_column_may_have_several_names(tmp_path: Path, column: str) -> None:
    name = write(tmp_path / "m.parquet", **{column: pa.array(["/a"]).dictionary_encode()})
    assert list(listed(name)) == [Item("/a")]


def test_rows_that_name_nothing_say_so(tmp_path: Path) -> None:
    values = [None, "", "a" * 5000, "a\0b", "https://host/a?sig=1", HERE, "/a"]
    problems = [item.problem for item in listed(write(tmp_path / "m.parquet", path=values))]
    assert [problem is None for problem in problems] == [False] * 6 + [True]
    said = ("without a path", "without a path", "too long", "not of text", "secret", "'file' is")
    assert all(a in str(b) for a, b in zip(said, problems, strict=False))


def test_a_manifest_from_elsewhere_leads_to_nothing_here(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("/etc/passwd", "../../a", HERE):
        with pytest.raises(UserError, match=r"leads out|is not read"):
            manifests._place("s3://bucket/m.parquet", value)


def test_what_is_no_manifest_says_why(tmp_path: Path) -> None:
    (tmp_path / "words.parquet").write_bytes(b"words")
    bad = {
        str(tmp_path / "gone.parquet"): "no file",
        str(tmp_path / "words.parquet"): "no Parquet file that can be read",
        write(tmp_path / "other.parquet", name=["a"]): "no column of paths; one is called image_p",
        write(tmp_path / "numbers.parquet", path=[1]): "its column path holds int64, not text",
    }
    for name, said in bad.items():
        with pytest.raises(UserError, match=said):
            list(listed(name))


def test_a_row_group_that_would_fill_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifests, "MOST_GROUP", 100)
    with pytest.raises(UserError, match="write it in row groups of a million rows"):
        list(listed(write(tmp_path / "m.parquet", path=[f"{n:050}" for n in range(100)])))
