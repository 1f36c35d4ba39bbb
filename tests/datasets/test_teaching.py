"""Which photographs teach, where their plates are, and what is said of the others."""

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from src.common.geometry import box_quad
from src.datasets.placing import Find
from src.datasets.teaching import (
    LEFT_OUT_HEADER,
    NO_CORNERS,
    NO_PLACE,
    NO_START,
    LeftOut,
    placed_photos,
    teaching_photos,
    write_left_out,
)
from tests.photographs import SIZE, TILTED, row, write_photos

ROWS = [
    row("a.png", "ZH1", TILTED),
    row("b.png", "BE2", box_quad(TILTED), "val"),
    row("c.png", "AG3"),
    row("d.png", "VD4", TILTED, "test"),
    row("e.png", "GE5", TILTED, ""),
]


def find_nothing(picture: NDArray[np.uint8]) -> list[Find]:
    assert picture.shape == SIZE
    return []


def test_only_train_and_val_teach(tmp_path: Path) -> None:
    photos = teaching_photos([write_photos(tmp_path / "set", ROWS)])
    assert [photo.path.name for _, photo in photos] == ["a.png", "b.png", "c.png"]


def test_without_a_model_only_corners_serve_and_pixels_are_left_alone(tmp_path: Path) -> None:
    photos = teaching_photos([write_photos(tmp_path / "set", ROWS)])
    placed = list(placed_photos(photos, None))
    assert [one.placed[0] is not None for one in placed] == [True, False, False]
    assert [one.why_not_placed(one.photo.plates[0]) for one in placed] == [NO_START] * 3
    assert {one.size for one in placed} == {SIZE}


def test_what_was_not_found_is_told_apart_and_listed(tmp_path: Path) -> None:
    photos = teaching_photos([write_photos(tmp_path / "set", ROWS)])
    placed = list(placed_photos(photos, find_nothing))
    # What the labels say is not asked for again.
    assert [one.searched for one in placed] == [False, True, True]
    lost = [
        one.left_out(plate, one.why_not_placed(plate))
        for one in placed[1:]
        for plate in one.photo.plates
    ]
    assert lost == [
        LeftOut("set", 3, "b.png", "val", "BE2", NO_CORNERS),
        LeftOut("set", 4, "c.png", "train", "AG3", NO_PLACE),
    ]
    write_left_out(tmp_path / "left.csv", lost)
    with (tmp_path / "left.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == list(LEFT_OUT_HEADER)
    assert rows[1] == ["set", "4", "c.png", "train", "AG3", NO_PLACE]


def test_a_model_s_finds_give_corners(tmp_path: Path) -> None:
    photos = teaching_photos([write_photos(tmp_path / "set", ROWS)])
    found = list(placed_photos(photos, lambda _: [Find(TILTED, 1, "AG3")]))
    assert [one.placed[0] and one.placed[0].known_quad.tolist() for one in found] == [
        TILTED.tolist()
    ] * 3
