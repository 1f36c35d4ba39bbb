"""A folder that never grows beyond its bound, whoever writes to it and whenever they are killed."""

import errno
import hashlib
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.collecting import store
from src.collecting.folder import PICTURES, collected, is_collection
from src.collecting.rows import CORRECTED, KeptRow, as_read
from src.collecting.store import KEPT, KNOWN, TOO_LARGE, Collection
from src.common.errors import UserError
from src.datasets.annotation_rows import Row
from src.datasets.photos import ANNOTATIONS
from tests.reading.made import reading
from tests.serving.fakes import grey
from tests.source import ROOT

MOST = 400_000
ROWS = as_read("", "g", [reading("ZH10", 0.5)], 300, 200)


def stem(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()[:32]


def put(collection: Collection, number: int, size: int = 10_000, rows: list[KeptRow] = ROWS) -> str:
    return collection.add(stem(number), ".jpg", bytes(size), rows)


def taken(folder: Path) -> int:
    """What a folder takes of the disk."""
    return sum(-(-p.stat().st_size // 4096) * 4096 for p in folder.rglob("*") if p.is_file())


def kept(folder: Path) -> list[str]:
    """The stems of what is kept, in the order of the rows; every picture has its row."""
    with collected(folder) as pictures:
        names = [name for name, _ in pictures]
    assert {f"{PICTURES}/{p.name}" for p in (folder / PICTURES).iterdir()} == set(names)
    return [Path(name).stem for name in names]


class Clock:
    now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


def test_the_oldest_go_first_and_the_bound_holds(tmp_path: Path) -> None:
    collection = Collection(tmp_path / "c", MOST, 30)
    for number in range(100):
        assert put(collection, number, 3_000 + 200 * number) == KEPT
        assert taken(tmp_path / "c") <= MOST
        assert collection.held_bytes <= MOST
        there = kept(tmp_path / "c")
        assert there == [stem(n) for n in range(number + 1 - len(there), number + 1)]
    assert taken(tmp_path / "c") > 0.7 * MOST


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 8), st.integers(0, 150_000), st.booleans(), st.booleans()),
        max_size=20,
    )
)
def test_whatever_comes_the_bound_holds(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int, bool, bool]]
) -> None:
    folder = tmp_path_factory.mktemp("any") / "c"
    both = Collection(folder, MOST, 30), Collection(folder, MOST, 30)
    for number, size, replace, second in changes:
        rows = [KeptRow(Row(0, "", "A" * 40, (), group="g" * 64))] * (1 + size % 5)
        both[second].add(stem(number), ".png", bytes(size), rows, replace)
        assert taken(folder) <= MOST
        kept(folder)
    for one in both:
        one.close()


def test_what_does_not_fit_at_all(tmp_path: Path) -> None:
    collection = Collection(tmp_path / "c", MOST, 30)
    put(collection, 1)
    assert put(collection, 2, MOST) == TOO_LARGE
    assert kept(tmp_path / "c") == [stem(1)]


def test_days(tmp_path: Path) -> None:
    clock = Clock()
    collection = Collection(tmp_path / "c", MOST, 2, clock)
    put(collection, 1)
    clock.now += 86_400
    put(collection, 2)
    # What is said of it later does not make it younger.
    assert collection.add(stem(1), ".jpg", bytes(10_000), ROWS, replace=True) == KEPT
    clock.now += 86_400 + 5
    assert collection.expire() == 1
    assert kept(tmp_path / "c") == [stem(2)]
    # A server that was off for days begins by that.
    clock.now += 3 * 86_400
    Collection(tmp_path / "c", MOST, 2, clock)
    assert kept(tmp_path / "c") == []


def test_a_picture_is_kept_once_and_its_rows_can_change(tmp_path: Path) -> None:
    collection = Collection(tmp_path / "c", MOST, 30)
    assert [put(collection, n) for n in (1, 2, 1)] == [KEPT, KEPT, KNOWN]
    said = [KeptRow(Row(0, "", "ZH18", (), group="g"), "", CORRECTED)] * 2
    assert collection.add(stem(1), ".jpg", bytes(10_000), said, replace=True) == KEPT
    with collected(tmp_path / "c") as pictures:
        rows = {
            Path(name).stem: [(r.row.text, r.feedback) for r in found] for name, found in pictures
        }
    assert rows == {stem(1): [("ZH18", CORRECTED)] * 2, stem(2): [("ZH10", "")]}


def test_it_is_for_its_owner_alone(tmp_path: Path) -> None:
    put(Collection(tmp_path / "c", MOST, 30), 1)
    for path in (tmp_path / "c", *(tmp_path / "c").rglob("*")):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_a_folder_of_somebody_s_labels_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ANNOTATIONS).write_text("image_path,plate_text\na.jpg,ZH10\n")
    with pytest.raises(UserError, match="servers collect only into folders of their own, so"):
        Collection(tmp_path, MOST, 30)
    assert (tmp_path / ANNOTATIONS).read_text().endswith("ZH10\n")


def test_files_of_others_stay(tmp_path: Path) -> None:
    collection = Collection(tmp_path, MOST, 0.00001)
    put(collection, 1)
    mine = tmp_path / PICTURES / "mine.jpg"
    mine.write_bytes(b"x")
    time.sleep(1)
    collection.expire()
    assert [path.name for path in (tmp_path / PICTURES).iterdir()] == ["mine.jpg"]


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="pictures cannot be collected there"):
        Collection(tmp_path / "file", MOST, 30)


def test_a_full_disk_loses_nothing_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection = Collection(tmp_path / "c", MOST, 30)
    put(collection, 1)
    pwrite = os.pwrite

    def full(descriptor: int, content: memoryview, place: int) -> int:
        pwrite(descriptor, content[:7], place)
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        with pytest.raises(OSError, match="No space"):
            put(collection, 2)
    assert kept(tmp_path / "c") == [stem(1)]
    assert put(collection, 2) == KEPT
    assert kept(tmp_path / "c") == [stem(1), stem(2)]


def test_what_a_killed_writer_leaves_is_cleared_away(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    first, second = Collection(folder, MOST, 30), Collection(folder, MOST, 30)
    put(first, 1)
    # Killed while the picture was written; between row and picture; while a row was written.
    (folder / ".partial").write_bytes(bytes(9_000))
    with (folder / ANNOTATIONS).open("ab") as file:
        line = (folder / ANNOTATIONS).read_bytes().splitlines(keepends=True)[1]
        file.write(line.replace(stem(1).encode(), stem(2).encode()))
        file.write(line[:50])
    assert put(second, 3) == KEPT
    assert kept(folder) == [stem(1), stem(3)]
    assert not (folder / ".partial").exists()
    # Between the removal of a picture and that of its row.
    (folder / PICTURES / f"{stem(1)}.jpg").unlink()
    assert kept(folder) == [stem(3)]
    assert put(Collection(folder, MOST, 30), 1) == KEPT
    assert sorted(kept(folder)) == sorted([stem(1), stem(3)])


WRITER = """
import sys
from pathlib import Path
from tests.collecting.test_store import MOST, put
from src.collecting.store import Collection
collection = Collection(Path(sys.argv[1]), MOST, 30)
print("ready", flush=True)
for number in range(int(sys.argv[2]), 10**9, 2):
    put(collection, number, 1_000 + number % 40_000)
"""


def test_two_processes_of_which_one_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), str(number)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        for number in range(2)
    ]
    try:
        for process in started:
            assert process.stdout is not None
            process.stdout.readline()
        for pause in (0.3, 0.3, 0.3):
            time.sleep(pause)
            assert all(process.poll() is None for process in started)
            # They are in the midst of it: what is counted here may be removed while it is.
            with collected(folder):
                assert taken(folder) <= MOST
        started[0].kill()
        time.sleep(0.3)
        os.kill(started[1].pid, signal.SIGSTOP)
    finally:
        for process in started:
            process.kill()
            process.wait()
    collection = Collection(folder, MOST, 30)
    assert taken(folder) <= MOST
    assert len(kept(folder)) > 3
    assert put(collection, 10**9) == KEPT


def test_many_small_ones_are_bounded_by_their_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MOST_PICTURES", 20)
    collection = Collection(tmp_path / "c", 100 * MOST, 30)
    for number in range(50):
        put(collection, number, 10)
        assert len(kept(tmp_path / "c")) <= 20
    assert kept(tmp_path / "c")[-1] == stem(49)


def test_whoever_takes_pictures_out_has_them_all(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    collection = Collection(folder, MOST, 30)
    put(collection, 1)
    assert is_collection(folder)
    assert not is_collection(tmp_path)
    wrote = threading.Event()

    def write() -> None:
        put(collection, 2)
        wrote.set()

    with collected(folder) as pictures:
        thread = threading.Thread(target=write)
        thread.start()
        assert not wrote.wait(0.2)
        assert len(pictures) == 1
    thread.join(10)
    assert wrote.is_set()


@pytest.mark.parametrize("name", ["../../etc/passwd", "x" * 32, stem(1).upper(), ""])
def test_no_other_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="is no name of a picture"):
        Collection(tmp_path / "c", MOST, 30).add(name, ".jpg", grey(), ROWS)
