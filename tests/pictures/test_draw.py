"""Drawn readings: where they are, and how large the files get."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from src.pictures.draw import (
    MAX_FILE_BYTES,
    MISTAKE,
    PREDICTION,
    TRUTH,
    Overlay,
    contact_sheet,
    draw_reading,
    draw_tile,
    write_picture,
)

QUAD = np.array([[60, 100], [160, 110], [158, 140], [58, 128]], np.float32)


def black(height: int = 200, width: int = 240) -> np.ndarray:
    return np.zeros((height, width, 3), np.uint8)


def test_outline_runs_through_the_corners_and_not_inside() -> None:
    image = black()
    draw_reading(image, QUAD, "", TRUTH)
    for x, y in QUAD.astype(int):
        assert image[y - 1 : y + 2, x - 1 : x + 2].max() > 100
    assert image[120, 110].max() == 0
    assert image[:97].max() == 0


def test_label_stands_above_the_plate() -> None:
    image = black()
    draw_reading(image, QUAD, "ZH123456", PREDICTION)
    assert (image[80:97, 60:130] == PREDICTION).all(axis=2).sum() > 300
    assert (image[145:] == 0).all()


def test_label_goes_below_where_there_is_no_room() -> None:
    image = black()
    draw_reading(image, QUAD - np.array([0, 98], np.float32), "ZH123456", MISTAKE)
    assert (image[46:70] == MISTAKE).all(axis=2).sum() > 300


@pytest.mark.parametrize("shift", [(-1e9, 0), (500, 500), (-100, -100), (230, 190)])
def test_marks_outside_neither_crash_nor_lose_the_label(shift: tuple[float, float]) -> None:
    image = black()
    draw_reading(image, QUAD + np.array(shift, np.float32), "京 ZH1", TRUTH)
    assert (image == TRUTH).all(axis=2).sum() > 300


def test_label_larger_than_the_picture() -> None:
    image = black(8, 8)
    draw_reading(image, None, "ZH123456", TRUTH)
    assert image.any()


def test_tile_marks_follow_the_picture() -> None:
    """A white plate in a picture of 1000x400: the mark lands on its edge in the tile."""
    picture = np.zeros((400, 1000), np.uint8)
    picture[200:300, 400:800] = 255
    quad = np.array([[399.5, 199.5], [799.5, 199.5], [799.5, 299.5], [399.5, 299.5]], np.float32)
    tile = draw_tile(picture, [Overlay(quad, "", MISTAKE)], 200, 250)
    assert tile.shape == (200, 250, 3)
    assert (tile[:48] == tile[0, 0]).all()  # paper: the picture is 100 rows high
    red = (tile.astype(int) - MISTAKE).__abs__().sum(axis=2) < 120
    rows, columns = np.nonzero(red)
    assert abs(rows.min() - 100) <= 2
    assert abs(rows.max() - 125) <= 2
    assert abs(columns.min() - 100) <= 2
    assert abs(columns.max() - 200) <= 2


def test_sheet_lays_tiles_out_in_rows() -> None:
    greys = [np.full((10, 10), 10 * number, np.uint8) for number in range(5)]
    sheet = contact_sheet(greys, 3, 20, 30)
    assert sheet.shape == (2 * 24 + 4, 3 * 34 + 4, 3)
    for number in range(5):
        row, column = divmod(number, 3)
        assert (sheet[4 + row * 24 + 10, 4 + column * 34 + 15] == 10 * number).all()
    assert contact_sheet(greys[:2], 3, 20, 30).shape == (28, 72, 3)


def test_sheet_of_nothing_is_a_blank_cell() -> None:
    sheet = contact_sheet([], 4, 20, 30)
    assert sheet.shape == (28, 38, 3)
    assert np.ptp(sheet) == 0


@pytest.mark.parametrize("name", ["a.png", "a.jpg"])
def test_files_are_small_and_repeatable(tmp_path: Path, name: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (700, 900, 3), np.uint8)
    for folder in ("x", "y"):
        write_picture(tmp_path / folder / name, noise)
    content = (tmp_path / "x" / name).read_bytes()
    assert 50_000 < len(content) <= MAX_FILE_BYTES
    assert content == (tmp_path / "y" / name).read_bytes()


def test_a_small_png_is_exact(tmp_path: Path) -> None:
    image = black()
    draw_reading(image, QUAD, "ZH1", TRUTH)
    write_picture(tmp_path / "a.png", image)
    assert np.array_equal(np.asarray(cv2.imread(str(tmp_path / "a.png"))), image)


def test_other_suffixes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"a\.webp"):
        write_picture(tmp_path / "a.webp", black())
