"""YOLO's labels: boxes, turned boxes, key points, polygons, and what data.yaml says."""

from pathlib import Path

import pytest

from src.common.errors import UserError
from tests.labelling.samples import box, errors, imported, picture, text_file

DATA = ("train: images/train", "val: images/val", "names: [car, licence-plate]")


def test_boxes_of_the_class_that_is_the_plate(tmp_path: Path) -> None:
    source = tmp_path / "set"
    text_file(source / "data.yaml", *DATA)
    for name in ("train/a.png", "train/b.png", "val/c.png", "val/d.png"):
        picture(source / "images" / name)
    text_file(source / "labels/train/a.txt", "1 0.5 0.5 0.2 0.1", "0 0.5 0.5 1 1")
    text_file(source / "labels/train/b.txt")
    text_file(source / "labels/val/c.txt", "1 0.25 0.5 0.1 0.2")
    rows, counts = imported("yolo", source, tmp_path / "photos/own")
    assert rows == {
        "images/a.png": [("", box(80, 45, 40, 10), "train", "", "", "")],
        # An empty file and a missing one: no plate.
        "images/b.png": [("", (), "train", "", "", "")],
        "images/c.png": [("", box(40, 40, 20, 20), "val", "", "", "")],
        "images/d.png": [("", (), "val", "", "", "")],
    }
    assert counts.others == {"car": 1}
    assert counts.rejected == 0


@pytest.mark.parametrize(
    "points",
    [
        ".2 .3 .6 .3 .6 .7 .2 .7",
        ".6 .7 .2 .7 .2 .3 .6 .3",  # from another corner
        ".2 .3 .2 .7 .6 .7 .6 .3",  # anticlockwise
        ".2 .3 .6 .3 .2 .7 .6 .7",  # row by row
    ],
)
def test_the_order_of_corners_is_found(tmp_path: Path, points: str) -> None:
    picture(tmp_path / "set/images/a.png")
    text_file(tmp_path / "set/labels/a.txt", f"0 {points}")
    rows, _ = imported("yolo", tmp_path / "set", tmp_path / "own")
    assert rows == {"images/a.png": [("", box(40, 30, 80, 40), "", "", "", "")]}


def test_key_points_are_corners_where_all_are_labelled(tmp_path: Path) -> None:
    source = tmp_path / "set"
    text_file(source / "data.yaml", "names: {0: plate}", "kpt_shape: [4, 3]")
    for name in "ab":
        picture(source / f"images/{name}.png")
    head = "0 .5 .5 .4 .4"
    text_file(source / "labels/a.txt", f"{head} .3 .3 2 .7 .35 2 .7 .7 2 .3 .65 1")
    text_file(source / "labels/b.txt", f"{head} .3 .3 2 .7 .35 2 .7 .7 2 0 0 0")
    rows, _ = imported("yolo", source, tmp_path / "own")
    assert rows["images/a.png"][0][1] == (60, 30, 140, 35, 140, 70, 60, 65)
    assert rows["images/b.png"][0][1] == box(60, 30, 80, 40)


def test_key_points_are_told_from_a_polygon_without_data_yaml(tmp_path: Path) -> None:
    source = tmp_path / "set"
    for name in "ab":
        picture(source / f"images/{name}.png")
    text_file(source / "labels/a.txt", "0 .5 .5 .4 .4 .3 .3 .7 .35 .7 .7 .3 .65")
    text_file(source / "labels/b.txt", "0 .3 .3 .5 .3 .7 .3 .7 .7 .5 .7 .3 .7")
    rows, _ = imported("yolo", source, tmp_path / "own")
    assert rows["images/a.png"][0][1] == (60, 30, 140, 35, 140, 70, 60, 65)
    assert rows["images/b.png"][0][1] == box(60, 30, 80, 40)


def test_which_class_is_asked_for_where_nobody_can_know(tmp_path: Path) -> None:
    source = tmp_path / "set"
    text_file(source / "data.yaml", "names: [thing, car]")
    picture(source / "images/a.png")
    text_file(source / "labels/a.txt", "0 .5 .5 .2 .1")
    with pytest.raises(UserError, match="which class is the plate"):
        imported("yolo", source, tmp_path / "own")
    with pytest.raises(UserError, match="no such class"):
        imported("yolo", source, tmp_path / "own", classes=("plate",))
    assert not (tmp_path / "own").exists()
    for name in ("thing", "0"):
        rows, _ = imported("yolo", source, tmp_path / f"own{name}", classes=(name,))
        assert rows["images/a.png"][0][1] == box(80, 45, 40, 10)


def test_roboflow_s_copies_are_a_group_and_its_paths_lead_up(tmp_path: Path) -> None:
    source = tmp_path / "set"
    text_file(
        source / "data.yaml", "train: ../train/images", "val: ../valid/images", "names: [plate]"
    )
    for place, digit in (("train", "1"), ("train", "2"), ("valid", "3")):
        name = f"car_jpg.rf.{digit * 32}"
        picture(source / f"{place}/images/{name}.png")
        text_file(source / f"{place}/labels/{name}.txt", "0 .5 .5 .2 .1")
    rows, _ = imported("yolo", source, tmp_path / "own")
    # Copies on two sides are all on the one that is held back.
    assert {row[2:4] for found in rows.values() for row in found} == {("val", "own:car_jpg")}


def test_broken_lines_are_named_and_stop_nothing(tmp_path: Path) -> None:
    source = tmp_path / "set"
    for name in "abcde":
        picture(source / f"images/{name}.png")
    text_file(
        source / "labels/a.txt", "0 .5 .5 .2 .1", "0 .5 .5", "x .5 .5 .2 .1", "0 nan .5 .2 .1"
    )
    text_file(source / "labels/b.txt", "0 .5 .5 .2 0")
    text_file(source / "labels/c.txt", "0 400 300 60 20")
    (source / "labels/d.txt").write_bytes(b"\xff\xfe\x00")
    (source / "images/e.png").write_bytes(b"no picture")
    text_file(source / "labels/e.txt", "0 .5 .5 .2 .1")
    rows, counts = imported("yolo", source, tmp_path / "own")
    assert list(rows) == ["images/a.png"]
    kinds = {"broken row": 4, "corners": 2, "unreadable picture": 1}
    assert counts.errors == kinds
    assert [row[0] for row in errors(tmp_path / "own")] == [
        *("a.txt:2", "a.txt:3", "a.txt:4", "b.txt:1"),
        *("c.txt:1", "d.txt", "e.txt:1"),
    ]
    # A picture whose plates are all rejected is not one without plates.
    assert not (tmp_path / "own/images/b.png").exists()


def test_lists_of_pictures(tmp_path: Path) -> None:
    source = tmp_path / "set"
    text_file(source / "data.yaml", "train: train.txt", "test: test.txt", "names: [plate]")
    text_file(source / "train.txt", "./images/a.png")
    text_file(source / "test.txt", "./images/b.png")
    for name in "ab":
        picture(source / f"images/{name}.png")
        text_file(source / f"labels/{name}.txt", "0 .5 .5 .2 .1")
    rows, _ = imported("yolo", source / "data.yaml", tmp_path / "own")
    assert {name: found[0][2] for name, found in rows.items()} == {
        "images/a.png": "train",
        "images/b.png": "test",
    }


def test_yaml_calls_nothing(tmp_path: Path) -> None:
    source = tmp_path / "set"
    bad = text_file(source / "data.yaml", "names: !!python/object/apply:os.system ['true']")
    picture(source / "images/a.png")
    with pytest.raises(UserError, match="is no YAML"):
        imported("yolo", bad, tmp_path / "own")
