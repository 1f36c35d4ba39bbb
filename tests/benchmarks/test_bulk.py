"""The soak sees what it is there to see, and reading at scale stands it, in small."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks import bulk, bulk_pictures
from benchmarks.bulk_chart import soak_chart
from benchmarks.bulk_pictures import Drawn, Pictures, draw
from benchmarks.bulk_run import BulkRun, Check, Seen, check, children_of
from src.common.errors import UserError


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pictures:
    monkeypatch.setattr(bulk_pictures, "available_cores", lambda: 1)
    return Pictures(tmp_path / "drawn", 110)


def test_pictures_are_the_same_each_time_and_of_many_sizes() -> None:
    assert draw(3) == draw(3)
    assert draw(249).content == bulk_pictures.JUNK
    sizes = {(drawn.width, drawn.height) for drawn in map(draw, range(20))}
    assert len(sizes) == 20


def test_pictures_are_of_all_kinds(pictures: Pictures, tmp_path: Path) -> None:
    kinds = [(Path(path).suffix, member is not None) for path, member in pictures.expected]
    assert len(kinds) == 110
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        (".jpg", False): 70, (".tar", True): 30, (".gz", True): 10
    }  # fmt: skip
    assert pq.read_table(tmp_path / "drawn/listed.parquet").num_rows == 10


def test_what_is_lost_doubled_or_mixed_up_is_seen(pictures: Pictures, tmp_path: Path) -> None:
    drawn: list[tuple[tuple[str, str | None], Drawn]] = list(pictures.expected.items())
    rows: list[dict[str, object]] = [
        {
            "path": path, "member": member, "width": one.width, "height": one.height,
            "plate": one.text or None, "error": None,
        }
        for (path, member), one in drawn
    ]  # fmt: skip
    plates = sum(bool(one.text) for _, one in drawn)

    def checked(some: list[dict[str, object]]) -> Check:
        texts, numbers = ("path", "member", "plate", "error"), ("width", "height")
        schema = pa.schema(
            [*((name, pa.string()) for name in texts), *((name, pa.int32()) for name in numbers)]
        )
        pq.write_table(pa.Table.from_pylist(some, schema), tmp_path / "part-0.parquet")
        return check(tmp_path, pictures)

    assert checked(rows) == Check(110, 110, 0, 0, 0, plates, plates)
    assert checked(rows[:-2]).lost == 2
    assert checked([*rows, rows[0]]).twice == 1
    swapped = [{**rows[0], "width": 1}, {**rows[1], "error": "crashed"}, *rows[2:]]
    assert checked(swapped).wrong == 2


def test_children_are_found() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert process.pid in children_of(os.getpid())
    process.communicate()
    assert process.pid not in children_of(os.getpid())


def test_a_run_that_fails_says_why(tmp_path: Path) -> None:
    run = BulkRun([str(tmp_path / "gone")], tmp_path / "out", cores=1)
    with pytest.raises(UserError, match="no such file or folder"):
        run.finish()


def test_a_chart_is_drawn(tmp_path: Path) -> None:
    seen = Seen([(0.0, 0.0, 100.0, 0.0), (9.0, 1.0, 110.0, 300.0)])
    soak_chart(tmp_path / "a.png", seen, [(2.0, 0.5), (4.0, 1.0)])
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert "the command 0 MB between 10 and 30%" in bulk.memory(seen)


@pytest.mark.slow
def test_a_run_that_is_killed_loses_nothing(pictures: Pictures, tmp_path: Path) -> None:
    row, marks = bulk.killed(pictures, tmp_path / "out", 1, random.Random(1))
    assert row[1:6] == ["110", "110", "0", "0", "0"]
    assert row[-1].endswith("; 0 outlived it")
    assert marks[-1][1] == 1.0
    assert len(marks) == 2
