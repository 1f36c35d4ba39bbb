"""Checks, repairs and counts."""

from pathlib import Path

from PIL import Image

from src.datasets.photos import validate
from src.generators.formats import get_format
from src.labelling.checking import check_folders, repair
from src.labelling.count_chart import draw_numbers
from src.labelling.counting import count_folders
from tests.labelling.samples import box, picture, rows_of, text_file

HEADER = "image_path,plate_text,x1,y1,x2,y2,x3,y3,x4,y4,split,group,region,lines"
BOX = "10,10,60,10,60,30,10,30"


def made(folder: Path, *rows: str) -> Path:
    for name in "abc":
        picture(folder / f"{name}.png")
    text_file(folder / "annotations.csv", HEADER, *rows)
    return folder


def test_every_problem_is_named_and_so_are_two_sides(tmp_path: Path) -> None:
    one = made(
        tmp_path / "one",
        f"a.png,ZH1,{BOX},train,,,",
        f"b.png,ZH 1,{BOX},,,,",
        f"c.png,ZÜ2,{BOX},train,gate,,",
        f"none.png,ZH3,{BOX},,,,",
    )
    two = made(tmp_path / "two", f"a.png,ZH4,{BOX},val,gate,,")
    made(tmp_path / "three", f"a.png,ZH4,{BOX},test,,,")
    problems = check_folders([one, two], get_format("swiss").alphabet)
    assert [line.split(":")[0] for line in problems[one]] == [
        *("row 4 (c.png)", "row 5 (none.png)", "row 3 (b.png)"),
    ]
    assert "the plate ZH1 is on the side test, and in row 2" in problems[one][2]
    # Folders that are beside it and were not named are looked at too.
    assert len(problems[two]) == 2
    assert (
        f"the plate ZH4 is on the side val, and in row 2 of {tmp_path / 'three'} on test"
        in problems[two][0]
    )
    assert "the group gate is on the side val" in problems[two][1]
    assert len(check_folders([two])[two]) == 2


def test_a_table_that_cannot_be_read_is_one_problem(tmp_path: Path) -> None:
    folder = made(tmp_path / "one")
    (problem,) = check_folders([folder])[folder]
    assert "has a header and no rows" in problem


def test_a_repaired_copy_is_right(tmp_path: Path) -> None:
    folder = made(
        tmp_path / "one",
        f".\\A.PNG,zh-1,{BOX},train,,,",
        "b.png,ZH2,60,10,10,10,10,30,60,30,train,,,",  # anticlockwise
        "c.png,ZH3,30,90,30,10,60,10,60,90,train,,,",  # turned on its side
        f"c.png,ZH'4,{BOX},train,,,",
        "c.png,ZH5,70,10,90,10,90,30,70,30,val,,,",
        f"a.png,ZH1,{BOX},train,,,",
    )
    assert len(validate(folder)) == 4
    counts = repair(folder, tmp_path / "one-repaired")
    assert counts.errors == {"text": 1, "repeated": 1}
    assert validate(tmp_path / "one-repaired") == []
    found = {image: row[0][:3] for image, row in rows_of(tmp_path / "one-repaired").items()}
    assert found == {
        "images/a.png": ("ZH1", box(10, 10, 50, 20), "train"),
        "images/b.png": ("ZH2", box(10, 10, 50, 20), "train"),
        "images/c.png": ("ZH3", (30, 90, 30, 10, 60, 10, 60, 90), "val"),
    }


def test_numbers_and_their_picture(tmp_path: Path) -> None:
    folder = made(
        tmp_path / "one",
        f"a.png,ZH10,{BOX},train,,CH,2",
        "b.png,京A1?,,,,,,,,,val,,,",
        f"b.png,,{BOX},val,,CH,",
        "c.png,,,,,,,,,,,,,",
    )
    Image.new("L", (200, 100), 77).save(folder / "a.png")
    Image.new("L", (200, 100), 99).save(folder / "b.png")
    numbers = count_folders([folder], 10)
    table = numbers.table("ZH0123")
    assert numbers.missing("ZH0123") == "23"
    assert sorted(numbers.brightness) == [77, 99]
    assert table["pictures"] == "3, 1 of them without plates"
    assert table["split"] == "test 1, train 1, val 1"
    assert table["plates"] == "3, 2 different, 1 unreadable"
    assert table["width in pixels"].startswith("50; ")
    assert table["lengths"] == "4: 2"
    assert table["regions"] == "CH 2, not known 1"
    assert table["rows of text"] == "not known 2, 2 1"
    assert count_folders([folder], 1).brightness in ([77], [99])
    for name in ("1.png", "2.png"):
        draw_numbers(tmp_path / name, numbers, "ZH0123")
    first = (tmp_path / "1.png").read_bytes()
    assert first == (tmp_path / "2.png").read_bytes()
    with Image.open(tmp_path / "1.png") as drawn:
        assert drawn.size == (1100, 650)
