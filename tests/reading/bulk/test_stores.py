"""Which URLs are read, and how stores are gone through."""

from collections.abc import Iterator

import fsspec
import pytest
from fsspec import AbstractFileSystem

from src.common.errors import UserError
from src.reading.bulk.stores import check_url, matching, open_store, walk


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("memory://a", "'memory' is not read"),
        ("zip://a.jpg::s3://bucket/b.zip", "'zip' is not read"),
        ("simplecache::s3://bucket/a.jpg", "'simplecache::s3' is not read"),
        ("s3://bucket/a.zip::zip://", "is not read"),
        ("ftp://me" + ":secret@host/a.jpg", "ftp://…@host: a password"),
        ("https://host/a.jpg?X-Amz-Signature=secret", "what stands behind ?"),
        ("https://[host/a.jpg", "no URL"),
        ("s3://" + "a" * 5000, "more than 4096 characters"),
    ],
)
def test_urls_that_are_not_read_are_refused_without_their_secrets(url: str, said: str) -> None:
    with pytest.raises(UserError) as caught:
        check_url(url)
    assert said in str(caught.value)
    assert "secret" not in str(caught.value).replace("may be a secret", "")


@pytest.mark.parametrize(
    "url",
    ["s3://bucket/a?b.jpg", "https://host/a.jpg", "sftp://me@host/a", "abfs://c@account/a"],
)
def test_urls_that_are_read(url: str) -> None:
    check_url(url)


def test_a_store_whose_package_is_missing_is_named() -> None:
    with pytest.raises(UserError, match="gs:// needs a package that is not installed here"):
        open_store("gs://bucket/a.jpg")


@pytest.fixture
def store() -> Iterator[AbstractFileSystem]:
    files = fsspec.filesystem("memory")
    for name in ("b/2.jpg", "b/1.jpg", "a.jpg", "c.jpg", ".hidden.jpg", "b/.h/3.jpg", "b/d/4.jpg"):
        files.pipe_file(f"/top/{name}", b"12")
    yield files
    files.rm("/top", recursive=True)


def test_a_folder_of_a_store_is_gone_through_by_name(store: AbstractFileSystem) -> None:
    found = list(walk(store, "/top"))
    names = ["a.jpg", "c.jpg", "b/1.jpg", "b/2.jpg", "b/d/4.jpg"]
    assert found == [(f"/top/{name}", 2) for name in names]


def test_a_glob_of_a_store_gives_files(store: AbstractFileSystem) -> None:
    assert [name for name, _ in matching(store, "/top/b/*")] == ["/top/b/1.jpg", "/top/b/2.jpg"]
    assert len(list(matching(store, "/top/**"))) == 6  # one of them in a hidden folder
