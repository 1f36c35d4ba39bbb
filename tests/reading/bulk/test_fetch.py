"""Getting pictures' bytes, and saying what is wrong where that cannot be."""

import errno
import gzip
from pathlib import Path

import fsspec
import pytest

from src.reading.bulk import fetch, stores
from src.reading.bulk.fetch import Fetcher, FetchError, as_file
from src.reading.bulk.items import Item
from tests.reading.bulk.test_tars import packed


@pytest.fixture
def waits() -> list[float]:
    """Seconds that were waited."""
    return []


@pytest.fixture
def fetcher(tmp_path: Path, waits: list[float]) -> Fetcher:
    return Fetcher([str(tmp_path / "in")], waits.append)


def error_of(fetcher: Fetcher, item: Item) -> str:
    with pytest.raises(FetchError) as caught:
        fetcher.check(item) if item.member is None else fetcher.fetch(item)
    return caught.value.error


def test_members_come_from_where_they_lie(fetcher: Fetcher, tmp_path: Path) -> None:
    content = packed({"a": b"12", "b": b"345"})
    (tmp_path / "a.tar").write_bytes(content)
    (tmp_path / "a.tgz").write_bytes(gzip.compress(content))
    for place, data in ((512, b"12"), (1536, b"345"), (512, b"12")):
        assert fetcher.fetch(Item(f"{tmp_path}/a.tar", "x", place, len(data))) == data
        assert fetcher.fetch_in_order(Item(f"{tmp_path}/a.tgz", "x", place, len(data))) == data
    cut = Item(f"{tmp_path}/a.tar", "x", len(content) - 1, 5)
    assert error_of(fetcher, cut) == "unreadable"
    with pytest.raises(FetchError, match="has changed since it was listed"):
        fetcher.fetch_in_order(Item(f"{tmp_path}/a.tgz", "x", len(content) - 1, 5))


def test_what_is_wrong_with_a_file_is_told_from_what_is_wrong_with_its_disk(
    fetcher: Fetcher, tmp_path: Path, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.jpg").write_bytes(b"1")
    fetcher.check(Item(f"{tmp_path}/in/a.jpg"))
    gone = Item(f"{tmp_path}/in/b.jpg")
    assert error_of(fetcher, gone) == "not_found"
    assert error_of(fetcher, Item(f"{tmp_path}/in/" + "a" * 300)) == "unreadable"
    assert waits == []
    (tmp_path / "in/a.jpg").unlink()
    # As where nothing is mounted any more.
    assert error_of(fetcher, gone) == "unreachable"
    assert len(waits) == 3
    # What no folder was searched for, as a manifest's, is just not there.
    assert error_of(fetcher, Item(f"{tmp_path}/on/b.jpg")) == "not_found"

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "open", fail)
    assert error_of(fetcher, gone) == "unreachable"
    assert len(waits) == 6


def test_large_files_are_not_fetched(
    fetcher: Fetcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "MOST_BYTES", 3)
    (tmp_path / "a.jpg").write_bytes(b"1234")
    assert error_of(fetcher, Item(f"{tmp_path}/a.jpg")) == "too_large"
    assert error_of(fetcher, Item(f"{tmp_path}/a.tar", "x", 512, 4)) == "too_large"
    with pytest.raises(FetchError, match="more than 0 MB"):
        fetcher.fetch_in_order(Item(f"{tmp_path}/a.tgz", "x", 512, 4))


def test_stores_give_files_and_pieces(
    fetcher: Fetcher, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "PROTOCOLS", stores.PROTOCOLS | {"memory"})
    fsspec.filesystem("memory").pipe_file("/fetch/a", b"12345")
    assert fetcher.fetch(Item("memory://fetch/a", size=5)) == b"12345"
    assert fetcher.fetch(Item("memory://fetch/a")) == b"12345"
    assert fetcher.fetch(Item("memory://fetch/a", "x", 1, 3)) == b"234"
    monkeypatch.setattr(fetch, "MOST_BYTES", 4)
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(Item("memory://fetch/a"))
    assert caught.value.error == "too_large"
    with pytest.raises(FetchError) as caught:
        fetcher.fetch(Item("memory://fetch/b"))
    assert caught.value.error == "not_found"
    assert waits == []


def test_bytes_have_a_path_and_leave_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    with as_file(b"12") as path:
        assert path.is_file()
        assert path.read_bytes() == b"12"
        assert list(tmp_path.iterdir()) == []
