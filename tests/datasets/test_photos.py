"""The annotations contract: what is read, and how each broken row is named."""

import csv
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from src.common.errors import UserError
from src.common.plates import NoText
from src.datasets.annotation_rows import read_rows
from src.datasets.photos import ANNOTATIONS, load_photos, validate

SHORT = "image_path,plate_text"
LONG = "image_path,plate_text,x1,y1,x2,y2,x3,y3,x4,y4"
ALL = f"{LONG},split,group,region,lines"
GOOD = "10,10,60,10,60,30,10,30"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def folder_of(path: Path, *lines: str) -> Path:
    """Write an annotations file and two pictures of 100x50, a.png and b.png."""
    for name in ("a.png", "b.png"):
        Image.new("L", (100, 50), 128).save(path / name)
    (path / ANNOTATIONS).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_reads_plates_pictures_without_plates_and_unreadable_plates(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path,
        LONG,
        f"b.png,ZH123456,{GOOD}",
        "a.png,,,,,,,,,",
        "b.png,,70.5,10,90,10,90,20,70.5,20",
    )
    found = load_photos(folder, ALPHABET)
    assert found.name == tmp_path.name
    assert [photo.path for photo in found.photos] == [tmp_path / "b.png", tmp_path / "a.png"]
    first, second = found.photos[0].plates
    assert first.text == "ZH123456"
    assert first.quad is not None
    assert first.quad.dtype == np.float32
    assert first.quad.tolist() == [[10, 10], [60, 10], [60, 30], [10, 30]]
    assert second.text is NoText.UNREADABLE
    assert second.quad is not None
    assert second.quad[0, 0] == 70.5
    assert found.photos[1].plates == ()
    assert validate(folder, ALPHABET) == []


def test_reads_the_short_form_short_rows_and_other_columns(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "plate_region,plate_text,image_path", "ch,ZH 12,a.png", ",,b.png")
    (plate,) = load_photos(folder, ALPHABET).photos[0].plates
    assert plate.text == "ZH12"
    assert plate.quad is None
    folder = folder_of(tmp_path, LONG, "a.png,ZH1", "", "b.png")
    assert [len(photo.plates) for photo in load_photos(folder).photos] == [1, 0]


def test_splits_groups_and_lines(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path,
        ALL,
        f"a.png,ZH1,{GOOD},train,gate-7,ZH,2",
        f"a.png,ZH2,{GOOD},train,gate-6",
        "b.png,ZH3,,,,,,,,,test",
        "b.png,ZH4",
    )
    found = load_photos(folder)
    assert [photo.split for photo in found.photos] == ["train", "test"]
    assert [photo.groups for photo in found.photos] == [("gate-6", "gate-7"), ()]
    assert [plate.lines for plate in found.photos[0].plates] == [2, None]
    assert [len(found.of(split)) for split in ("train", "val", "test")] == [1, 0, 1]
    (row, *_) = read_rows(folder / ANNOTATIONS)
    assert (row.split, row.group, row.region, row.lines) == ("train", "gate-7", "ZH", "2")
    assert validate(folder) == []


def test_what_is_not_assigned_is_for_the_test(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "split,image_path,plate_text", ",a.png,ZH1", "val,b.png,ZH2")
    assert [photo.split for photo in load_photos(folder).photos] == ["test", "val"]
    folder = folder_of(tmp_path, SHORT, "a.png,ZH1")
    assert [photo.split for photo in load_photos(folder).photos] == ["test"]


def test_spreadsheets_byte_order_mark_and_line_ends(tmp_path: Path) -> None:
    folder = folder_of(tmp_path)
    (folder / ANNOTATIONS).write_bytes(f"\ufeff{SHORT}\r\na.png,ZH1\r\n".encode())
    assert load_photos(folder).photos[0].plates[0].text == "ZH1"


def test_a_header_alone_is_no_set(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, SHORT, " , ")
    with pytest.raises(UserError, match=r"annotations\.csv: has a header and no rows"):
        load_photos(folder)
    assert len(validate(folder)) == 1


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (f"c.png,ZH1,{GOOD}", "row 2 (c.png): no such picture"),
        (f"broken.png,ZH1,{GOOD}", "row 2 (broken.png): cannot be read as a picture"),
        (f",ZH1,{GOOD}", "row 2 (no path): names no picture"),
        (f"/a.png,ZH1,{GOOD}", "row 2 (/a.png): the path must be relative"),
        (f"a.png,ZÄ1,{GOOD}", "text 'ZÄ1' has characters that the plate format does not: Ä"),
        ("a.png,ZH1,10,10,60,10,60,30,10,", "has 7 of 8 corner values"),
        ("a.png,ZH1,10,10,60,10,60,30,10,x", "corners must be numbers"),
        ("a.png,ZH1,10,10,60,10,60,30,10,nan", "corners must be numbers"),
        ("a.png,ZH1,10,10,60,10,60,30,10,1e999", "corners must be numbers"),
        ("a.png,ZH1,10,30,60,30,60,10,10,10", "corners must run clockwise"),
        ("a.png,ZH1,10,10,60,30,60,10,10,30", "corners must run clockwise"),
        ("a.png,ZH1,10,10,10,10,10,10,10,10", "corners must run clockwise"),
        ("a.png,ZH1,10,10,102.5,10,102.5,30,10,30", "outside the picture of 100x50"),
        ("a.png,ZH1,10,-1.5,60,-1.5,60,30,10,30", "outside the picture of 100x50"),
        ("a.png,,,,,,,,,\nb.png,,,,,,,,,\na.png,ZH1", "row 2 (a.png): says that the picture has"),
        (f"a.png,ZH1,{GOOD}\na.png,ZH1,{GOOD}", "row 3 (a.png): repeats row 2"),
        ("a.png,\n\na.png,", "row 4 (a.png): repeats row 2"),
        (f"a.png,ZH1,{GOOD}\n./A.PNG,zh 1,10.0,10,60,10,60,30,10,30", "repeats row 2 (a.png)"),
        ("a.png,ZH1,,,,,,,,\n.\\a.png,ZH-1", "row 3 (.\\a.png): repeats row 2 (a.png)"),
        ("a.png,ZH'1", "row 2 (a.png): text \"ZH'1\" has what no plate has: '"),
        ("a.png,1.23E+05", "row 2 (a.png): text '1.23E+05' is what a spreadsheet makes"),
        (
            "a.png,ZH\u200b1",
            "row 2 (a.png): text 'ZH\\u200b1' has characters that nobody sees: U+200B",
        ),
        ("a.png,ZH\u202e1", "nobody sees: U+202E"),
        ("a.png,ZH\x001", "nobody sees: U+0000"),
        ("a\x00.png,ZH1", "row 2 (a\\x00.png): no such picture, and its path has"),
        ("a\u200f.png,ZH1", "nobody sees: U+200F"),
        (f"a.png,ZH1,{GOOD},dev", "row 2 (a.png): split 'dev' is none of train, val, test"),
        (f"a.png,ZH1,{GOOD},,,,3", "row 2 (a.png): lines '3' is neither 1 nor 2"),
        ("a.png,ZH1,,,,,,,,,train\na.png,ZH2", "row 3 (a.png): is on the side test of the split"),
        ("pipe.png,ZH1", "row 2 (pipe.png): cannot be read as a picture (it is no file)"),
    ],
)
def test_a_broken_row_is_named(tmp_path: Path, row: str, problem: str) -> None:
    (tmp_path / "broken.png").write_bytes(b"no picture")
    os.mkfifo(tmp_path / "pipe.png")
    folder = folder_of(tmp_path, ALL, row)
    found = validate(folder, ALPHABET)
    assert len(found) == 1
    assert problem in found[0]
    with pytest.raises(UserError) as caught:
        load_photos(folder, ALPHABET)
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


def test_hand_drawn_corners_may_overshoot_a_little(tmp_path: Path) -> None:
    row = "a.png,ZH1,-1.9,-0.9,101.9,-0.9,101.9,50.9,-1.9,50.9"
    assert validate(folder_of(tmp_path, LONG, row)) == []


def test_corners_are_held_against_the_picture_as_shown(tmp_path: Path) -> None:
    """A phone's picture of 100x50 turned by EXIF is 50x100: y = 90 is inside, x = 90 is not."""
    upright, lying = "a.png,ZH1,5,70,45,70,45,90,5,90", "a.png,ZH1,70,5,90,5,90,45,70,45"
    exif = Image.Exif()
    exif[0x0112] = 6
    for row, problems in ((upright, 0), (lying, 1)):
        folder = folder_of(tmp_path, LONG, row)
        Image.new("L", (100, 50)).save(folder / "a.png", exif=exif)
        assert len(validate(folder)) == problems


def test_damage_behind_the_header_is_found_by_validate(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, SHORT, "a.png,ZH1")
    noise = np.random.default_rng(0).integers(0, 256, (64, 64), np.uint8)
    Image.fromarray(noise).save(folder / "a.png")
    whole = (folder / "a.png").read_bytes()
    (folder / "a.png").write_bytes(whole[:2000])
    assert len(load_photos(folder).photos) == 1
    assert "cannot be read as a picture" in validate(folder)[0]


def test_foreign_plates_load_when_no_alphabet_is_given(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, SHORT, "a.png,京A·12345")
    assert load_photos(folder).photos[0].plates[0].text == "京A12345"
    with pytest.raises(UserError, match="京"):
        load_photos(folder, ALPHABET)


def test_many_problems_are_counted_not_listed(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, SHORT, *(f"none{i}.png,ZH{i}" for i in range(25)))
    with pytest.raises(UserError) as caught:
        load_photos(folder)
    lines = str(caught.value).splitlines()
    assert len(lines) == 1 + 10 + 1
    assert lines[-1].strip() == "and 15 more"
    assert len(validate(folder)) == 25


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "the first line must be"),
        ("a.png,ZH1", "the first line must be image_path,plate_text"),
        ("image_path/plate_text", "it is 'image_path/plate_text'"),
        ("image_path,plate_text,x1,y1,x2,y2", "the first line must be"),
        ("image_path,plate_text,split,split", "the first line must be"),
        ("image_path,plate_text,plate_text", "the first line must be"),
        (f"{SHORT}\na.png,ZH1,extra", "row 2 has 3 cells, the header 2"),
        (
            f"{SHORT.replace(',', ';')}\na.png;1;2",
            "row 2 has 3 cells, the header 2; put a value with a semi",
        ),
        (f'{SHORT}\na.png,ZH1\na.png,"ZH1', "row 3 cannot be read"),
        (f"{SHORT}\na.png,ZH\xe4".encode("latin-1"), "save it as CSV in UTF-8"),
    ],
)
def test_a_broken_file(tmp_path: Path, content: str | bytes, problem: str) -> None:
    folder = folder_of(tmp_path)
    raw = content if isinstance(content, bytes) else content.encode()
    (folder / ANNOTATIONS).write_bytes(raw)
    with pytest.raises(UserError) as caught:
        load_photos(folder)
    assert problem in str(caught.value)
    assert len(validate(folder)) == 1


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ANNOTATIONS)
    with pytest.raises(UserError, match="is no file"):
        load_photos(tmp_path)


def test_missing_file_and_missing_folder(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(UserError, match="no such file"):
            load_photos(folder)


@given(st.lists(st.lists(st.text(max_size=8), max_size=11), max_size=6))
@settings(max_examples=80, deadline=None)
def test_garbage_never_crashes(rows: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / ANNOTATIONS
        with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
            csv.writer(file).writerows([LONG.split(","), *rows])
        problems = validate(Path(name), ALPHABET)
        try:
            load_photos(Path(name), ALPHABET)
        except UserError:
            assert problems
        else:
            assert problems == []


@given(st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_bytes_never_crash(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / ANNOTATIONS).write_bytes(f"{SHORT}\n".encode() + content)
        assert isinstance(validate(Path(name)), list)


@given(
    st.lists(
        st.tuples(
            st.text(ALPHABET, max_size=8),
            st.floats(0, 40, width=32),
            st.floats(0, 20, width=32),
            st.floats(2, 50, width=32),
        ),
        unique=True,
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=40, deadline=None)
def test_round_trip(plates: list[tuple[str, float, float, float]]) -> None:
    """What is written comes back, number for number."""
    with tempfile.TemporaryDirectory() as name:
        lines, quads = [], []
        for text, x, y, side in plates:
            quad = np.array([[x, y], [x + side, y], [x + side, y + 9], [x, y + 9]], np.float32)
            quads.append(quad.tolist())
            lines.append(f"a.png,{text}," + ",".join(str(v) for v in quad.ravel().tolist()))
        found = load_photos(folder_of(Path(name), LONG, *lines)).photos
        read = [plate for photo in found for plate in photo.plates]
        assert [plate.text for plate in read] == [text or NoText.UNREADABLE for text, *_ in plates]
        assert [plate.quad.tolist() for plate in read if plate.quad is not None] == quads
