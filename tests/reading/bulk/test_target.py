"""Targets: files that are whole or absent, one run at a time."""

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from src.common.errors import UserError
from src.reading.bulk import stores
from src.reading.bulk.target import StoreTarget, Target, target_at


@pytest.fixture(params=["folder", "store"])
def target(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Target]:
    if request.param == "folder":
        yield target_at(str(tmp_path / "out"))
        return
    monkeypatch.setattr(stores, "PROTOCOLS", stores.PROTOCOLS | {"memory"})
    yield target_at("memory://out/there/")
    files = fsspec.filesystem("memory")
    if files.exists("/out"):
        files.rm("/out", recursive=True)


def test_what_is_written_is_there(target: Target) -> None:
    assert list(target.files()) == []
    assert not target.has("a/b")
    for content in (b"1", b"22"):
        target.write("a/b", content)
        target.write("c", content)
        with target.open("a/b") as file:
            assert file.read() == content
    assert target.has("a/b")
    assert sorted(target.files()) == ["a", "c"]


def test_a_second_run_is_kept_out(tmp_path: Path) -> None:
    first, second = target_at(str(tmp_path / "out")), target_at(str(tmp_path / "out"))
    with first.alone(), pytest.raises(UserError, match="another run writes to"), second.alone():
        pass
    with second.alone():
        assert list(second.files()) == ["_bulk"]


def test_a_file_is_no_target(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(UserError, match="is no folder"):
        list(target_at(str(tmp_path / "out")).files())
    with pytest.raises(UserError, match="nothing can be written there"):
        target_at("https://host/out")


def test_a_store_that_cannot_be_written_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "PROTOCOLS", stores.PROTOCOLS | {"memory"})
    target = target_at("memory://out")
    assert isinstance(target, StoreTarget)

    def refuse(*_: object) -> None:
        raise RuntimeError("denied")

    monkeypatch.setattr(target._files, "pipe_file", refuse)
    with pytest.raises(UserError, match="cannot write memory://out/a: denied"):
        target.write("a", b"1")
