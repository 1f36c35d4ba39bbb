"""The command: from sources to rows, again after it was stopped, here and in an object store."""

import json
import os
import signal
import subprocess
import sys
import tarfile
import uuid
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest
from pyarrow import fs as arrow_fs

from src.common.config import ROOT
from src.common.errors import UserError
from src.reading.bulk import command, crew
from src.reading.bulk.fetch import Fetcher, FetchError
from src.reading.bulk.items import Item
from src.reading.bulk.worker import answer
from src.reading.command import main
from tests.reading.bulk.test_worker import grey, read

Capture = pytest.CaptureFixture[str]
RELEASE = ("--model", "release")


class HereWorker:
    """What a process does, done in this one: really decoded, and read by a reader that says how bright a picture is."""

    given: ClassVar[list[str]] = []
    interrupt_at: ClassVar[int] = -1

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.pid, self._items = 0, deque[Item]()
        self._fetcher = Fetcher(settings["roots"], lambda seconds: None)

    def ready(self) -> None:
        pass

    def give(self, items: Sequence[Item]) -> None:
        self._items.extend(items)

    def answer(self) -> dict[str, Any]:
        item = self._items.popleft()
        self.given.append(f"{item.path}:{item.member}")
        if len(self.given) == self.interrupt_at:
            os.kill(os.getpid(), signal.SIGINT)
        fetched: dict[str, Any] = json.loads(json.dumps(answer(read, self._fetcher, item)))
        return fetched

    def close(self) -> None:
        pass


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a folder of pictures, a tar and a compressed one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(crew, "Worker", HereWorker)
    monkeypatch.setattr(command, "available_cores", lambda: 2)
    HereWorker.given, HereWorker.interrupt_at = [], -1
    (tmp_path / "in/sub").mkdir(parents=True)
    for number in range(120):
        (tmp_path / f"in/{number:03}.png").write_bytes(grey(200 + 20 * (number % 2)))
    (tmp_path / "in/sub/words.jpg").write_bytes(b"words")
    for name, mode in (("a.tar", "w"), ("b.tar.gz", "w:gz")):
        with tarfile.open(tmp_path / name, mode) as tar:  # type: ignore[call-overload]
            for number in range(3):
                tar.add(tmp_path / f"in/{number:03}.png", f"in/{number:03}.png")
    return tmp_path


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["--bulk", *arguments, *RELEASE])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def rows(folder: Path) -> list[dict[str, Any]]:
    table: pa.Table = pyarrow.dataset.dataset(folder, format="parquet").to_table()
    found: list[dict[str, Any]] = table.to_pylist()
    return found


def test_every_picture_has_its_row(here: Path, capsys: Capture) -> None:
    assert run("in", "a.tar", "b.tar.gz", "--out", "out") == 0
    found = rows(here / "out")
    assert [(Path(row["path"]).name, row["member"]) for row in found] == [
        *((f"{number:03}.png", None) for number in range(120)),
        ("words.jpg", None),
        *((name, f"in/00{number}.png") for name in ("a.tar", "b.tar.gz") for number in range(3)),
    ]
    assert all(Path(row["path"]).is_absolute() for row in found)
    texts = [row["plate"] for row in found]
    assert texts == [*["ZH10", "ZH11"] * 60, None, *["ZH10", "ZH11", "ZH10"] * 2]
    assert [row["error"] for row in found].count("unreadable") == 1
    out, err = capsys.readouterr()
    lines = dict(line.split(maxsplit=1) for line in out.splitlines())
    assert lines["pictures"] == "127 of 127"
    assert lines["with"] == "plates  126 (100.0%), 126 plates"
    assert lines["broken"] == "1: 1 unreadable"
    assert "listed: 127 pictures in 4 parts" in err
    summary = json.loads((here / "out/_bulk/summary.json").read_text())
    assert (summary["pictures"], summary["broken"]) == (127, {"unreadable": 1})
    assert summary["sources"] == [str(here / name) for name in ("in", "a.tar", "b.tar.gz")]


def test_a_run_that_is_whole_reads_nothing_again(here: Path, capsys: Capture) -> None:
    assert run("in", "--out", "out") == 0
    before = {path.name: path.stat().st_mtime_ns for path in (here / "out").glob("*.parquet")}
    HereWorker.given.clear()
    capsys.readouterr()
    assert run("in", "--out", "out") == 0
    assert HereWorker.given == []
    assert "3 of 3 parts are there: 121 pictures" in capsys.readouterr().err
    after = {path.name: path.stat().st_mtime_ns for path in (here / "out").glob("*.parquet")}
    assert before == after


def test_what_was_interrupted_goes_on(here: Path, capsys: Capture) -> None:
    HereWorker.interrupt_at = 70
    assert run("in", "b.tar.gz", "--out", "out") == 130
    assert "stopped: the same command goes on from here" in capsys.readouterr().err
    assert len(rows(here / "out")) < 124
    assert run("in", "b.tar.gz", "--out", "out") == 0
    found = rows(here / "out")
    assert len({(row["path"], row["member"]) for row in found}) == len(found) == 124


def test_lost_and_damaged_parts_are_read_again(here: Path) -> None:
    assert run("in", "--out", "out") == 0
    whole = rows(here / "out")
    (here / "out/part-00000000.parquet").unlink()
    damaged = here / "out/part-00000001.parquet"
    damaged.write_bytes(damaged.read_bytes()[:-20])
    HereWorker.given.clear()
    assert run("in", "--out", "out") == 0
    assert len(HereWorker.given) == 100
    again = rows(here / "out")
    assert [{**row, "seconds": 0} for row in again] == [{**row, "seconds": 0} for row in whole]


def test_what_could_not_be_reached_is_tried_again(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    plain, away = Fetcher.check, {"007.png", "110.png"}

    def check(self: Fetcher, item: Item) -> None:
        if Path(item.path).name in away:
            raise FetchError("unreachable", "the net is down")
        plain(self, item)

    monkeypatch.setattr(Fetcher, "check", check)
    assert run("in", "--out", "out") == 0
    assert "3: 2 unreachable, 1 unreadable" in capsys.readouterr().out
    away.clear()
    HereWorker.given.clear()
    assert run("in", "--out", "out") == 0
    assert len(HereWorker.given) == 50 + 21  # the parts that they are in
    assert [row["error"] for row in rows(here / "out") if row["error"]] == ["unreadable"]


def test_a_source_that_goes_away_stops_it(here: Path) -> None:
    assert run("in", "--out", "out") == 0
    for part in (here / "out").glob("part-*"):
        part.unlink()
    (here / "in").rename(here / "elsewhere")
    (here / "in").mkdir()
    with pytest.raises(UserError, match=r"all that it was listed with is away; is its disk mount"):
        main(["--bulk", "in", "--out", "out", *RELEASE])
    (here / "in").rmdir()
    (here / "elsewhere").rename(here / "in")
    assert run("in", "--out", "out") == 0
    assert [row["error"] for row in rows(here / "out") if row["error"]] == ["unreadable"]


def test_names_that_are_no_text_are_shown_by_their_bytes(here: Path) -> None:
    bad = os.fsencode(here) + b"/in/sub/caf\xe9"
    Path(os.fsdecode(bad + b".png")).write_bytes(grey(200))
    Path(os.fsdecode(bad + b".jpg")).symlink_to("nowhere")
    assert run("in/sub", "--out", "out") == 0
    found = {Path(row["path"]).name: (row["plate"], row["error"]) for row in rows(here / "out")}
    assert found == {
        "caf\\xe9.jpg": (None, "listed"),
        "caf\\xe9.png": ("ZH10", None),
        "words.jpg": (None, "unreadable"),
    }


def test_pictures_that_came_later_are_of_another_run(here: Path) -> None:
    assert run("in", "--out", "out") == 0
    (here / "in/later.png").write_bytes(grey(200))
    (here / "in/000.png").unlink()
    (here / "out/part-00000000.parquet").unlink()
    assert run("in", "--out", "out") == 0
    found = {Path(row["path"]).name: row["error"] for row in rows(here / "out")}
    assert "later.png" not in found
    assert found["000.png"] == "not_found"


def test_another_question_is_another_run(here: Path) -> None:
    assert run("in", "--out", "out") == 0
    for arguments, said in (
        (("in", "--rotate", "180"), r"value of rotate \(rotate: 0, now 180\)"),
        (("in", "a.tar"), "value of SOURCE"),
        (("in", "--country", "CH"), "value of countries"),
    ):
        with pytest.raises(UserError, match=said):
            main(["--bulk", *arguments, "--out", "out", *RELEASE])
    # From another folder the same is asked for by other names.
    assert run(str(here / "in"), "--out", str(here / "out")) == 0


def test_what_cannot_be_leaves_nothing_behind(here: Path) -> None:
    (here / "other").mkdir()
    (here / "other/notes.txt").touch()
    for arguments, said in (
        (("in", "--out", "other"), "holds other files"),
        (("in", "--out", "out", "--format", "korean"), "and not korean ones"),
        (("in", "--out", "https://host/out"), "nothing can be written there"),
        (("memory://in", "--out", "out"), "is not read"),
    ):
        with pytest.raises(UserError, match=said):
            main(["--bulk", *arguments, *RELEASE])
    assert sorted(path.name for path in here.iterdir()) == ["a.tar", "b.tar.gz", "in", "other"]
    assert [path.name for path in (here / "other").iterdir()] == ["notes.txt"]


WITHOUT = """
import sys
sys.modules["pyarrow"] = sys.modules["fsspec"] = None
from src.scripts import read
read()
"""


def test_without_its_packages_the_rest_reads_and_says_how_they_come(here: Path) -> None:
    def said(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-c", WITHOUT, *arguments, *RELEASE],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            text=True,
            capture_output=True,
        )

    assert said("in/000.png").stdout == f"{'in/000.png':<32}  -\n"
    bulk = said("--bulk", "in", "--out", "out")
    assert (bulk.returncode, bulk.stdout) == (1, "")
    assert bulk.stderr.startswith("error: --bulk needs pyarrow: run pip install 'plate-pipeline[b")


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A bucket of an S3 server on this machine: its URL, and a client."""
    from moto.server import ThreadedMotoServer

    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    endpoint = "http://{}:{}".format(*server.get_host_and_port())
    for name, value in (
        *(("AWS_ACCESS_KEY_ID", "testing"), ("AWS_SECRET_ACCESS_KEY", "testing")),
        *(("AWS_ENDPOINT_URL", endpoint), ("AWS_DEFAULT_REGION", "us-east-1")),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ):
        monkeypatch.setenv(name, value)
    client = import_module("boto3").client("s3")
    name = f"plates-{uuid.uuid4()}"
    client.create_bucket(Bucket=name)
    yield name, client, endpoint
    server.stop()


@pytest.mark.slow
def test_from_a_bucket_into_a_bucket(here: Path, bucket: Any, tmp_path: Path) -> None:
    name, client, endpoint = bucket
    for path in (*here.glob("in/00*.png"), here / "in/sub/words.jpg", here / "a.tar"):
        client.upload_file(str(path), name, f"photos/{path.relative_to(here)}")
    pq.write_table(pa.table({"path": ["photos/in/000.png", "photos/gone.png"]}), "m.parquet")
    client.upload_file("m.parquet", name, "m.parquet")
    sources = [f"s3://{name}/{what}" for what in ("photos", "m.parquet", "photos/in/00*.png")]
    for _ in range(2):
        assert run(*sources, "--out", f"s3://{name}/out/there") == 0
    where = arrow_fs.S3FileSystem(
        endpoint_override=endpoint, access_key="testing", secret_key="testing", region="us-east-1"
    )
    selector = arrow_fs.FileSelector(f"{name}/out/there")
    parts = [info.path for info in where.get_file_info(selector) if info.is_file]
    found = [
        row for part in sorted(parts) for row in pq.read_table(part, filesystem=where).to_pylist()
    ]
    assert [(row["path"].removeprefix(f"s3://{name}/"), row["plate"]) for row in found] == [
        *(("photos/a.tar", text) for text in ("ZH10", "ZH11", "ZH10")),
        *((f"photos/in/00{n}.png", ("ZH10", "ZH11")[n % 2]) for n in range(10)),
        ("photos/in/sub/words.jpg", None),
        ("photos/gone.png", None),
    ]
    assert [row["error"] for row in found if row["error"]] == ["unreadable", "not_found"]
    assert len(HereWorker.given) == 15  # and none of them twice
