"""What is written of an answer."""

import csv
import io
import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from src.bundle.endpoint import describe
from src.datasets.photos import load_photos, validate
from src.generators.formats.issuers import Subdivision
from src.inference.region import Region
from src.reading.answers import COLUMNS, Answer, as_csv, as_json, as_table, csv_header
from src.reading.votes import Vehicle
from tests.reading.made import reading

READING = reading("ZH42", 0.9, x=100, y=50)
VEHICLE = Vehicle(READING, 1.0, 2.5, 12, 30, 2.0)


def answer(path: str | Path, *texts: str, vehicle: Vehicle | None = None) -> Answer:
    return Answer(Path(path), 320, 200, tuple(reading(text, y=50) for text in texts), vehicle)


def test_table_has_a_line_for_each_plate() -> None:
    lines = as_table(answer("a b.jpg", "ZH42", "BE7")).splitlines()
    assert [line.split("  ")[0] for line in lines] == ["a b.jpg", "a b.jpg"]
    assert lines[0].split()[2:] == ["ZH42", "90.0%", "60,40,140,60"]
    assert as_table(answer("a.jpg")).split() == ["a.jpg", "-"]
    moments = as_table(answer("a.mp4", "ZH42", vehicle=VEHICLE))
    assert moments.endswith("60,40,140,60  1.0 s to 2.5 s, 12 frames, best 30\n")


def test_table_lets_no_name_move_the_cursor() -> None:
    table = as_table(answer("a\n\x1b[2J\u202eb.jpg", "ZH42"))
    assert table.count("\n") == 1
    assert all(char.isprintable() for char in table[:-1])


def test_json_is_what_the_server_answers_and_the_path() -> None:
    text = as_json(answer("Zürich/a b.jpg", "ZH42"))
    assert text.count("\n") == 1
    assert "Zürich" in text
    content = json.loads(text)
    assert content.pop("path") == "Zürich/a b.jpg"
    assert content == json.loads(json.dumps(describe([reading("ZH42", y=50)], 320, 200)))
    assert json.loads(as_json(answer("a.jpg")))["plates"] == []


def test_json_of_a_vehicle_says_when() -> None:
    content = json.loads(as_json(answer("a.mp4", "ZH42", vehicle=VEHICLE)))
    assert content["vehicle"] == {
        **{"first_s": 1.0, "last_s": 2.5, "frames": 12},
        **{"best_s": 2.0, "best_frame": 30},
    }


def test_json_is_utf8_whatever_the_name() -> None:
    name = os.fsdecode(b"caf\xe9.jpg")
    text = as_json(answer(name))
    assert json.loads(text.encode())["path"] == name


def test_csv_is_rfc_4180() -> None:
    text = csv_header() + as_csv(answer('a, "b"\n.jpg', "ZH42", "BE7")) + as_csv(answer("c.jpg"))
    assert text.startswith(",".join(COLUMNS) + "\r\n")
    assert '"a, ""b""\n.jpg",ZH42,60.00,40.00,140.00,40.00' in text
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["image_path"] for row in rows] == ['a, "b"\n.jpg', 'a, "b"\n.jpg', "c.jpg"]
    assert [row["plate_text"] for row in rows] == ["ZH42", "BE7", ""]
    assert rows[0]["confidence"] == "0.9000"
    assert {rows[2][column] for column in COLUMNS[1:]} == {""}


def test_a_part_of_a_plate_is_told_as_such() -> None:
    part = replace(reading("ZH42"), partial=True, pattern="ZH42?", confidence=0.3)
    seen = Answer(Path("a.jpg"), 320, 200, (part, reading("BE7")))
    first, second = as_table(seen).splitlines()
    assert first.split()[1] == "ZH42"
    assert first.endswith("  partial")
    assert "partial" not in second
    assert as_table(seen, unseen=True).split()[1] == "ZH42?"
    for unseen, text in ((False, "ZH42"), (True, "ZH42?")):
        rows = list(csv.DictReader(io.StringIO(csv_header() + as_csv(seen, unseen), newline="")))
        assert [row["plate_text"] for row in rows] == [text, "BE7"]
        assert [row["partial"] for row in rows] == ["yes", ""]
    plates = json.loads(as_json(seen))["plates"]
    assert [plate["pattern"] for plate in plates] == ["ZH42?", "BE7"]


def test_csv_of_pictures_is_a_labelled_set(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        Image.fromarray(np.zeros((200, 320), np.uint8)).save(tmp_path / name)
    text = csv_header() + as_csv(answer("a.png", "ZH42", "BE7")) + as_csv(answer("b.png"))
    (tmp_path / "annotations.csv").write_text(text, newline="")
    first, second = load_photos(tmp_path).photos
    assert [plate.text for plate in first.plates] == ["ZH42", "BE7"]
    quad = first.plates[0].quad
    assert quad is not None
    assert np.allclose(quad, READING.quad)
    assert second.plates == ()


@pytest.mark.parametrize("absolute", [False, True])
@pytest.mark.parametrize("way", ["set", "deep/set", "../up/set", "."])
def test_csv_may_be_put_into_the_folder_that_was_read(
    way: str, absolute: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "up").mkdir()
    monkeypatch.chdir(tmp_path / "up")
    folder = (tmp_path / "up" / way).resolve()
    (folder / "sub").mkdir(parents=True, exist_ok=True)
    named = folder if absolute else Path(way)
    text = csv_header()
    for name in ("a.png", "sub/b.png"):
        Image.fromarray(np.zeros((200, 320), np.uint8)).save(folder / name)
        text += as_csv(answer(named / name, "ZH42"))
    (folder / "annotations.csv").write_text(text, newline="")
    monkeypatch.chdir(tmp_path)  # where it is scored is another matter
    assert [p.path.resolve() for p in load_photos(folder).photos] == [
        folder / "a.png",
        folder / "sub/b.png",
    ]
    assert validate(folder) == []


def test_csv_of_a_plate_beyond_the_edge_is_a_label(tmp_path: Path) -> None:
    """Of the first plate the middle is on the picture's right edge, the second is outside altogether."""
    Image.fromarray(np.zeros((200, 320), np.uint8)).save(tmp_path / "a.png")
    readings = (reading("ZH42", x=320, y=50), reading("BE7", x=400, y=50))
    text = csv_header() + as_csv(Answer(Path("a.png"), 320, 200, readings))
    (tmp_path / "annotations.csv").write_text(text, newline="")
    assert validate(tmp_path) == []
    first, second = load_photos(tmp_path).photos[0].plates
    assert first.quad is not None
    assert first.quad.tolist() == [[280, 40], [320, 40], [320, 60], [280, 60]]
    assert second.quad is None


def test_csv_says_whose_a_plate_is() -> None:
    region = Region("CH", "Switzerland", 0.98765, Subdivision("CH-ZH", "Zürich"))
    sure, bare = (
        replace(READING, region=region),
        replace(READING, region=replace(region, subdivision=None)),
    )
    text = csv_header() + as_csv(Answer(Path("a.jpg"), 320, 200, (sure, bare, READING)))
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    told = [(row["region"], row["region_confidence"], row["subdivision"]) for row in rows]
    assert told == [("CH", "0.9877", "CH-ZH"), ("CH", "0.9877", ""), ("", "", "")]
