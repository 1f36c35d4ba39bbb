"""Formats of detections: COCO, Pascal VOC, one JSON a picture, CVAT, LabelMe."""

from pathlib import Path
from typing import Any

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

BOX = box(40, 30, 80, 20)
SIZE = {"width": WIDTH, "height": HEIGHT}


def coco(**more: Any) -> dict[str, Any]:
    categories = [{"id": 3, "name": "car"}, {"id": 7, "name": "License Plate"}]
    return {"categories": categories, "images": [], "annotations": [], **more}


def label(image: int, **more: Any) -> dict[str, Any]:
    return {"id": 1, "image_id": image, "category_id": 7, "bbox": [40, 30, 80, 20], **more}


def test_coco_s_numbers_have_gaps_and_texts_many_names(tmp_path: Path) -> None:
    images = []
    for number in (4, 9, 12, 40):
        picture(tmp_path / f"set/images/{number}.jpg")
        images.append({"id": number, "file_name": f"{number}.jpg", **SIZE})
    annotations = [
        label(9, attributes={"text": "ZH 1", "region": "CH"}),
        label(4, caption="ZH2"),
        label(12, utf8_string="ZH3"),
        label(12, category_id=3),
    ]
    # Annotations before images, which a reader in one go would not know yet.
    content = coco(annotations=annotations)
    content["images"] = images
    source = json_file(tmp_path / "set/instances_val.json", content)
    rows, counts = imported("coco", source, tmp_path / "own")
    assert rows == {
        "images/4.jpg": [("ZH2", BOX, "val", "", "", "")],
        "images/9.jpg": [("ZH1", BOX, "val", "", "CH", "")],
        "images/12.jpg": [("ZH3", BOX, "val", "", "", "")],
        "images/40.jpg": [("", (), "val", "", "", "")],
    }
    assert counts.others == {"car": 1}


def test_coco_s_shapes_and_crowds(tmp_path: Path) -> None:
    picture(tmp_path / "set/a.jpg")
    picture(tmp_path / "set/b.jpg")
    tilted = [40, 30, 120, 34, 120, 54, 40, 50]
    cut = [40, 30, 60, 30, 120, 30, 120, 50, 80, 50, 40, 50]
    points = [value for x, y in zip(tilted[::2], tilted[1::2], strict=True) for value in (x, y, 2)]
    hidden = [*points[:-1], 0]
    runs = {"counts": [1, 2], "size": [100, 200]}
    annotations = [
        label(1, segmentation=[tilted], caption="A1"),
        label(1, segmentation=[cut], caption="A2"),
        label(1, keypoints=points, caption="A3"),
        label(1, keypoints=hidden, caption="A4"),
        label(1, iscrowd=1, segmentation=runs),
        label(2, segmentation=runs, caption="B1"),
        label(1, bbox=[1, 2, 3]),
        label(99),
        "nothing",
    ]
    images = [{"id": n, "file_name": f"{name}.jpg"} for n, name in ((1, "a"), (2, "b"), (3, "c"))]
    source = json_file(tmp_path / "set/x.json", coco(images=images, annotations=annotations))
    rows, counts = imported("coco", source, tmp_path / "own")
    assert [row[:2] for row in rows["images/a.jpg"]] == [
        ("A1", tuple(tilted)),
        ("A2", BOX),
        ("A3", tuple(tilted)),
        ("A4", BOX),
    ]
    assert rows["images/b.jpg"][0][:2] == ("B1", BOX)
    assert counts.errors == {"crowd": 1, "broken row": 3, "no picture": 1}


def test_coco_of_roboflow(tmp_path: Path) -> None:
    name = f"car_jpg.rf.{'a1' * 16}.jpg"
    picture(tmp_path / "set/valid" / name)
    content = coco(images=[{"id": 0, "file_name": name}], annotations=[label(0)])
    json_file(tmp_path / "set/valid/_annotations.coco.json", content)
    rows, _ = imported("coco", tmp_path / "set", tmp_path / "own")
    ((found,),) = rows.values()
    assert found[2:4] == ("val", "own:car_jpg")


def test_labels_of_another_size_are_not_used(tmp_path: Path) -> None:
    for name in "ab":
        picture(tmp_path / f"set/{name}.jpg")
    sizes = [{"width": HEIGHT, "height": WIDTH}, SIZE]
    images = [{"id": n, "file_name": f"{'ab'[n]}.jpg", **sizes[n]} for n in (0, 1)]
    source = json_file(
        tmp_path / "set/x.json", coco(images=images, annotations=[label(0), label(1)])
    )
    rows, counts = imported("coco", source, tmp_path / "own")
    assert list(rows) == ["images/b.jpg"]
    assert counts.errors == {"another size": 1}
    assert "which its camera turned" in errors(tmp_path / "own")[0][3]


def voc(*objects: tuple[str, tuple[int, ...]], database: str = "Unknown") -> str:
    things = "".join(
        f"<object><name>{name}</name><bndbox>"
        + "".join(
            f"<{side}>{value}</{side}>"
            for side, value in zip(("xmin", "ymin", "xmax", "ymax"), at, strict=True)
        )
        + "</bndbox></object>"
        for name, at in objects
    )
    size = f"<size><width>{WIDTH}</width><height>{HEIGHT}</height></size>"
    source = f"<source><database>{database}</database></source>"
    return f"<annotation><filename>IMG_0001.jpg</filename>{source}{size}{things}</annotation>"


def test_voc_goes_by_its_own_name_and_counts_from_one_or_zero(tmp_path: Path) -> None:
    source = tmp_path / "VOC"
    for name in "abc":
        picture(source / f"JPEGImages/{name}.jpg")
    at = (40, 30, 120, 50)
    text_file(source / "Annotations/a.xml", voc(("plate", at), ("car", at)))
    text_file(
        source / "Annotations/b.xml",
        voc(("ZH 12", (41, 31, 120, 50)), database="The VOC2007 Database"),
    )
    text_file(source / "Annotations/c.xml", voc())
    text_file(source / "ImageSets/Main/val.txt", "b 1", "c")
    rows, counts = imported("voc", source, tmp_path / "own")
    assert rows == {
        "images/a.jpg": [("", BOX, "", "", "", "")],
        "images/b.jpg": [("ZH12", BOX, "val", "", "", "")],
        "images/c.jpg": [("", (), "val", "", "", "")],
    }
    assert counts.others == {"car": 1}


def test_broken_xml_stops_nothing(tmp_path: Path) -> None:
    source = tmp_path / "VOC"
    for name in "abcd":
        picture(source / f"{name}.jpg")
    text_file(source / "a.xml", voc(("plate", (40, 30, 120, 50)), ("plate", (40, 30, 40, 50))))
    text_file(source / "b.xml", '<!DOCTYPE a [<!ENTITY e SYSTEM "a.jpg">]><annotation/>')
    text_file(source / "c.xml", "<annotation>")
    text_file(source / "d.xml", "<other/>")
    text_file(source / "e.xml", voc(("plate", (40, 30, 120, 50))))
    _, counts = imported("voc", source, tmp_path / "own")
    assert counts.errors == {"broken row": 4, "no picture": 1}


def test_voc_without_a_class_that_is_a_plate(tmp_path: Path) -> None:
    picture(tmp_path / "VOC/a.jpg")
    text_file(tmp_path / "VOC/a.xml", voc(("thing", (40, 30, 120, 50))))
    with pytest.raises(
        UserError, match=r"none of the classes is known to be the plate: thing \(1\)"
    ):
        imported("voc", tmp_path / "VOC", tmp_path / "own")
    rows, _ = imported("voc", tmp_path / "VOC", tmp_path / "own", classes=("Thing",))
    assert rows["images/a.jpg"][0][1] == BOX


def one_json(name: str, kinds: list[int], categories: list[tuple[int, str]]) -> dict[str, Any]:
    at = {"left": 40, "top": 30, "width": 80, "height": 20}
    return {
        "file": name,
        "image_size": [{**SIZE, "depth": 3}],
        "annotations": [{"class_id": kind, **at} for kind in kinds],
        "categories": [{"class_id": number, "name": text} for number, text in categories],
    }


def test_one_json_a_picture_in_four_channels(tmp_path: Path) -> None:
    source = tmp_path / "set"
    for place in ("train/a", "train/b", "validation/c"):
        picture(source / f"{place}.jpg")
    # Numbers of annotations count from 0; the categories have kept those of another set, one for each annotation.
    json_file(
        source / "train_annotation/a.json", one_json("a.jpg", [1, 0], [(13, "plate"), (2, "car")])
    )
    json_file(source / "validation_annotation/c.json", one_json("c.jpg", [0], [(2, "car")]))
    rows, counts = imported("json", source, tmp_path / "own")
    assert rows == {
        "images/a.jpg": [("", BOX, "train", "", "", "")],
        # Without annotations there is no file.
        "images/b.jpg": [("", (), "train", "", "", "")],
        "images/c.jpg": [("", (), "val", "", "", "")],
    }
    assert counts.others == {"car": 2}


def test_one_json_a_picture_by_numbers_that_agree(tmp_path: Path) -> None:
    source = tmp_path / "set"
    picture(source / "a.jpg")
    picture(source / "b.jpg")
    json_file(source / "a.json", one_json("a.jpg", [1, 0], [(0, "car"), (1, "plate")]))
    text_file(source / "b.json", "[]")
    rows, counts = imported("json", source, tmp_path / "own")
    assert rows["images/a.jpg"] == [("", BOX, "", "", "", "")]
    assert counts.errors == {"broken row": 1}


def test_cvat_s_images(tmp_path: Path) -> None:
    for name in "abc":
        picture(tmp_path / f"set/images/{name}.jpg")
    size = f'width="{WIDTH}" height="{HEIGHT}"'
    said = '<attribute name="Number">ZH 1</attribute>'
    source = text_file(
        tmp_path / "set/annotations.xml",
        "<annotations><meta><task><labels><label><name>plate</name></label></labels></task></meta>",
        f'<image id="0" name="a.jpg" subset="Train" {size}>'
        f'<box label="plate" xtl="40" ytl="30" xbr="120" ybr="50">{said}</box>'
        '<box label="car" xtl="1" ytl="1" xbr="2" ybr="2"/></image>',
        f'<image id="1" name="b.jpg" {size}>'
        '<polygon label="plate" points="120,50;40,50;40,30;120,30"/>'
        '<polygon label="plate" points="1,2;3"/>'
        '<box label="plate" xtl="60" ytl="20" xbr="80" ybr="60" rotation="90"/></image>',
        f'<image id="2" name="c.jpg" {size}/><image id="3" name="none.jpg"/></annotations>',
    )
    rows, counts = imported("cvat", source, tmp_path / "own")
    assert rows == {
        "images/a.jpg": [("ZH1", BOX, "train", "", "", "")],
        "images/b.jpg": [("", BOX, "", "", "", ""), ("", box(50, 30, 40, 20), "", "", "", "")],
        "images/c.jpg": [("", (), "", "", "", "")],
    }
    assert counts.errors == {"broken row": 1, "no picture": 1}


def test_cvat_s_video_leaves_out_what_is_outside(tmp_path: Path) -> None:
    for frame in (0, 1, 2):
        picture(tmp_path / f"set/frame_{frame:06d}.png")
    at = 'xtl="40" ytl="30" xbr="120" ybr="50"'
    source = text_file(
        tmp_path / "set/gate.xml",
        '<annotations><track id="5" label="plate">',
        f'<box frame="0" outside="0" {at}><attribute name="text">ZH1</attribute></box>',
        f'<box frame="1" outside="0" {at}><attribute name="text">ZH1</attribute></box>',
        f'<box frame="2" outside="1" {at}/></track></annotations>',
    )
    rows, _ = imported("cvat", source, tmp_path / "own")
    row = ("ZH1", BOX, "", "own:gate-track5", "", "")
    assert rows == {"images/frame_000000.png": [row], "images/frame_000001.png": [row]}


def test_labelme(tmp_path: Path) -> None:
    for name in "abc":
        picture(tmp_path / f"set/{name}.jpg")
    quad = [[40, 30], [120, 30], [120, 50], [40, 50]]
    shapes = [
        {"label": "ZH 12", "points": quad, "shape_type": "polygon"},
        {
            "label": "plate",
            "points": [[120, 50], [40, 30]],
            "shape_type": "rectangle",
            "description": "ZH3",
        },
        {"label": "car", "points": quad},
        {"label": "plate", "points": [[1, 1], [5, 5]], "shape_type": "circle"},
    ]
    sizes = {"imageWidth": WIDTH, "imageHeight": HEIGHT}
    content = {"shapes": shapes, "imagePath": "D:\\stale\\x.jpg", "imageData": "AAAA", **sizes}
    json_file(tmp_path / "set/a.json", content)
    json_file(tmp_path / "set/b.json", {"shapes": []})
    json_file(tmp_path / "set/c.json", {"version": 1})
    rows, counts = imported("labelme", tmp_path / "set", tmp_path / "own")
    assert [row[:2] for row in rows["images/a.jpg"]] == [("ZH12", BOX), ("ZH3", BOX)]
    assert rows["images/b.jpg"] == [("", (), "", "", "", "")]
    assert counts.errors == {"broken row": 2}
    assert counts.others == {"car": 1}
