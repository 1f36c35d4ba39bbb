"""What an import leaves behind: whole folders, links, reasons; at any size, and when it is killed."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from src.common.errors import UserError
from src.datasets.photos import validate
from src.labelling.importing import import_labels
from src.labelling.intake import copy
from src.labelling.record import Asked
from src.labelling.splitting import split_folders
from tests.labelling.samples import errors, imported, picture, rows_of, text_file
from tests.source import ROOT

HEADER = "image_path,plate_text,x1,y1,x2,y2,x3,y3,x4,y4,lines"
BOX = "10,10,60,10,60,30,10,30"


def made(folder: Path, *rows: str) -> Path:
    text_file(folder / "annotations.csv", HEADER, *rows)
    return folder


def test_pictures_are_linked_or_copied(tmp_path: Path) -> None:
    picture(tmp_path / "set/images/a.png")
    source = made(tmp_path / "set", f"images/a.png,ZH1,{BOX}")
    import_labels("annotations", source, tmp_path / "p/linked", Asked("x"))
    import_labels("annotations", source, tmp_path / "p/copied", Asked("x"), copy)
    original = source / "images/a.png"
    assert (tmp_path / "p/linked/images/a.png").samefile(original)
    assert not (tmp_path / "p/copied/images/a.png").samefile(original)
    shutil.rmtree(source)
    assert validate(tmp_path / "p/linked") == validate(tmp_path / "p/copied") == []


def test_names_that_only_differ_in_their_suffix_or_folder_stay_apart(tmp_path: Path) -> None:
    names = ("train/1.png", "test/1.png", "test/1.jpg", "test/A.png", "test/a.png", "x: y?.png")
    for name in names:
        picture(tmp_path / "set" / name)
    source = made(tmp_path / "set", *(f"{name},ZH{n},{BOX}" for n, name in enumerate(names)))
    rows, _ = imported("annotations", source, tmp_path / "own")
    assert list(rows) == [
        *("images/1.png", "images/1-2.png", "images/1-3.jpg", "images/A.png", "images/a-2.png"),
        "images/x_ y_.png",
    ]


def test_every_row_that_cannot_be_used_has_its_reason(tmp_path: Path) -> None:
    for name in "abc":
        picture(tmp_path / f"set/{name}.png")
    (tmp_path / "set/d.png").write_bytes(b"no picture")
    source = made(
        tmp_path / "set",
        f"a.png,ZH1,{BOX},2",
        f"a.png,ZH1,{BOX},2",
        f"b.png,ZH\u200b2,{BOX}",
        "b.png,ZH2,10,10,60,10,60,30,10,",
        "b.png,ZH2,500,10,600,10,600,30,500,30",
        f"b.png,ZH2,{BOX},3",
        f"d.png,ZH3,{BOX}",
        f"none.png,ZH4,{BOX}",
        f"../secret.png,ZH5,{BOX}",
        f"c.png,???,{BOX}",
        "c.png,Unreadable,20,20,60,20,60,30,20,30",
    )
    rows, counts = imported("annotations", source, tmp_path / "own")
    assert {name: [row[0] for row in found] for name, found in rows.items()} == {
        "images/a.png": ["ZH1"],
        "images/c.png": ["", ""],
    }
    assert [(row[0].split(":")[1], row[2]) for row in errors(tmp_path / "own")] == [
        *(("3", "repeated"), ("5", "corners"), ("4", "text")),
        *(("6", "corners"), ("7", "broken row"), ("8", "unreadable picture"), ("9", "no picture")),
        ("10", "no picture"),
    ]
    assert "8 (72.7%) of 11 rows" in counts.table()["errors"]
    assert counts.table()["two rows of text"] == "1 (100.0%)"


def test_what_is_wrong_with_a_picture_is_told_of_each_of_its_rows(tmp_path: Path) -> None:
    picture(tmp_path / "set/a.png")
    picture(tmp_path / "set/b.png")
    rows = ("none.png,ZH1,", "a.png,ZH2,", "b.png,ZH3,", "../c.png,ZH4,", "b.png,ZH5,Train")
    text_file(
        tmp_path / "set/annotations.csv", "image_path,plate_text,split", *rows, "none.png,ZH6,"
    )
    imported("annotations", tmp_path / "set", tmp_path / "p/own")
    assert [(row[0].split(":")[1], row[2]) for row in errors(tmp_path / "p/own")] == [
        *(("2", "no picture"), ("7", "no picture")),
        *(("4", "broken row"), ("6", "broken row"), ("5", "no picture")),
    ]


def test_rows_without_a_plate_that_say_too_much(tmp_path: Path) -> None:
    picture(tmp_path / "set/a.png")
    picture(tmp_path / "set/b.png")
    source = made(tmp_path / "set", f"a.png,ZH1,{BOX}", "a.png", "b.png", "a.png", "b.png")
    rows, counts = imported("annotations", source, tmp_path / "p/own")
    assert {name: len(found) for name, found in rows.items()} == {
        "images/a.png": 1,
        "images/b.png": 1,
    }
    assert [(row[0].split(":")[1], row[2]) for row in errors(tmp_path / "p/own")] == [
        *(("3", "broken row"), ("5", "broken row"), ("6", "repeated")),
    ]
    assert counts.empty == 1


def test_a_folder_is_replaced_only_when_asked(tmp_path: Path) -> None:
    picture(tmp_path / "set/a.png")
    source = made(tmp_path / "set", f"a.png,ZH1,{BOX}")
    target = tmp_path / "p/own"
    import_labels("annotations", source, target, Asked("own"))
    made(source, f"a.png,ZH2,{BOX}")
    with pytest.raises(UserError, match="is there already"):
        import_labels("annotations", source, target, Asked("own"))
    import_labels("annotations", source, target, Asked("own"), replace=True)
    assert rows_of(target)["images/a.png"][0][0] == "ZH2"
    (tmp_path / "p/other").mkdir()
    text_file(tmp_path / "p/other/diary.txt", "dear diary")
    with pytest.raises(UserError, match="no folder that this program wrote"):
        import_labels("annotations", source, tmp_path / "p/other", Asked("other"), replace=True)
    with pytest.raises(UserError, match="holds what is to be imported"):
        import_labels("annotations", target, target, Asked("own"), replace=True)
    assert sorted(path.name for path in (tmp_path / "p").iterdir()) == ["other", "own"]


def test_nothing_is_left_of_an_import_of_nothing(tmp_path: Path) -> None:
    picture(tmp_path / "set/a.png")
    source = made(tmp_path / "set", "a.png,ZH'1,,,,,,,,")
    with pytest.raises(UserError, match="holds no plate that can be used: text 1"):
        import_labels("annotations", source, tmp_path / "p/own", Asked("own"))
    with pytest.raises(UserError, match="no such file or folder"):
        import_labels("annotations", tmp_path / "none", tmp_path / "p/own", Asked("own"))
    (tmp_path / "task.ZIP").write_bytes(b"PK")
    with pytest.raises(UserError, match=r"task\.ZIP is an archive: unpack it"):
        import_labels("cvat", tmp_path / "task.ZIP", tmp_path / "p/own", Asked("own"))
    assert list((tmp_path / "p").iterdir()) == []


@pytest.mark.parametrize("moment", ["partial", "old"])
def test_what_a_kill_leaves_is_mended_by_the_next_run(moment: str, tmp_path: Path) -> None:
    picture(tmp_path / "set/a.png")
    source = made(tmp_path / "set", f"a.png,ZH1,{BOX}")
    target = tmp_path / "p/own"
    import_labels("annotations", source, target, Asked("own"))
    text_file(tmp_path / f"p/.own.{moment}/rest.txt", "")
    if moment == "old":  # between the two renames
        shutil.rmtree(tmp_path / "p/.own.old")
        target.rename(tmp_path / "p/.own.old")
        with pytest.raises(UserError, match="is there already"):
            import_labels("annotations", source, target, Asked("own"))
    import_labels("annotations", source, target, Asked("own"), replace=True)
    assert [path.name for path in (tmp_path / "p").iterdir()] == ["own"]
    assert validate(target) == []


def test_a_kill_loses_no_sides(tmp_path: Path) -> None:
    picture(tmp_path / "set/a.png")
    source = made(tmp_path / "set", f"a.png,ZH1,{BOX}")
    target = tmp_path / "p/own"
    import_labels("annotations", source, target, Asked("own"))
    split_folders([target], {"train": 1, "val": 0, "test": 0})
    target.rename(tmp_path / "p/.own.old")  # between the two renames
    import_labels("annotations", source, target, Asked("own"), replace=True)
    assert rows_of(target)["images/a.png"][0][2] == "train"


@pytest.mark.slow
def test_a_killed_import_loses_nothing(tmp_path: Path) -> None:
    for number in range(3000):
        path = tmp_path / f"set/{number}.png"
        path.parent.mkdir(exist_ok=True)
        Image.new("L", (30, 10), number % 256).save(path)
    source = made(tmp_path / "set", *(f"{n}.png,ZH{n},,,,,,,," for n in range(3000)))
    command = [sys.executable, "-m", "src.photos", "import", "annotations", str(source), "own"]
    command += ["--into", str(tmp_path / "p")]
    with subprocess.Popen(command, cwd=ROOT) as running:
        deadline = time.monotonic() + 120
        while len(list(tmp_path.glob("p/.own.partial/images/*"))) < 50:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        os.kill(running.pid, signal.SIGKILL)
    assert not (tmp_path / "p/own").exists()
    assert len(list((tmp_path / "set").iterdir())) == 3001
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    assert len(rows_of(tmp_path / "p/own")) == 3000
    assert [path.name for path in (tmp_path / "p").iterdir()] == ["own"]


MEASURE = """
import resource, sys
from pathlib import Path
from src.labelling.importing import import_labels
from src.labelling.record import Asked
import_labels(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), Asked("own"))
used = resource.getrusage(resource.RUSAGE_SELF)
status = Path("/proc/self/status").read_text().split()
# Not ru_maxrss, which begins with what the process that started this one has.
print(status[status.index("VmHWM:") + 1], used.ru_utime + used.ru_stime)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="no /proc to tell memory by")
@pytest.mark.parametrize("name", ["yolo", "annotations"])
def test_memory_hardly_grows_with_the_rows(name: str, tmp_path: Path) -> None:
    """Of a hundred thousand rows; what is held of each is its place, its keys and its file's."""
    used = []
    for count in (1000, 11000):
        source = tmp_path / str(count)
        (source / "images").mkdir(parents=True)
        (source / "labels").mkdir()
        text_file(source / "data.yaml", "names: [plate]")
        content = picture(tmp_path / "one.png", (30, 10)).read_bytes()
        place = "1.5,1.5,20.25,1.5,20.25,8,1.5,8,"
        made(source, *(f"images/{number}.png,ZH{number},{place}" for number in range(count)))
        for number in range(count):
            (source / f"images/{number}.png").write_bytes(content)
            (source / f"labels/{number}.txt").write_text("0 .5 .5 .2 .2\n")
        command = [
            sys.executable,
            "-c",
            MEASURE,
            name,
            str(source),
            str(tmp_path / f"p{count}/own"),
        ]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        used.append([float(cell) for cell in done.stdout.split()])
    (few_kb, few_s), (many_kb, many_s) = used
    # Of 10,000 more rows, at the same rate as of 100,000; a minute of processor time, or more where other tests take
    # turns on the same core.
    assert 10 * (many_kb - few_kb) < 130_000
    assert 10 * (many_s - few_s) < 100
