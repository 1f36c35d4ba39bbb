"""Pictures whose names differ in little, lead elsewhere, or are two of one file: nothing is overwritten or mistaken."""

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.common.errors import UserError
from src.datasets.photos import validate
from src.labelling.augmenting import Copies, augment
from src.labelling.exporting import export_labels
from src.labelling.formats import format_names, get_format
from src.labelling.importing import import_labels
from src.labelling.intake import copy
from src.labelling.names import Names, picture_name
from src.labelling.record import Asked
from src.labelling.splitting import split_folders
from tests.labelling.samples import errors, imported, picture, rows_of, text_file

HEADER = "image_path,plate_text,x1,y1,x2,y2,x3,y3,x4,y4,split"
BOX = "10,10,60,10,60,30,10,30"
WRITTEN = [name for name in format_names() if get_format(name).write]
SHARES = {"train": 0.5, "val": 0.2, "test": 0.3}


def made(folder: Path, *rows: str) -> Path:
    text_file(folder / "annotations.csv", HEADER, *rows)
    return folder


def plates(folder: Path) -> dict[bytes, list[str]]:
    """The texts of each picture, by its bytes."""
    return {
        (folder / image).read_bytes(): [row[0] for row in rows]
        for image, rows in rows_of(folder).items()
    }


@given(st.lists(st.text(max_size=12), max_size=8))
def test_names_are_of_pictures_and_no_two_are_the_same(written: list[str]) -> None:
    names = Names()
    given_out = [names.free("", picture_name(name)) for name in written]
    stems = {Path(name).with_suffix("").as_posix().casefold() for name in given_out}
    assert len(stems) == len(written)
    assert not any(name.startswith(".") or "/" in name for name in given_out)
    assert all(picture_name(name) == name for name in given_out)


@pytest.mark.parametrize("name", WRITTEN)
def test_an_export_mixes_no_pictures_up_and_writes_nothing_beside_it(
    name: str, tmp_path: Path
) -> None:
    names = ("a.png", "a.jpg", "A.png", "images/a.png", "../a.png", ".hidden.png", "no ending")
    source, rows, wanted = tmp_path / "in/set", [], {}
    for number, one in enumerate(names):
        made_at = picture(source / f"{number}.png")
        place = source / one
        place.parent.mkdir(exist_ok=True)
        wanted[made_at.read_bytes()] = [f"ZH{number}"]
        made_at.rename(place)
        rows.append(f"{one},ZH{number},{BOX},{('train', 'val', 'test')[number % 3]}")
    export_labels(made(source, *rows), name, tmp_path / "out/deep/here", copy)
    assert [path.name for path in (tmp_path / "out/deep").iterdir()] == ["here"]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["deep"]
    _, counts = imported(name, tmp_path / "out/deep/here", tmp_path / "p/own")
    assert counts.rejected == 0
    assert plates(tmp_path / "p/own") == wanted


def test_copies_overwrite_neither_each_other_nor_the_pictures(tmp_path: Path) -> None:
    names = ("a-1-42.png", "a.png", "a.jpg", "a-2-42.png", "../a.png", "images/a.png")
    source = tmp_path / "in/set"
    for name in names:
        picture(source / name)
    made(source, *(f"{name},ZH{n},{BOX},train" for n, name in enumerate(names)))
    before = [hashlib.sha256((source / name).read_bytes()).digest() for name in names]
    done = augment(source, source.with_name("more"), Copies(count=2))
    assert [hashlib.sha256((source / name).read_bytes()).digest() for name in names] == before
    assert sorted(path.name for path in (tmp_path / "in").iterdir()) == ["a.png", "more", "set"]
    assert validate(tmp_path / "in/more") == []
    assert len(rows_of(tmp_path / "in/more")) == done.pictures + done.copies
    assert all(len(rows) == 1 for rows in rows_of(tmp_path / "in/more").values())


@pytest.mark.parametrize("other", ["./sub/../a.png", "link.png", "hard.png"])
def test_two_names_of_one_file_are_one_picture(other: str, tmp_path: Path) -> None:
    source = tmp_path / "set"
    picture(source / "a.png")
    (source / "sub").mkdir()
    os.link(source / "a.png", source / "hard.png")
    (source / "link.png").symlink_to("a.png")
    box = "100,50,160,50,160,70,100,70"
    made(source, f"a.png,ZH1,{BOX},", f"{other},ZH1,{BOX},", f"{other},ZH2,{box},")
    rows, counts = imported("annotations", source, tmp_path / "p/own")
    assert [row[0] for row in rows["images/a.png"]] == ["ZH1", "ZH2"]
    assert counts.errors == {"repeated": 1}
    assert [row[0] for row in errors(tmp_path / "p/own")] == ["annotations.csv:3"]
    twice = r"csv:3: names the picture of .*csv:2 in another way"
    with pytest.raises(UserError, match=twice):
        export_labels(source, "coco", tmp_path / "out")
    with pytest.raises(UserError, match=twice):
        augment(source, tmp_path / "more", Copies())
    split_folders([source], SHARES)
    assert validate(source) == [f"row 3 ({other}): repeats row 2 (a.png)"]


def test_a_picture_that_another_folder_measures_is_not_trained_on(tmp_path: Path) -> None:
    """By whatever name, and without a text to know it by."""
    picture(tmp_path / "set/images/a.png")
    picture(tmp_path / "set/images/b.png")
    for name in "ab":
        text_file(tmp_path / f"set/labels/{name}.txt", "0 .5 .5 .2 .2")
    import_labels("yolo", tmp_path / "set", tmp_path / "p/one", Asked("one"))
    split_folders([tmp_path / "p/one"], {"train": 0.5, "val": 0, "test": 0.5})
    sides = [row[0][2] for row in rows_of(tmp_path / "p/one").values()]
    (tmp_path / "set/images").rename(tmp_path / "set/train")
    os.link(tmp_path / "set/train/a.png", tmp_path / "set/train/c.png")
    source = made(tmp_path / "set/train", f"b.png,,{BOX},train", f"c.png,,{BOX},train")
    rows, _ = imported("annotations", source, tmp_path / "p/two")
    assert [row[0][2] for row in rows.values()] == sides[::-1]
    split_folders([tmp_path / "p/two"], SHARES, anew=True)
    assert [row[0][2] for row in rows_of(tmp_path / "p/two").values()] == sides[::-1]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (f"a.png,ZH1,{BOX},Train", "split 'Train' is none of train, val, test"),
        ("a.png,ZH1,500,10,600,10,600,30,500,30,train", "a corner lies outside the picture"),
        (f"a.png,ZH'1,{BOX},train", 'text "ZH\'1" has what no plate has'),
    ],
)
@pytest.mark.parametrize("name", WRITTEN)
def test_what_nobody_could_import_again_is_not_exported(
    name: str, row: str, problem: str, tmp_path: Path
) -> None:
    picture(tmp_path / "set/a.png")
    with pytest.raises(UserError, match=f"csv:2: .*{problem}.*--fix` repairs it"):
        export_labels(made(tmp_path / "set", row), name, tmp_path / "out")
