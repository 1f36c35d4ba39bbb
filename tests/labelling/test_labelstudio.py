"""Label Studio's JSON: percent, turned rectangles, texts of regions, uploads, tasks that nobody finished."""

import math
from pathlib import Path
from typing import Any

import pytest

from src.labelling.exporting import export_labels
from tests.labelling.samples import box, errors, imported, json_file, picture, text_file

SIZE = {"original_width": 200, "original_height": 100}


def rectangle(identity: str, **more: Any) -> dict[str, Any]:
    value: dict[str, Any] = {"x": 20, "y": 30, "width": 40, "height": 20, "rotation": 0, **more}
    value["rectanglelabels"] = value.pop("labels", ["plate"])
    return {"id": identity, "type": "rectanglelabels", "from_name": "label", "value": value, **SIZE}


def said(identity: str, text: Any, field: str = "text") -> dict[str, Any]:
    return {"id": identity, "type": "textarea", "from_name": field, "value": {"text": text}}


def task(image: str, *result: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"data": {"image": image}, "annotations": [{"result": list(result)}], **more}


def test_rectangles_polygons_and_their_texts(tmp_path: Path) -> None:
    for name in ("a.png", "b.png", "c.png"):
        picture(tmp_path / "set" / name)
    points = [[60, 30], [60, 50], [20, 50], [20, 30]]
    value = {"points": points, "polygonlabels": ["plate"]}
    polygon = {"id": "q", "type": "polygonlabels", "value": value, **SIZE}
    source = json_file(
        tmp_path / "set/export.json",
        [
            task("/data/upload/3/0a1b2c3d-a.png", rectangle("r"), said("r", ["ZH 1"])),
            task("https://example.org/data/local-files/?d=set/b.png", polygon, said("q", "ZH2")),
            task("c.png"),
        ],
    )
    rows, _ = imported("labelstudio", source, tmp_path / "own")
    assert rows == {
        "images/a.png": [("ZH1", box(40, 30, 80, 20), "", "", "", "")],
        "images/b.png": [("ZH2", box(40, 30, 80, 20), "", "", "", "")],
        "images/c.png": [("", (), "", "", "", "")],
    }


def test_rectangles_turn_about_their_top_left_in_pixels(tmp_path: Path) -> None:
    picture(tmp_path / "set/a.png")
    source = json_file(tmp_path / "set/e.json", [task("a.png", rectangle("r", rotation=30))])
    rows, _ = imported("labelstudio", source, tmp_path / "own")
    cos, sin = math.cos(math.pi / 6), 0.5
    corners = rows["images/a.png"][0][1]
    assert corners[:2] == (40, 30)
    assert corners[2:4] == pytest.approx((40 + 80 * cos, 30 + 80 * sin), abs=0.01)
    assert corners[6:] == pytest.approx((40 - 20 * sin, 30 + 20 * cos), abs=0.01)


def test_predictions_and_cancelled_annotations_are_no_labels(tmp_path: Path) -> None:
    for name in ("a.png", "b.png", "c.png"):
        picture(tmp_path / "set" / name)
    guess = {"data": {"image": "a.png"}, "predictions": [{"result": [rectangle("r")]}]}
    skipped = task("b.png", rectangle("r"))
    skipped["annotations"][0]["was_cancelled"] = True
    source = json_file(tmp_path / "set/e.json", [guess, skipped, task("c.png", rectangle("r"))])
    rows, counts = imported("labelstudio", source, tmp_path / "own")
    assert list(rows) == ["images/c.png"]
    assert counts.errors == {"not corrected yet": 2}


def test_a_text_for_the_whole_picture_is_of_its_one_plate(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        picture(tmp_path / "set" / name)
    source = json_file(
        tmp_path / "set/e.json",
        [task("a.png", rectangle("r"), said("other", "ZH1")), task("b.png", said("x", "ZH2"))],
    )
    rows, _ = imported("labelstudio", source, tmp_path / "own")
    assert [found[0][:2] for found in rows.values()] == [
        ("ZH1", box(40, 30, 80, 20)),
        ("ZH2", ()),
    ]


def test_the_label_may_be_the_text_and_the_field_may_be_named(tmp_path: Path) -> None:
    picture(tmp_path / "set/a.png")
    result = (rectangle("r", labels=["ZH 12"]), rectangle("c", labels=["Car"]))
    source = json_file(tmp_path / "set/e.json", [task("a.png", *result)])
    rows, counts = imported("labelstudio", source, tmp_path / "own")
    assert [row[0] for row in rows["images/a.png"]] == ["ZH12"]
    assert counts.others == {"Car": 1}
    fields = (rectangle("r"), said("r", "wrong", "colour"), said("r", "ZH3", "number"))
    source = json_file(tmp_path / "set/e.json", [task("a.png", *fields)])
    rows, _ = imported("labelstudio", source, tmp_path / "named", text="number")
    assert rows["images/a.png"][0][0] == "ZH3"


def test_broken_tasks_stop_nothing(tmp_path: Path) -> None:
    picture(tmp_path / "set/a.png")
    source = json_file(
        tmp_path / "set/e.json",
        [
            7,
            {"data": 1},
            task("none.png"),
            task("a.png", {"value": {"points": [[1]]}}),
            task("a.png", rectangle("r")),
        ],
    )
    _, counts = imported("labelstudio", source, tmp_path / "own")
    assert counts.errors == {"broken row": 3, "no picture": 1}
    assert [row[0].strip('"') for row in errors(tmp_path / "own")] == [
        f"e.json:{n}" for n in (1, 2, 3, 4)
    ]


def test_a_picture_never_lies_outside(tmp_path: Path) -> None:
    picture(tmp_path / "secret.png")
    picture(tmp_path / "set/a.png")
    outside = [
        task("../secret.png", rectangle("r")),
        task(str(tmp_path / "secret.png"), rectangle("r")),
    ]
    source = json_file(tmp_path / "set/e.json", [*outside, task("a.png", rectangle("r"))])
    rows, counts = imported("labelstudio", source, tmp_path / "own")
    assert list(rows) == ["images/a.png"]
    assert counts.errors == {"no picture": 2}


def test_addresses_have_names_with_any_characters(tmp_path: Path) -> None:
    names = [f"images/{name}.png" for name in ("a&b", "c#d", "e%20f", "g+h", "i=j;k", "ü ö")]
    for name in names:
        picture(tmp_path / "own" / name)
    rows = (f'"{name}",ZH{number},,,,,,,,' for number, name in enumerate(names))
    header = "image_path,plate_text,x1,y1,x2,y2,x3,y3,x4,y4"
    text_file(tmp_path / "own/annotations.csv", header, *rows)
    for number, url in enumerate(("/data/local-files/?d=own/", "https://host/own/", "own/", "")):
        out = tmp_path / f"out{number}"
        export_labels(tmp_path / "own", "labelstudio", out, url=url)
        found, counts = imported("labelstudio", out, tmp_path / f"p{number}/own")
        assert counts.rejected == 0
        assert list(found) == names
