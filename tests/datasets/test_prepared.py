"""Frozen sets: the same bytes whoever draws them, whole or not there, and read back as they were."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from src.common.errors import UserError
from src.common.plates import LabelledPlate
from src.datasets.prepared import (
    HEADER,
    Sample,
    read_prepared,
    write_prepared,
)
from src.datasets.scenes import SceneRecipe
from src.generators.formats import get_format
from src.generators.scene import SceneOptions, World

RECIPE = SceneRecipe(
    World(get_format("swiss")),
    SceneOptions(height=32, width=64, max_plates=2, empty_share=0.3, min_plate=0.3, max_plate=0.9),
    1,
    "val",
)


def picture(index: int) -> Sample:
    """A picture that tells its number, with index % 3 plates."""
    image = np.full((4, 6), index % 256, np.uint8)
    quad = np.array([[0.1234, 0], [5, -0.5], [5.25, 3], [1, 3.3336]], np.float32) + index
    plates = [
        LabelledPlate(f"ZH{index}{i}", "ZH", i + 1, quad + i, country=("", "CH")[i])
        for i in range(index % 3)
    ]
    return Sample(image, tuple(plates))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_round_trip(tmp_path: Path) -> None:
    write_prepared(tmp_path, "val", picture, 7, 0)
    prepared = read_prepared(tmp_path, "val")
    assert len(prepared) == 7
    assert prepared.images.dtype == np.uint8
    for index, sample in enumerate(prepared):
        expected = picture(index)
        assert np.array_equal(sample.image, expected.image)
        assert len(sample.plates) == index % 3
        for read, true in zip(sample.plates, expected.plates, strict=True):
            assert (read.text, read.prefix, read.lines) == (true.text, true.prefix, true.lines)
            assert read.country == true.country
            assert read.known_quad == pytest.approx(true.known_quad, abs=0.0006)
            assert read.known_quad.dtype == np.float32


def test_only_two_plain_files_and_no_pickle(tmp_path: Path) -> None:
    # Mistake 5: a pickled loader freezes nothing, and newer versions refuse it.
    write_prepared(tmp_path, "val", picture, 3, 0)
    assert sorted(contents(tmp_path)) == ["val.csv", "val.npy"]
    assert np.load(tmp_path / "val.npy", allow_pickle=False).shape == (3, 4, 6)
    with (tmp_path / "val.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert tuple(rows[0]) == HEADER
    assert [row[0] for row in rows[1:]] == ["0", "1", "2", "2"]
    assert rows[1][1:] == [""] * (len(HEADER) - 1)


@pytest.mark.parametrize("count", [1, 70, 150])
def test_same_bytes_for_any_number_of_workers(tmp_path: Path, count: int) -> None:
    for workers in (0, 1, 2):
        write_prepared(tmp_path / str(workers), "val", picture, count, workers)
    alone = contents(tmp_path / "0")
    assert contents(tmp_path / "1") == alone
    assert contents(tmp_path / "2") == alone


def test_same_scenes_for_any_number_of_workers(tmp_path: Path) -> None:
    for workers in (0, 2):
        write_prepared(tmp_path / str(workers), "val", RECIPE, 66, workers)
    assert contents(tmp_path / "0") == contents(tmp_path / "2")


def test_reading_twice_gives_the_same_pictures(tmp_path: Path) -> None:
    # Mistake 5: validation was redrawn and augmented whenever it was read.
    write_prepared(tmp_path, "val", RECIPE, 6, 0)
    first, second = read_prepared(tmp_path, "val"), read_prepared(tmp_path, "val")
    for index in range(6):
        drawn = RECIPE(index).image
        for prepared in (first, second, first):
            assert np.array_equal(prepared[index].image, drawn)


def test_a_sample_is_a_copy(tmp_path: Path) -> None:
    write_prepared(tmp_path, "val", picture, 2, 0)
    prepared = read_prepared(tmp_path, "val")
    prepared[1].image[:] = 99
    assert (prepared[1].image == 1).all()


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("before", [True, False])
def test_a_failure_halfway_leaves_no_set(tmp_path: Path, before: bool, workers: int) -> None:
    if before:
        write_prepared(tmp_path, "val", picture, 3, 0)
    with pytest.raises(ZeroDivisionError):
        write_prepared(tmp_path, "val", breaks_at_80, 150, workers)
    with pytest.raises(UserError, match="no prepared set val"):
        read_prepared(tmp_path, "val")
    assert contents(tmp_path) == {}


def breaks_at_80(index: int) -> Sample:
    return picture(index // (index != 80))


@pytest.mark.parametrize("count", [0, -1])
def test_an_empty_set_is_refused(tmp_path: Path, count: int) -> None:
    with pytest.raises(UserError, match=r"0|-1.*MAX_IMAGES"):
        write_prepared(tmp_path, "val", picture, count, 0)
    assert contents(tmp_path) == {}


def test_a_missing_set_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="dvc repro"):
        read_prepared(tmp_path / "none", "val")


def header() -> str:
    return ",".join(HEADER) + "\n"


EMPTY = "".join(f"{i}{',' * (len(HEADER) - 1)}\n" for i in range(3))


def test_a_table_without_plates_is_whole(tmp_path: Path) -> None:
    write_prepared(tmp_path, "val", picture, 3, 0)
    (tmp_path / "val.csv").write_text(header() + EMPTY)
    assert read_prepared(tmp_path, "val").plates == ((), (), ())


@pytest.mark.parametrize(
    "table",
    [
        "",
        "image,text\n0,ZH1\n",
        header(),
        header() + EMPTY + "-1,ZH1,ZH,1,0,0,1,0,1,1,0,1\n",
        header() + EMPTY + "9,ZH1,ZH,1,0,0,1,0,1,1,0,1\n",
        header() + EMPTY + "x,ZH1,ZH,1,0,0,1,0,1,1,0,1\n",
        header() + EMPTY + "0,ZH1,ZH,one,0,0,1,0,1,1,0,1\n",
        header() + EMPTY + "0,ZH1,ZH,1,0,0,1,0,1,1,0\n",
        header() + EMPTY + "0,ZH1,ZH,1,0,0,1,0,1,1,0,?\n",
    ],
    ids=[
        "empty",
        "other-header",
        "no-rows",
        "negative",
        "no-such-picture",
        "no-number",
        "lines",
        "short",
        "corner",
    ],
)
def test_a_damaged_table_is_refused(tmp_path: Path, table: str) -> None:
    write_prepared(tmp_path, "val", picture, 3, 0)
    (tmp_path / "val.csv").write_text(table)
    with pytest.raises(UserError, match=r"damaged.*dvc repro -f"):
        read_prepared(tmp_path, "val")


@pytest.mark.parametrize("damage", ["empty", "half", "text", "pickle"])
def test_damaged_pixels_are_refused(tmp_path: Path, damage: str) -> None:
    write_prepared(tmp_path, "val", picture, 3, 0)
    path = tmp_path / "val.npy"
    whole = path.read_bytes()
    if damage == "pickle":
        objects: Any = np.array([{}, {}], dtype=object)
        np.save(path, objects, allow_pickle=True)
    else:
        path.write_bytes({"empty": b"", "half": whole[:-30], "text": b"hello"}[damage])
    with pytest.raises(UserError, match="damaged"):
        read_prepared(tmp_path, "val")
