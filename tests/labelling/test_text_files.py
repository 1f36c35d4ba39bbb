"""Formats of text files: OpenALPR's benchmark, UFPR, RodoSol, WPOD, fast-plate-ocr, PaddleOCR, TAO's LPRNet."""

import json
from pathlib import Path

import pytest

from src.common.errors import UserError
from tests.labelling.samples import (
    HEIGHT,
    WIDTH,
    box,
    errors,
    imported,
    json_file,
    picture,
    text_file,
)

ALL = box(0, 0, WIDTH, HEIGHT)
VOC = ("xmin", "ymin", "xmax", "ymax")


def test_openalpr(tmp_path: Path) -> None:
    source = tmp_path / "eu"
    picture(source / "eu1.jpg")
    text_file(source / "eu1.txt", "eu1.jpg\t40\t30\t80\t20\tM5 XSX", "eu1.jpg\t1\t2\t30\t9\tAB-1")
    text_file(source / "eu2.txt", "eu2.jpg\t40\t30\t80\t20\tM5XSX")
    text_file(source / "eu3.txt", "eu1.jpg\t40\t30\t0\t20\tM5XSX", "eu1.jpg 4 3 8 2 M")
    rows, counts = imported("openalpr", source, tmp_path / "own")
    assert rows == {
        "images/eu1.jpg": [
            ("M5XSX", box(40, 30, 80, 20), "", "", "", ""),
            ("AB1", box(1, 2, 30, 9), "", "", "", ""),
        ]
    }
    assert counts.errors == {"no picture": 1, "corners": 1, "broken row": 1}


def test_ufpr_s_old_and_new_form_and_its_tracks(tmp_path: Path) -> None:
    source = tmp_path / "UFPR"
    for place in (
        "training/track0001/a[01]",
        "training/track0001/a[02]",
        "testing/track0002/b[01]",
    ):
        picture(source / f"{place}.png")
    new = (
        "type: car",
        "plate: AYU-0035",
        "corners: 40,30 120,32 120,52 40,50",
        "\tchar 1: 4 3 1 1",
    )
    text_file(source / "training/track0001/a[01].txt", *new)
    text_file(source / "training/track0001/a[02].txt", *new)
    old = ("type: motorcycle", "plate: ABC-1234", "position_plate: 40 30 80 20")
    text_file(source / "testing/track0002/b[01].txt", *old)
    text_file(source / "testing/track0002/c[01].txt", *old)
    rows, counts = imported("ufpr", source, tmp_path / "own")
    tilted = (40, 30, 120, 32, 120, 52, 40, 50)
    assert rows == {
        "images/track0001/a[01].png": [("AYU0035", tilted, "train", "own:track0001", "", "1")],
        "images/track0001/a[02].png": [("AYU0035", tilted, "train", "own:track0001", "", "1")],
        "images/track0002/b[01].png": [
            ("ABC1234", box(40, 30, 80, 20), "test", "own:track0002", "", "2")
        ],
    }
    assert counts.errors == {"no picture": 1}


def test_rodosol_s_rows_layout_and_split(tmp_path: Path) -> None:
    source = tmp_path / "RodoSol"
    for number, kind in enumerate(("car", "motorcycle", "car")):
        picture(source / f"images/cars-br/img_{number}.jpg")
        text_file(
            source / f"images/cars-br/img_{number}.txt",
            *(f"type: {kind}", f"plate: OVJ668{number}", "layout: Brazilian"),
            "corners: 40,30 120,30 121,50 41,50",
        )
    text_file(
        source / "split.txt",
        "images/cars-br/img_0.jpg;training",
        "./images/cars-br/img_1.jpg;validation",
    )
    rows, _ = imported("rodosol", source, tmp_path / "own")
    assert [row[0][0:1] + row[0][2:] for row in rows.values()] == [
        ("OVJ6680", "train", "", "Brazilian", "1"),
        ("OVJ6681", "val", "", "Brazilian", "2"),
        ("OVJ6682", "", "", "Brazilian", "1"),
    ]


def test_broken_key_value_files(tmp_path: Path) -> None:
    source = tmp_path / "set"
    for name in "abcd":
        picture(source / f"{name}.png")
    good = "corners: 40,30 120,30 121,50 41,50"
    text_file(source / "a.txt", good)
    text_file(source / "b.txt", "plate: AB1", "corners: 40,30 120,30")
    text_file(source / "c.txt", "plate: AB1", "corners: 40,30 120,30 121,50 x,50")
    text_file(source / "d.txt", "plate: AB1", good)
    for name in ("ufpr", "rodosol"):
        _, counts = imported(name, source, tmp_path / name)
        assert counts.errors == {"broken row": 2, "corners": 1}
        assert [row[0] for row in errors(tmp_path / name)] == ["a.txt", "b.txt", "c.txt"]


def test_wpod_has_all_x_first(tmp_path: Path) -> None:
    source = tmp_path / "set"
    for name in "ab":
        picture(source / f"{name}.jpg")
    text_file(
        source / "a.txt", "4,.34,.45,.45,.35,.59,.59,.65,.65,LP,", "4,.1,.2,.2,.1,.1,.1,.2,.2,ZH12,"
    )
    text_file(source / "b.txt", "3,.34,.45,.45", "4,.1,.2,.2,.1,.1,.1,.2,.2,LP,")
    rows, counts = imported("wpod", source, tmp_path / "own")
    assert [row[:2] for row in rows["images/a.jpg"]] == [
        ("", (68, 59, 90, 59, 90, 65, 70, 65)),
        ("ZH12", box(20, 10, 20, 10)),
    ]
    assert counts.errors == {"broken row": 1}


def test_fast_plate_ocr_s_texts_are_texts(tmp_path: Path) -> None:
    source = tmp_path / "set"
    for name in "abc":
        picture(source / f"images/{name}.jpg")
    text_file(
        source / "train.csv",
        "image_path,plate_text,plate_region",
        "images/a.jpg,007123,Brazil",
        "images/b.jpg,,",
        "images/none.jpg,KNN505,",
        "images/c.jpg,1.23E+05,",
        "images/c.jpg,AB1,x,y",
    )
    rows, counts = imported("fast-plate-ocr", source / "train.csv", tmp_path / "own")
    assert rows == {
        "images/a.jpg": [("007123", ALL, "train", "", "Brazil", "")],
        # An empty plate is a plate: not a picture without one.
        "images/b.jpg": [("", ALL, "train", "", "", "")],
    }
    assert counts.errors == {"no picture": 1, "text": 1, "broken row": 1}
    text_file(source / "other.csv", "file,text")
    with pytest.raises(UserError, match="the header lacks image_path, plate_text"):
        imported("fast-plate-ocr", source / "other.csv", tmp_path / "other")


def test_paddleocr_s_lines_and_crops(tmp_path: Path) -> None:
    source = tmp_path / "plates"
    for name in "abcd":
        picture(source / f"{name}.jpg")
    points = [[40, 30], [120, 30], [120, 50], [40, 50]]
    entries = [
        {"transcription": "ZH 1", "points": points},
        {"transcription": "###", "points": [[1, 1], [9, 1], [9, 5], [1, 5]]},
    ]
    text_file(
        source / "Label.txt",
        f"plates/a.jpg\t{json.dumps(entries)}",
        "plates/b.jpg\t[]",
        "plates/c.jpg\t[{",
        "plates/d.jpg",
        f"plates/e.jpg\t{json.dumps(entries)}",
    )
    rows, counts = imported("paddleocr", source, tmp_path / "own")
    assert [row[:2] for row in rows["images/a.jpg"]] == [
        ("ZH1", box(40, 30, 80, 20)),
        ("", box(1, 1, 8, 4)),
    ]
    assert rows["images/b.jpg"] == [("", (), "", "", "", "")]
    assert counts.errors == {"broken row": 2, "no picture": 1}
    text_file(source / "rec_val.txt", "a.jpg\tZH1", "b.jpg\t###")
    rows, _ = imported("paddleocr", source / "rec_val.txt", tmp_path / "apart/crops")
    assert [found[0][:3] for found in rows.values()] == [("ZH1", ALL, "val"), ("", ALL, "val")]


def test_tao_lprnet_s_characters(tmp_path: Path) -> None:
    source = tmp_path / "set"
    for number, text in enumerate(("ZH12", "ZÜ12", "")):
        picture(source / f"train/images/000{number}.jpg")
        text_file(source / f"train/labels/000{number}.txt", text)
    text_file(source / "characters_list.txt", *"ZH12")
    rows, counts = imported("tao-lprnet", source, tmp_path / "own")
    assert rows == {
        "images/0000.jpg": [("ZH12", ALL, "train", "", "", "")],
        "images/0002.jpg": [("", ALL, "train", "", "", "")],
    }
    assert counts.errors == {"text": 1}


@pytest.mark.parametrize("name", ["ufpr", "rodosol", "wpod", "tao-lprnet", "voc", "labelme"])
def test_pictures_are_found_elsewhere_whatever_their_ending(name: str, tmp_path: Path) -> None:
    """Where two have one name, that of the label's folder."""
    labels, pictures = tmp_path / "labels", tmp_path / "elsewhere"
    voc = "<object><name>ZH1</name><bndbox>{}</bndbox></object>".format(
        "".join(f"<{key}>{value}</{key}>" for key, value in zip(VOC, (1, 1, 60, 30), strict=True))
    )
    shape = {"label": "ZH1", "points": [[1, 1], [60, 30]], "shape_type": "rectangle"}
    suffix, content = {
        "ufpr": (".txt", "plate: ZH1\nposition_plate: 1 1 60 30"),
        "rodosol": (".txt", "plate: ZH1\nposition_plate: 1 1 60 30"),
        "wpod": (".txt", "4,.1,.5,.5,.1,.1,.1,.5,.5,ZH1,"),
        "tao-lprnet": (".txt", "ZH1"),
        "voc": (".xml", f"<annotation>{voc}</annotation>"),
        "labelme": (".json", json.dumps({"shapes": [shape]})),
    }[name]
    for folder in ("one", "two"):
        text_file(labels / folder / f"a{suffix}", content)
        picture(pictures / "deep" / folder / "a.PNG")
    rows, counts = imported(name, labels, tmp_path / "p/own", pictures=pictures)
    assert counts.rejected == 0
    assert list(rows) == ["images/deep/one/a.PNG", "images/deep/two/a.PNG"]


def test_one_json_a_picture_has_its_pictures_elsewhere(tmp_path: Path) -> None:
    box = {"class_id": 0, "left": 1, "top": 1, "width": 60, "height": 30}
    json_file(tmp_path / "labels/train_annotation/a.json", {"annotations": [box]})
    picture(tmp_path / "elsewhere/train/a.png")
    asked = {"pictures": tmp_path / "elsewhere"}
    _, counts = imported("json", tmp_path / "labels", tmp_path / "p/own", **asked)
    assert (counts.plates, counts.splits) == (1, {"train": 1})


def test_a_labelme_picture_of_another_name_lies_where_it_says_but_not_outside(
    tmp_path: Path,
) -> None:
    shape = {"label": "ZH1", "points": [[1, 1], [60, 30]], "shape_type": "rectangle"}
    for number, path in enumerate((r"..\images\b.png", "c.png", "../../secret.png")):
        json_file(tmp_path / f"set/labels/{number}.json", {"imagePath": path, "shapes": [shape]})
    for path in ("set/images/b.png", "set/labels/c.png", "secret.png"):
        picture(tmp_path / path)
    rows, counts = imported("labelme", tmp_path / "set", tmp_path / "p/own")
    assert list(rows) == ["images/b.png", "images/c.png"]
    assert counts.errors == {"no picture": 1}
