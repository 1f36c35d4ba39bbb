"""Whatever is wrong with one row or file of labels, the others come in, and the reason stands in rejected.csv."""

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from src.common.errors import UserError
from src.labelling.find import walk
from src.labelling.importing import import_labels
from src.labelling.record import Asked
from src.reading.sources import PICTURES
from tests.labelling.samples import errors, imported, json_file, picture, text_file

BOX = "10,10,60,10,60,30,10,30"
ENDLESS = "9" * 5000
CORNERS = "corners: 40,30 120,32 120,52 40,50"


def pair(source: Path) -> None:
    for name in "ab":
        picture(source / f"{name}.png")


def yolo_class(source: Path) -> str:
    for name, line in (("a", "0 .5 .5 .2 .2"), ("b", f"{ENDLESS} .5 .5 .2 .2")):
        picture(source / f"images/{name}.png")
        text_file(source / f"labels/{name}.txt", line)
    return "yolo"


def yolo_class_with_names(source: Path) -> str:
    text_file(source / "data.yaml", "names: [plate]")
    return yolo_class(source)


def cvat_height(source: Path) -> str:
    box = '<box label="plate" xtl="10" ytl="10" xbr="60" ybr="30"/>'
    images = [
        f'<image name="{name}.png" width="200" height="{height}">{box}</image>'
        for name, height in (("a", "100"), ("b", "abc"))
    ]
    for name in "ab":
        picture(source / f"{name}.png")
    text_file(source / "annotations.xml", "<annotations>", *images, "</annotations>")
    return "cvat"


def cvat_frame(source: Path) -> str:
    box = '<box frame="{}" xtl="10" ytl="10" xbr="60" ybr="30"/>'
    boxes = [box.format(frame) for frame in ("0", ENDLESS)]
    track = f'<track id="0" label="plate">{"".join(boxes)}</track>'
    picture(source / "frame_000000.png")
    text_file(source / "annotations.xml", f"<annotations>{track}</annotations>")
    return "cvat"


def annotations_long_name(source: Path) -> str:
    picture(source / "a.png")
    rows = (f"a.png,ZH1,{BOX}", f"{'b' * 300}.png,ZH2,{BOX}")
    text_file(source / "annotations.csv", "image_path,plate_text,x1,y1,x2,y2,x3,y3,x4,y4", *rows)
    return "annotations"


def annotations_byte(source: Path) -> str:
    for name in "ab":
        picture(source / f"{name}.png")
    source.joinpath("annotations.csv").write_bytes(
        b"image_path,plate_text\nb.png,Z\xfc1\na.png,ZH1\n"
    )
    return "annotations"


def annotations_cells(source: Path) -> str:
    for name in "ab":
        picture(source / f"{name}.png")
    text_file(source / "annotations.csv", "image_path,plate_text", "b.png,ZH,2", "a.png,ZH1")
    return "annotations"


def annotations_quotes(source: Path) -> str:
    for name in "ab":
        picture(source / f"{name}.png")
    text_file(source / "annotations.csv", "image_path,plate_text", 'b.png,"ZH"2', "a.png,ZH1")
    return "annotations"


def annotations_quote_without_end(source: Path) -> str:
    pair(source)
    text_file(source / "annotations.csv", "image_path,plate_text", 'b.png,"ZH2', 'a.png,"ZH1"')
    return "annotations"


def annotations_last_quote_without_end(source: Path) -> str:
    pair(source)
    text_file(source / "annotations.csv", "image_path,plate_text", 'b.png,"ZH2', "a.png,ZH1")
    return "annotations"


def fast_plate_ocr_quote_without_end(source: Path) -> str:
    pair(source)
    text_file(source / "val.csv", "image_path,plate_text", 'b.png,"ZH2', "a.png,ZH1")
    return "fast-plate-ocr"


def latin_1_byte(source: Path) -> str:
    for name in "ab":
        picture(source / f"{name}.png")
    source.joinpath("val.csv").write_bytes(b"image_path,plate_text\nb.png,Z\xfc1\na.png,ZH1\n")
    return "fast-plate-ocr"


def csv_cell_without_end(source: Path) -> str:
    picture(source / "a.png")
    rows = (f"b.png,{'x' * 200_000}", "a.png,ZH1")
    text_file(source / "val.csv", "image_path,plate_text", *rows)
    return "fast-plate-ocr"


def coco(source: Path, boxes: list[str], ids: tuple[str, ...] = ("1", "2")) -> str:
    names = [f"{name}.png" for name in "ab"]
    for name in names:
        picture(source / name)
    images = [f'{{"id": {i}, "file_name": "{name}"}}' for i, name in zip(ids, names, strict=True)]
    labels = [
        f'{{"id": {i}, "image_id": {i}, "category_id": 1, "bbox": {box}}}'
        for i, box in zip(ids, boxes, strict=True)
        if i != "null"
    ]
    content = f'{{"images": [{", ".join(images)}], "annotations": [{", ".join(labels)}]}}'
    text_file(source / "annotations.json", content)
    return "coco"


def coco_nan(source: Path) -> str:
    return coco(source, ["[10, 10, 50, 20]", "[10, 10, NaN, 20]"])


def coco_endless_number(source: Path) -> str:
    return coco(source, ["[10, 10, 50, 20]", f"[10, 10, {ENDLESS}, 20]"])


def coco_image_without_number(source: Path) -> str:
    return coco(source, ["[10, 10, 50, 20]", "[]"], ("1", "null"))


def label_studio_nan(source: Path) -> str:
    value = '{{"x": 10, "y": 10, "width": {}, "height": 20, "rectanglelabels": ["plate"]}}'
    tasks = []
    for name, width in (("a", "30"), ("b", "NaN")):
        picture(source / f"{name}.png")
        result = f'[{{"id": "1", "type": "rectanglelabels", "value": {value.format(width)}}}]'
        task = f'{{"data": {{"image": "{name}.png"}}, "annotations": [{{"result": {result}}}]}}'
        tasks.append(task)
    text_file(source / "tasks.json", f"[{', '.join(tasks)}]")
    return "labelstudio"


def label_studio_address(source: Path) -> str:
    result = [{"value": {"x": 1, "y": 1, "width": 30, "height": 20, "rectanglelabels": ["plate"]}}]
    picture(source / "a.png")
    names = ("a.png", "http://[a/b.png")
    tasks = [{"data": {"image": name}, "annotations": [{"result": result}]} for name in names]
    json_file(source / "tasks.json", tasks)
    return "labelstudio"


def paddle_text_that_is_no_number(source: Path) -> str:
    points = "[[1, 1], [60, 1], [60, 30], [1, 30]]"
    lines = []
    for name, text in (("a", '"ZH1"'), ("b", "NaN")):
        picture(source / f"{name}.png")
        lines.append(f'{name}.png\t[{{"transcription": {text}, "points": {points}}}]')
    text_file(source / "Label.txt", *lines)
    return "paddleocr"


def label_without_room_for_a_suffix(source: Path) -> str:
    picture(source / "a.png")
    text_file(source / "a.txt", "plate: ZH1", CORNERS)
    text_file(source / f"{'b' * 251}.txt", "plate: ZH1", CORNERS)
    return "ufpr"


def pipe_beside(source: Path) -> str:
    picture(source / "a.png")
    text_file(source / "a.csv", "image_path,plate_text", "a.png,ZH1")
    os.mkfifo(source / "val.csv")
    return "fast-plate-ocr"


def pipe_of_paddle(source: Path) -> str:
    picture(source / "a.png")
    text_file(source / "a/Label.txt", "a.png\tZH1")
    os.mkfifo(source / "Label.txt")
    return "paddleocr"


def pipe_of_yolo(source: Path) -> str:
    for name in "ab":
        picture(source / f"images/{name}.png")
    text_file(source / "labels/a.txt", "0 .5 .5 .2 .2")
    os.mkfifo(source / "labels/b.txt")
    return "yolo"


def coco_numbers_that_are_no_numbers(source: Path) -> str:
    images = [{"id": "1", "file_name": "a.png"}, {"id": 1.5, "file_name": "b.png"}]
    label = {"id": 1, "image_id": 1.0, "category_id": "1", "bbox": [10, 10, 50, 20]}
    pair(source)
    json_file(source / "annotations.json", {"images": images, "annotations": [label]})
    return "coco"


def paddle_one_plate_of_two(source: Path) -> str:
    points = [[1, 1], [60, 1], [60, 30], [1, 30]]
    plates = [{"transcription": f"ZH{n}", "points": points[: 2 * n]} for n in (1, 2)]
    picture(source / "a.png")
    text_file(source / "Label.txt", f"a.png\t{json.dumps(plates)}")
    return "paddleocr"


def labelme_no_object(source: Path) -> str:
    shape = {"label": "plate", "points": [[1, 1], [60, 30]], "shape_type": "rectangle"}
    picture(source / "a.png")
    json_file(source / "a.json", {"shapes": [7, shape]})
    return "labelme"


def label_studio_regions(source: Path, *regions: dict[str, Any] | int) -> str:
    value = {"x": 1, "y": 1, "width": 30, "height": 20, "rectanglelabels": ["plate"]}
    good = {"id": "good", "value": value}
    picture(source / "a.png")
    tasks = [{"data": {"image": "a.png"}, "annotations": [{"result": [good, *regions]}]}]
    json_file(source / "tasks.json", tasks)
    return "labelstudio"


def label_studio_no_object(source: Path) -> str:
    return label_studio_regions(source, 7)


def label_studio_text_that_is_none(source: Path) -> str:
    value = {"x": 1, "y": 1, "width": 30, "height": 20}
    shape = {"id": "1", "value": {**value, "rectanglelabels": ["plate"]}}
    text = {"id": "1", "type": "textarea", "from_name": "text", "value": {**value, "text": [{}]}}
    return label_studio_regions(source, shape, text)


def label_studio_brush(source: Path) -> str:
    value = {"format": "rle", "rle": [1, 2], "brushlabels": ["plate"]}
    return label_studio_regions(source, {"id": "1", "type": "brushlabels", "value": value})


def label_studio_ellipse(source: Path) -> str:
    value = {"x": 1, "y": 1, "radiusX": 3, "radiusY": 3}
    return label_studio_regions(source, {"id": "1", "type": "ellipse", "value": value})


def cvat_mask(source: Path) -> str:
    shapes = (
        '<box label="plate" xtl="10" ytl="10" xbr="60" ybr="30"/>',
        '<mask label="plate" rle="1" left="1" top="1" width="9" height="9"/><points label="lamp"/>',
    )
    pair(source)
    images = [
        f'<image name="{n}.png">{shape}</image>' for n, shape in zip("ab", shapes, strict=True)
    ]
    text_file(source / "annotations.xml", "<annotations>", *images, "</annotations>")
    return "cvat"


def voc_encoding_that_there_is_not(source: Path) -> str:
    box = "<xmin>1</xmin><ymin>1</ymin><xmax>60</xmax><ymax>30</ymax>"
    for name, encoding in (("a", "utf-8"), ("b", "rot13")):
        picture(source / f"{name}.png")
        thing = f"<object><name>plate</name><bndbox>{box}</bndbox></object>"
        head = f'<?xml version="1.0" encoding="{encoding}"?>'
        text_file(source / f"{name}.xml", f"{head}<annotation>{thing}</annotation>")
    return "voc"


def yolo_link_that_leads_nowhere(source: Path) -> str:
    for name in "ab":
        picture(source / f"images/{name}.png")
    text_file(source / "labels/a.txt", "0 .5 .5 .2 .2")
    (source / "labels/b.txt").symlink_to(source / "taken away.txt")
    return "yolo"


def json_link_that_leads_nowhere(source: Path) -> str:
    for name in "ab":
        picture(source / f"train/{name}.png")
    box = {"class_id": 0, "left": 1, "top": 1, "width": 60, "height": 30}
    json_file(source / "train_annotation/a.json", {"annotations": [box]})
    (source / "train_annotation/b.json").symlink_to(source / "taken away.json")
    return "json"


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (yolo_class, "broken row"),
        (yolo_class_with_names, "broken row"),
        (cvat_height, "broken row"),
        (cvat_frame, "broken row"),
        (annotations_long_name, "no picture"),
        (annotations_byte, "broken row"),
        (annotations_cells, "broken row"),
        (annotations_quotes, "broken row"),
        (annotations_quote_without_end, "broken row"),
        (annotations_last_quote_without_end, "broken row"),
        (fast_plate_ocr_quote_without_end, "broken row"),
        (latin_1_byte, "broken row"),
        (csv_cell_without_end, "broken row"),
        (coco_nan, "broken row"),
        (coco_endless_number, "broken row"),
        (coco_image_without_number, "broken row"),
        (label_studio_nan, "broken row"),
        (label_studio_address, "no picture"),
        (paddle_text_that_is_no_number, "text"),
        (label_without_room_for_a_suffix, "no picture"),
        (pipe_beside, "broken row"),
        (pipe_of_paddle, "broken row"),
        (pipe_of_yolo, "broken row"),
        (coco_numbers_that_are_no_numbers, "broken row"),
        (paddle_one_plate_of_two, "corners"),
        (labelme_no_object, "broken row"),
        (label_studio_no_object, "broken row"),
        (label_studio_text_that_is_none, "text"),
        (label_studio_brush, "broken row"),
        (label_studio_ellipse, "broken row"),
        (cvat_mask, "broken row"),
        (voc_encoding_that_there_is_not, "broken row"),
        (yolo_link_that_leads_nowhere, "broken row"),
        (json_link_that_leads_nowhere, "broken row"),
    ],
)
def test_the_others_come_in(made: Callable[[Path], str], kind: str, tmp_path: Path) -> None:
    source = tmp_path / "set"
    source.mkdir()
    _, counts = imported(made(source), source, tmp_path / "p/own")
    assert (counts.plates, counts.empty) == (1, 0)
    assert counts.errors == {kind: 1}
    where, _, _, why = errors(tmp_path / "p/own")[0]
    assert where
    assert why


def test_labels_of_two_pictures_that_nobody_can_tell_apart(tmp_path: Path) -> None:
    source = tmp_path / "set"
    images = [{"id": i, "file_name": f"{n}.png"} for i, n in ((1, "b"), (1, "c"), (2, "a"))]
    labels = [{"id": i, "image_id": i, "category_id": 1, "bbox": [10, 10, 50, 20]} for i in (1, 2)]
    for name in "abc":
        picture(source / f"{name}.png")
    json_file(source / "annotations.json", {"images": images, "annotations": labels})
    rows, _ = imported("coco", source, tmp_path / "p/own")
    assert list(rows) == ["images/a.png"]
    assert [row[:2] for row in errors(tmp_path / "p/own")] == [
        ["annotations.json:images 2", "c.png"],
        ["annotations.json:image 1", "b.png"],
    ]


@pytest.mark.parametrize("value", ["!!bool x", "!!int ''", "!!float ''", "!!timestamp x"])
def test_a_data_yaml_with_values_of_no_such_kind_is_none(value: str, tmp_path: Path) -> None:
    source = tmp_path / "set"
    picture(source / "images/a.png")
    text_file(source / "labels/a.txt", "0 .5 .5 .2 .2")
    path = text_file(source / "data.yaml", f"names: {value}")
    _, counts = imported("yolo", source, tmp_path / "p/own")
    assert counts.plates == 1
    with pytest.raises(UserError, match="is no YAML"):
        import_labels("yolo", path, tmp_path / "p/two", Asked("two"))


@pytest.mark.parametrize("name", ["yolo", "voc"])
def test_a_folder_that_may_not_be_listed_is_named(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, box = tmp_path / "set", "<xmin>1</xmin><ymin>1</ymin><xmax>60</xmax><ymax>30</ymax>"
    picture(source / "images/a.png")
    text_file(source / "labels/a.txt", "0 .5 .5 .2 .2")
    thing = f"<object><name>plate</name><bndbox>{box}</bndbox></object>"
    text_file(source / "images/a.xml", f"<annotation>{thing}</annotation>")
    (source / "images/locked").mkdir()
    real = os.scandir

    def scandir(path: Any) -> Any:
        if Path(path).name == "locked":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return real(path)

    monkeypatch.setattr("os.scandir", scandir)
    counts = import_labels(name, source, tmp_path / "p/own", Asked("own"))
    assert (counts.plates, counts.rejected) == (1, 1)
    assert "locked" in errors(tmp_path / "p/own")[0][1]


def test_a_folder_that_goes_while_it_is_listed_has_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture(tmp_path / "b/a.png")
    listed: list[tuple[str, list[str], list[str]]] = [(str(tmp_path), ["a", "b"], [])]
    listed += [(str(tmp_path / name), [], ["a.png"]) for name in "ab"]
    monkeypatch.setattr("src.labelling.find.os.walk", lambda *_, **__: iter(listed))
    assert list(walk(tmp_path, PICTURES)) == [tmp_path / "b/a.png"]


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("yolo", ("labels/classes.txt",)),
        ("yolo", ("data.yaml", "train.txt")),
        ("ccpd", ("splits/train.txt",)),
        ("rodosol", ("split.txt",)),
        ("voc", ("ImageSets/Main/train.txt",)),
        ("tao-lprnet", ("us_characters_list.txt",)),
    ],
)
def test_a_file_about_the_whole_set_that_is_not_utf_8_is_named(
    name: str, files: tuple[str, ...], tmp_path: Path
) -> None:
    source = tmp_path / "set"
    picture(source / "images/a.png")
    text_file(source / "labels/a.txt", "0 .5 .5 .2 .2")
    text_file(source / "a.xml", "<annotation/>")
    for file in files:
        text_file(source / file, "names: [plate]", "train: train.txt")
    (source / files[-1]).write_bytes(b"ZH\xfc\n")
    with pytest.raises(UserError, match=f"{files[-1]} cannot be read .*; correct or remove it"):
        import_labels(name, source, tmp_path / "p/own", Asked("own"))


def test_names_that_no_folder_can_have_in_data_yaml_lead_nowhere(tmp_path: Path) -> None:
    source = tmp_path / "set"
    picture(source / "images/a.png")
    text_file(source / "labels/a.txt", "0 .5 .5 .2 .2")
    text_file(source / "data.yaml", "names: [plate]", f"train: {'x' * 300}", f"path: {'y' * 300}")
    _, counts = imported("yolo", source, tmp_path / "p/own")
    assert counts.splits == {"": 1}


def test_pictures_beside_a_folder_called_txt_are_found(tmp_path: Path) -> None:
    picture(tmp_path / "images/a.jpg")
    text_file(tmp_path / "txt/a.txt", "type: car", "plate: ABC1234", CORNERS)
    text_file(tmp_path / "txt/split.txt", "a.jpg;training")
    _, counts = imported("rodosol", tmp_path / "txt", tmp_path / "p/own")
    assert counts.splits == {"train": 1}


def test_two_pictures_of_one_name_that_is_as_long_as_can_be(tmp_path: Path) -> None:
    source, name = tmp_path / "set", "ü" * 125 + "x"
    for side in ("train", "val"):
        picture(source / side / "images" / f"{name}.png")
        text_file(source / side / "labels" / f"{name}.txt", "0 .5 .5 .2 .2")
    rows, counts = imported("yolo", source, tmp_path / "p/own")
    assert counts.rejected == 0
    assert list(rows) == [f"images/{name}.png", f"images/{'ü' * 124}-2.png"]
