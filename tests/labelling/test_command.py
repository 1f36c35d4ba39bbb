"""The command: what docs/photographs.md shows, its exit codes, its help."""

import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from src.common.config import load_config
from src.common.errors import UserError
from src.labelling import command
from src.labelling.arguments import make_parser
from src.labelling.formats import format_names
from tests.labelling.samples import picture, rows_of, text_file
from tests.networks import save_bundle
from tests.source import ROOT

PAGE = (ROOT / "docs/photographs.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^    python3 -m src\.photos (.+)$", PAGE, flags=re.MULTILINE)
HEADER = "image_path,plate_text,x1,y1,x2,y2,x3,y3,x4,y4"
BOX = "10,10,60,10,60,30,10,30"
Capture = pytest.CaptureFixture[str]


def code(*arguments: str) -> int:
    """Run the command, and return its exit code."""
    try:
        command.main(arguments, prog="photos")
    except SystemExit as left:
        return int(left.code or 0)
    return 0


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for photographs in place of data/datasets/photos; the working directory is the one above."""
    config = replace(load_config(), plate_format="swiss", photos=tmp_path / "photos")
    monkeypatch.setattr("src.labelling.command.load_config", lambda: config)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "photos"


def source(folder: Path, *rows: str) -> Path:
    for name in "abc":
        picture(folder / f"{name}.png")
    text_file(folder / "annotations.csv", HEADER, *rows)
    return folder


def test_from_labels_to_a_split_and_on(photos: Path, capsys: Capture) -> None:
    source(Path("mine"), f"a.png,ZH1,{BOX}", f"b.png,ZH2,{BOX}", "c.png,,,,,,,,,")
    assert code("import", "annotations", "mine", "own") == 0
    said = capsys.readouterr().out
    assert re.search(r"pictures +3, 1 of them without plates", said)
    assert re.search(r"unique plates +2\n", said)
    assert code("split", "--shares", "0.4", "0.3", "0.3") == 0
    assert re.search(r"^own +1 +1 +1$", capsys.readouterr().out, flags=re.MULTILINE)
    assert sorted(row[0][2] for row in rows_of(photos / "own").values()) == ["test", "train", "val"]
    assert code("check") == 0
    assert "nothing is wrong" in capsys.readouterr().out
    assert code("stats", "--out", "photos.png") == 0
    assert re.search(r"never +\w*ABC", capsys.readouterr().out)
    assert Path("photos.png").is_file()
    for name in ("yolo", "coco", "labelstudio", "cvat", "json"):
        assert code("export", "own", "--to", name) == 0
        exported = photos.with_name(f"{photos.name}-exported") / f"own-{name}"
        assert code("import", name, str(exported), "again", "--into", name) == 0
        assert rows_of(Path(name) / "again").keys() == rows_of(photos / "own").keys()


def test_rejected_rows_are_told_and_exit_with_1(photos: Path, capsys: Capture) -> None:
    source(Path("mine"), f"a.png,ZH1,{BOX}", "none.png,ZH2,,,,,,,,")
    assert code("import", "annotations", "mine", "own") == 1
    said = capsys.readouterr()
    assert re.search(r"errors +1 \(50\.0%\) of 2 rows\n +no picture +1 \(50\.0%\)", said.out)
    assert "rejected.csv says why" in said.err
    assert "no such picture" in (photos / "own/rejected.csv").read_text()
    source(Path("more"), "a.png,ZH3,,,,,,,,", f"b.png,ZH4,{BOX}")
    assert code("import", "annotations", "more", "places") == 0
    assert code("export", "places", "--to", "coco") == 1
    assert "left out" in capsys.readouterr().out


def test_what_is_wrong_is_repaired(photos: Path, capsys: Capture) -> None:
    source(photos / "own", "a.png,ZH1,60,10,10,10,10,30,60,30", f"b.png,ZH2,{BOX}")
    assert code("check", "own") == 1
    assert "corners must run clockwise" in capsys.readouterr().out
    assert code("check", "own", "--fix") == 0
    # Beside the others it would be a set more, with the same plates.
    assert [path.name for path in photos.iterdir()] == ["own"]
    assert code("check", str(photos.with_name(f"{photos.name}-repaired") / "own")) == 0


def test_a_model_labels_and_its_corrected_labels_come_back(photos: Path, capsys: Capture) -> None:
    save_bundle(Path("model"))
    for name in ("new/a.png", "new/b.png"):
        picture(Path(name))
    assert code("label", "new", "--model", "model/stack") == 0
    assert re.search(r"pictures +2, ", capsys.readouterr().out)
    # No model is loaded, and nothing read, where the labels could not be written.
    with pytest.raises(UserError, match=r"new has annotations\.csv, .* already: --replace them"):
        code("label", "new", "--model", "none")
    assert code("import", "cvat", "new/cvat.xml", "own", "--pictures", "new") == 0
    assert set(rows_of(photos / "own")) == {"images/a.png", "images/b.png"}


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("import", "annotations", "none", "own"), "no such file or folder"),
        (("import", "annotations", ".", "../own"), "is no name for a folder"),
        (("import", "annotations", ".", ".own"), "is no name for a folder"),
        (
            ("import", "annotations", ".", "own", "--pictures", "none"),
            "--pictures none: no such folder",
        ),
        (("split",), "no photographs in"),
        (("check", "none"), "no folder with annotations.csv"),
        (("label", "none"), "no such folder"),
    ],
)
@pytest.mark.usefixtures("photos")
def test_errors_say_what_to_do(arguments: tuple[str, ...], problem: str) -> None:
    with pytest.raises(UserError, match=re.escape(problem)):
        command.main(arguments, prog="photos")


def test_numbers_that_are_none_are_refused(photos: Path, capsys: Capture) -> None:
    source(photos / "own", f"a.png,ZH1,{BOX}")
    before = rows_of(photos / "own")
    with pytest.raises(UserError, match=r"the shares nan 0\.0 1\.0 must"):
        command.main(("split", "own", "--shares", "nan", "0", "1", "--anew"))
    assert rows_of(photos / "own") == before
    for count in ("-5", "1.5"):
        assert code("stats", "own", "--sample", count) == 2
        assert f"'{count}' must be a whole number, at least 0" in capsys.readouterr().err


@pytest.mark.parametrize("stdout", ["nobody reads it", "closed"])
def test_a_stdout_that_takes_nothing_ends_without_a_traceback(stdout: str, tmp_path: Path) -> None:
    rows = (f"{number}.png,ZH{number}" for number in range(20_000))
    text_file(tmp_path / "own/annotations.csv", "image_path,plate_text", *rows)
    command = [sys.executable, "-m", "src.photos", "check", str(tmp_path / "own")]
    line = shlex.join(command) + (" >&-" if stdout == "closed" else " | true")
    done = subprocess.run(
        ["bash", "-c", f"{line}; exit ${{PIPESTATUS[0]}}"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == (1 if stdout == "closed" else 141)
    assert "Traceback" not in done.stderr


def test_names_of_others_do_nothing_to_a_terminal(photos: Path, capsys: Capture) -> None:
    for number in (1, 2):
        picture(Path(f"coco/{number}.png"))
    things = [{"id": n, "image_id": n, "category_id": n, "bbox": [1, 1, 60, 30]} for n in (1, 2)]
    content = {
        "images": [{"id": number, "file_name": f"{number}.png"} for number in (1, 2)],
        "categories": [{"id": 1, "name": "plate"}, {"id": 2, "name": "car\x1b[31m\ud800"}],
        "annotations": things,
    }
    Path("coco/labels.json").write_text(json.dumps(content))
    assert code("import", "coco", "coco", "own\x1b[31m", "--into", str(photos)) == 0
    assert code("split", str(photos / "own\x1b[31m")) == 0
    assert code("check", str(photos / "own\x1b[31m")) == 0
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert r"of other classes  car\x1b[31m\ud800 1" in said


def test_a_split_counts_folders_of_one_name_apart(photos: Path, capsys: Capture) -> None:
    for parent in ("one", "two"):
        source(photos / parent / "own", f"a.png,ZH1,{BOX}")
    assert code("split", "photos/one/own", "photos/two/own") == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:3]] == [
        *("own", "photos/two/own"),
    ]


def test_an_export_lies_beside_its_folder_whatever_that_is_called(
    photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source(photos / "own", f"a.png,ZH1,{BOX}")
    (photos / "own/sub").mkdir()
    for here, name, to in (("own", ".", "yolo"), ("own/sub", "..", "coco"), ("..", "own", "cvat")):
        monkeypatch.chdir(photos / here)
        assert code("export", name, "--to", to) == 0
        # Not among those that the stages depend on.
        assert (photos.with_name(f"{photos.name}-exported") / f"own-{to}").is_dir()
    source(Path("elsewhere"), f"a.png,ZH1,{BOX}")
    assert code("export", "elsewhere", "--to", "yolo") == 0
    assert Path("elsewhere-yolo").is_dir()


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="no folder that nobody can write into")
def test_a_place_where_nothing_can_be_written_is_named(photos: Path) -> None:
    source(photos / "own", f"a.png,ZH1,{BOX}")
    for arguments in (
        ("import", "annotations", str(photos / "own"), "own", "--into", "/proc"),
        ("export", "own", "--to", "yolo", "--out", "/proc/own"),
        ("stats", "own", "--out", "/proc/x.png"),
    ):
        with pytest.raises(UserError, match=r"/proc: nothing can be written there .*; choose"):
            command.main(arguments)


@pytest.mark.parametrize("verb", ["", "import", "export", "split", "check", "stats", "label"])
def test_help(verb: str, capsys: Capture) -> None:
    assert code(*filter(None, [verb]), "--help") == 0
    said = capsys.readouterr().out
    assert "exit codes: 0" in said
    if verb == "import":
        assert [name for name in format_names() if f"  {name} " not in said] == []
    assert code("import", "nonsense", "a", "b") == 2


def test_the_page_names_every_format_and_every_option_it_shows_exists() -> None:
    table = set(re.findall(r"^\| `([\w-]+)` \| ", PAGE, flags=re.MULTILINE))
    assert table == set(format_names())
    parser = make_parser("photos")
    assert len(SHOWN) == 8
    for line in SHOWN:
        verb, *words = shlex.split(re.sub(r"[\[\]|…]", " ", line))
        usage = parser._subparsers._group_actions[0].choices[verb].format_usage()  # type: ignore[union-attr, index]
        assert [word for word in words if word.startswith("--") and word not in usage] == []


@pytest.mark.slow
def test_the_command_starts(tmp_path: Path) -> None:
    source(tmp_path / "mine", f"a.png,ZH1,{BOX}", "none.png,ZH2,,,,,,,,")
    asked = ["import", "annotations", str(tmp_path / "mine"), "own", "--into", str(tmp_path / "p")]
    done = subprocess.run(
        [sys.executable, "-m", "src.photos", *asked],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert (tmp_path / "p/own/annotations.csv").is_file()
