"""Scores of folders of photographs."""

import os
import re
from argparse import Namespace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from src.common.errors import UserError
from src.generators.formats import get_format
from src.stack.evaluate import main
from src.stack.photos import print_table, score_folders
from tests.reading import made

SWISS = get_format("swiss")
Capture = pytest.CaptureFixture[str]


def labelled(folder: Path, *texts: str, level: int = 200) -> Path:
    """A folder of pictures that `made.reader` reads as ZH10 (200) or ZH11 (220), with these labels."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["image_path,plate_text"]
    for number, text in enumerate(texts):
        noise = np.random.default_rng(number).integers(level - 1, level + 2, (48, 64), np.uint8)
        Image.fromarray(noise).save(folder / f"{number}.png")
        lines.append(f"{number}.png,{text}")
    (folder / "annotations.csv").write_text("\n".join(lines))
    return folder


def test_folders_of_one_name_have_a_row_and_a_sheet_each(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first, second = labelled(Path("a/set"), "ZH10"), labelled(Path("b/set"), "ZH10", "ZH99")
    other = labelled(Path("a-set"), "ZH99")
    rows = score_folders(
        made.reader(), SWISS, [first, second, other, Path("a/set/")], Path("out"), 4
    )
    assert {name: (row["plates"], row["exact"]) for name, row in rows.items()} == {
        "a/set": (1, 1.0),
        "b/set": (2, 0.5),
        "a-set": (1, 0.0),
    }
    said = capsys.readouterr().err
    assert "wrote out/photos_b-set.jpg: all pictures, the worst first" in said
    sheets = sorted(path.name for path in Path("out").iterdir())
    assert sheets == ["photos_a-set-2.jpg", "photos_a-set.jpg", "photos_b-set.jpg"]
    print_table(rows)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:4] for line in lines[1:]] == [
        ["a/set", "1", "1", "100.0%"],
        ["b/set", "2", "2", "50.0%"],
        ["a-set", "1", "1", "0.0%"],
    ]


def test_what_is_there_to_be_trained_on_is_not_measured(tmp_path: Path, capsys: Capture) -> None:
    folder, train = labelled(tmp_path / "set", "ZH10", "ZH99"), labelled(tmp_path / "own", "ZH10")
    rows = "image_path,plate_text,split\n0.png,ZH10,\n1.png,ZH99,train\n"
    (folder / "annotations.csv").write_text(rows)
    (train / "annotations.csv").write_text("image_path,plate_text,split\n0.png,ZH10,val\n")
    scored = score_folders(made.reader(), SWISS, [folder, train], tmp_path / "out", 4)
    assert {name: (row["plates"], row["exact"]) for name, row in scored.items()} == {"set": (1, 1)}
    said = capsys.readouterr().err
    assert f"{folder}: pictures for training and validation: 1; 1 measured" in said
    assert f"{train}: pictures for training and validation: 1; no row" in said


def test_a_folder_is_called_by_its_last_name_and_a_link_by_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = labelled(tmp_path / "deep/set", "ZH10")
    (tmp_path / "street").symlink_to(folder)
    monkeypatch.chdir(folder)
    assert list(score_folders(made.reader(), SWISS, [Path()], tmp_path / "out", 4)) == ["set"]
    assert list(
        score_folders(made.reader(), SWISS, [tmp_path / "street"], tmp_path / "out", 4)
    ) == ["street"]


def test_a_picture_that_is_cut_off_is_named_with_its_row(tmp_path: Path) -> None:
    folder = labelled(tmp_path / "set", "ZH10", "ZH10", "ZH10")
    whole = (folder / "1.png").read_bytes()
    (folder / "1.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UserError, match=r"annotations\.csv: row 3: .*1\.png: cannot be read"):
        score_folders(made.reader(), SWISS, [folder], tmp_path / "out", 4)


def test_what_is_to_be_said_of_a_set_is_said(tmp_path: Path, capsys: Capture) -> None:
    folder = labelled(tmp_path / "set", "ZH1?", "?H10", "?H11")
    pages = [Image.new("L", (64, 48), level) for level in (200, 0)]
    pages[0].save(folder / "0.png", save_all=True, append_images=pages[1:])
    row = score_folders(made.reader(), SWISS, [folder], tmp_path / "out", 4)["set"]
    assert row["exact"] == pytest.approx(2 / 3)
    assert row["cer"] == pytest.approx(
        4 / 12
    )  # without corners a text that does not fit has no answer
    said = capsys.readouterr().err
    assert f"note: {folder}: texts with a ?: 3" in said
    assert f"note: {folder / '0.png'}: only the first of its pages or frames is read" in said


def test_labels_that_no_plate_can_have_are_named_and_count(tmp_path: Path, capsys: Capture) -> None:
    folder = labelled(tmp_path / "set", "ZH10", "ZH1O", "ZÄ12", "zh 12345678901", "ZH?1", "")
    row = score_folders(made.reader(), SWISS, [folder], tmp_path / "out", 4)["set"]
    assert (row["plates"], row["exact"]) == (5, 0.2)
    notes = [line for line in capsys.readouterr().err.splitlines() if "none of the plate" in line]
    where, label = f"note: {folder / 'annotations.csv'}: row", "none of the plate format 'swiss'"
    assert notes == [
        f"{where} 3 (1.png): text 'ZH1O' is {label}: its letters and digits do not stand as on such plates",
        f"{where} 4 (2.png): text 'ZÄ12' is {label}, which does not have Ä",
        f"{where} 5 (3.png): text 'ZH12345678901' is {label}: it has 13 characters, of at most {SWISS.max_length}",
    ]


def test_of_many_strange_labels_the_first_are_named(tmp_path: Path, capsys: Capture) -> None:
    folder = labelled(tmp_path / "set", *(f"B{n}XYZ" for n in range(10, 25)))
    others = [labelled(tmp_path / name, *(["B10XYZ"] * 3)) for name in ("b", "c")]
    score_folders(made.reader(), SWISS, [folder], tmp_path / "out", 4)
    said = capsys.readouterr().err
    assert said.count("is none of the plate format") == 6
    assert f"{folder}/annotations.csv: and 9 more of this kind" in said
    # Of all sets together no more are named.
    score_folders(made.reader(), SWISS, [folder, *others], tmp_path / "out", 4)
    said = capsys.readouterr().err
    assert said.count("is none of the plate format") == 6
    assert re.findall(r"and (\d+) more of this kind", said) == ["13", "1", "1"]


def test_a_sheet_that_does_not_show_all_says_so(tmp_path: Path, capsys: Capture) -> None:
    folder = labelled(tmp_path / "set", *["ZH10"] * 5)
    score_folders(made.reader(), SWISS, [folder], tmp_path / "out", 4)
    sheet = tmp_path / "out/photos_set.jpg"
    assert f"wrote {sheet}: 4 of 5 pictures, the worst first" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["model", "json", "out"])
def test_options_of_photographs_without_photographs(option: str) -> None:
    options = Namespace(photos=None, model=None, json=None, out=None)
    setattr(options, option, Path("somewhere"))
    with pytest.raises(UserError, match="--model, --json and --out go with --photos"):
        main(options)


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "set")
    with pytest.raises(UserError, match="set: no such folder"):
        score_folders(made.reader(), SWISS, [tmp_path / "set"], tmp_path / "out", 4)
