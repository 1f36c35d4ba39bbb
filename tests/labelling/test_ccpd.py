"""CCPD: labels in names."""

from pathlib import Path

from tests.labelling.samples import errors, imported, picture, text_file

# Vertices come bottom right, bottom left, top left, top right.
PLACE = "10&20_90&50-88&50_10&48_12&20_90&22"
CORNERS = (12.0, 20.0, 90.0, 22.0, 88.0, 50.0, 10.0, 48.0)
NAME = f"025-95_113-{PLACE}-0_0_22_27_27_33_16-37-15.jpg"
GREEN = f"025-95_113-{PLACE}-12_1_3_24_33_33_33_33-37-15.jpg"


def test_names_are_read(tmp_path: Path) -> None:
    source = tmp_path / "CCPD"
    picture(source / "ccpd_base" / NAME)
    picture(source / "ccpd_green/val" / GREEN)
    picture(source / "ccpd_np/1.jpg")
    rows, counts = imported("ccpd", source, tmp_path / "own")
    assert rows == {
        f"images/ccpd_base/{NAME}": [("皖AY339S", CORNERS, "", "", "皖", "1")],
        f"images/ccpd_green/{GREEN}": [("京BD09999", CORNERS, "val", "", "京", "1")],
        "images/ccpd_np/1.jpg": [("", (), "", "", "", "")],
    }
    assert counts.rejected == 0


def test_subsets_overlap_and_are_for_measuring(tmp_path: Path) -> None:
    source = tmp_path / "CCPD"
    other = NAME.replace("-37-15", "-38-15").replace("0_0_22", "0_1_22")
    weather = NAME.replace("-37-15", "-39-15").replace("0_0_22", "0_2_22")
    picture(source / "ccpd_fn" / NAME)
    picture(source / "ccpd_tilt" / NAME)
    picture(source / "ccpd_base" / other)
    picture(source / "ccpd_weather" / weather)
    text_file(source / "splits/train.txt", f"ccpd_base/{other}")
    rows, counts = imported("ccpd", source, tmp_path / "own")
    assert {name: found[0][2] for name, found in rows.items()} == {
        f"images/ccpd_base/{other}": "train",
        f"images/ccpd_fn/{NAME}": "test",
        f"images/ccpd_weather/{weather}": "test",
    }
    assert counts.errors == {"repeated": 1}


def test_none_stands_for_no_character_and_only_at_the_end(tmp_path: Path) -> None:
    source = tmp_path / "CCPD"
    short = NAME.replace("_33_16-", "_33_34-")
    picture(source / short)
    picture(source / NAME.replace("-0_0_22", "-0_0_34"))
    picture(source / NAME.replace("-0_0_22", "-99_0_22"))
    picture(source / NAME.replace("-0_0_22", "-0_22"))
    picture(source / "holiday.jpg")
    rows, counts = imported("ccpd", source, tmp_path / "own")
    assert [row[0] for found in rows.values() for row in found] == ["皖AY339"]
    assert counts.errors == {"broken row": 4}
    assert len(errors(tmp_path / "own")) == 4


def test_a_plate_on_two_sides_is_on_the_one_that_is_held_back(tmp_path: Path) -> None:
    source = tmp_path / "CCPD"
    picture(source / "train" / NAME)
    picture(source / "test" / NAME.replace("-37-15", "-38-15"))
    rows, _ = imported("ccpd", source, tmp_path / "own")
    assert {row[2] for found in rows.values() for row in found} == {"test"}
