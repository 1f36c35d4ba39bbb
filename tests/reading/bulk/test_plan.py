"""The list of a run: all pictures in their order, in parts that are neither many nor large."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from src.common.errors import UserError
from src.reading.bulk import plan
from src.reading.bulk.items import Item
from src.reading.bulk.plan import Run, check_same, items_of, load_run, new_run, tasks
from src.reading.bulk.target import Target, target_at


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return target_at(str(tmp_path / "out"))


def run_of(target: Target, items: list[Item]) -> Run:
    return new_run(target, ["/in"], {"rotate": "0"}, "m", items, dict)


def files(count: int) -> list[Item]:
    return [Item(f"/in/{number}.jpg", size=number) for number in range(count)]


def members(name: str, count: int) -> list[Item]:
    return [Item(name, f"{number}.jpg", number, 1) for number in range(count)]


def test_parts_hold_all_pictures_in_their_order(target: Target) -> None:
    items = files(9000)
    run = run_of(target, items)
    parts = [items_of(target, number) for number in range(run.parts)]
    assert [item for part in parts for item in part] == items
    # A hundredth of what came before, and 50 until that is more.
    sizes = [len(part) for part in parts]
    assert sizes[:100] == [50] * 100
    assert sizes[100:105] == [50, 50, 51, 51, 52]
    assert (run.pictures, run.parts) == (9000, len(sizes))
    assert load_run(target) == run
    assert list(tasks(target, run, set())) == [[number] for number in range(run.parts)]
    assert list(tasks(target, run, set(range(5, run.parts)))) == [[0], [1], [2], [3], [4]]


def test_a_compressed_archive_is_gone_through_by_one(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Also where its parts are listed in several files.
    monkeypatch.setattr(plan, "_TOGETHER", 3)
    items = [*files(60), *members("/a.tgz", 170), *members("/b.tgz", 120), *members("/c.tar", 60)]
    run = run_of(target, items)
    parts = [items_of(target, number) for number in range(run.parts)]
    assert [item for part in parts for item in part] == items
    assert [len(part) for part in parts] == [50, 10, 50, 50, 50, 20, 50, 50, 20, 50, 10]
    assert list(tasks(target, run, ())) == [[0], [1], [2, 3, 4, 5], [6, 7, 8], [9], [10]]
    assert list(tasks(target, run, {0, 3, 6, 7, 8})) == [[1], [2, 4, 5], [9], [10]]


def test_nothing_is_a_run_before_its_list_is_whole(target: Target) -> None:
    def broken() -> Iterator[Item]:
        yield from files(7000)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        new_run(target, ["/in"], {}, "m", broken(), dict)
    assert target.has("_bulk/list-000000.parquet")
    assert load_run(target) is None
    run = run_of(target, files(60))
    assert [len(items_of(target, number)) for number in range(run.parts)] == [50, 10]


def test_no_pictures_are_no_run(target: Target) -> None:
    with pytest.raises(UserError, match="no pictures are there, but 3 videos"):
        new_run(target, ["/in"], {}, "m", [], lambda: {"videos": 3})
    assert load_run(target) is None


def test_a_run_goes_on_with_what_it_was_begun_with(target: Target) -> None:
    run = run_of(target, files(1))
    check_same(run, ["/in"], {"rotate": "0"}, "m")
    with pytest.raises(UserError, match=r"another value of the model \(the model: m, now n\)"):
        check_same(run, ["/in"], {"rotate": "0"}, "n")
    with pytest.raises(UserError, match=r"value of SOURCE, rotate \(SOURCE: \['/in'\], now"):
        check_same(run, ["/on"], {"rotate": "90"}, "m")


def test_what_is_no_run_s_folder_is_left_alone(target: Target) -> None:
    target.write("_bulk/list-000000.parquet", b"")
    assert load_run(target) is None
    target.write("notes.txt", b"")
    with pytest.raises(UserError, match=r"holds other files \(notes\.txt\)"):
        load_run(target)
    for content in (b"{}", b"[1", b'{"format": 9}'):
        target.write(plan.RUN, content)
        with pytest.raises(UserError, match="is damaged or of another version"):
            load_run(target)
