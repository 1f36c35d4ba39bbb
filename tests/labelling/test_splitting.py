"""Splits: shares, what stays together, what is kept, and what a kill leaves behind."""

import re
import tracemalloc
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from PIL import Image

from src.common.errors import UserError
from src.common.files import atomic_path
from src.labelling.importing import import_labels
from src.labelling.near import Near
from src.labelling.record import Asked
from src.labelling.splitting import split_folders
from tests.labelling.samples import picture, rows_of, text_file

SHARES = {"train": 0.7, "val": 0.1, "test": 0.2}


def made(folder: Path, texts: list[str], more: str = "") -> Path:
    """A folder with a picture for each text."""
    for number in range(len(texts)):
        picture(folder / f"{number}.png", (20, 10))
    rows = (f"{number}.png,{text}{more}" for number, text in enumerate(texts))
    text_file(
        folder / "annotations.csv", f"image_path,plate_text{',remark' if more else ''}", *rows
    )
    return folder


def sides(folder: Path) -> list[str]:
    return [rows[0][2] for rows in rows_of(folder).values()]


def test_shares_are_met_and_the_seed_decides_who(tmp_path: Path) -> None:
    folder = made(tmp_path / "one", [f"ZH{n}" for n in range(100)])
    done = split_folders([folder], SHARES)
    assert done.pictures == {"one": {"train": 70, "val": 10, "test": 20}}
    assert (done.assigned, done.moved) == (100, 0)
    first = sides(folder)
    split_folders([folder], SHARES, anew=True)
    assert sides(folder) == first
    split_folders([folder], SHARES, seed=1, anew=True)
    assert sides(folder) != first
    assert sides(folder).count("train") == 70


def test_shares_are_met_in_each_folder(tmp_path: Path) -> None:
    folders = [made(tmp_path / name, [f"{name}{n}" for n in range(20)]) for name in ("AA", "BB")]
    done = split_folders(folders, SHARES)
    assert list(done.pictures.values()) == [{"train": 14, "val": 2, "test": 4}] * 2


def test_earlier_sides_are_kept_when_new_pictures_come(tmp_path: Path) -> None:
    folder = made(tmp_path / "one", [f"ZH{n}" for n in range(40)])
    split_folders([folder], SHARES)
    before = sides(folder)
    table = folder / "annotations.csv"
    earlier = table.rename(tmp_path / "earlier.csv")
    lines = earlier.read_text().splitlines()
    for number in range(40, 60):
        picture(folder / f"{number}.png", (20, 10))
        lines.append(f"{number}.png,ZH{number - 30},")
    text_file(table, *lines)
    done = split_folders([folder], SHARES)
    assert sides(folder)[:40] == before
    assert (done.assigned, done.moved) == (20, 0)
    # Those of plates that were there are where these are.
    assert sides(folder)[40:50] == before[10:20]
    fresh = made(tmp_path / "fresh/two", [f"ZH{n}" for n in range(40)])
    split_folders([fresh], SHARES, seed=9, keep=earlier)
    assert sides(fresh) == before


def test_a_plate_of_a_folder_beside_it_stays_with_it(tmp_path: Path) -> None:
    made(tmp_path / "other", ["ZH1", "ZH2"])
    text_file(
        tmp_path / "other/annotations.csv",
        "image_path,plate_text,split",
        "0.png,ZH1,val",
        "1.png,ZH2,",
    )
    folder = made(tmp_path / "one", ["ZH-1", "zh 2", *(f"GE{n}" for n in range(20))])
    split_folders([folder], {"train": 1, "val": 0, "test": 0})
    assert sides(folder)[:3] == ["val", "test", "train"]
    assert (tmp_path / "other/annotations.csv").read_text().endswith("1.png,ZH2,\n")


def test_other_columns_stay(tmp_path: Path) -> None:
    folder = made(tmp_path / "one", ["ZH1"], ",dusty")
    split_folders([folder], {"train": 1, "val": 0, "test": 0})
    assert (folder / "annotations.csv").read_text().splitlines() == [
        "image_path,plate_text,remark,split",
        "0.png,ZH1,dusty,train",
    ]


def test_pictures_that_are_nearly_the_same_are_one_group(tmp_path: Path) -> None:
    folder = made(tmp_path / "one", [f"ZH{n}" for n in range(30)])
    rng = np.random.default_rng(3)
    for number in range(0, 30, 3):
        low = rng.integers(40, 200, (12, 16)).astype(np.uint8)
        scene = np.asarray(Image.fromarray(low).resize((160, 120), Image.Resampling.BICUBIC), int)
        for copy in range(3):
            noisy = np.clip(scene * (1 - 0.03 * copy) + rng.normal(0, 2, scene.shape), 0, 255)
            image = Image.fromarray(noisy.astype(np.uint8)).resize(
                (160 - 20 * copy, 120 - 15 * copy)
            )
            image.save(folder / f"{number + copy}.png")
    done = split_folders([folder], SHARES, near=Near())
    assert done.near >= 20
    found = sides(folder)
    assert all(len(set(found[n : n + 3])) == 1 for n in range(0, 30, 3))
    assert set(found) == {"train", "val", "test"}


def test_pictures_that_differ_are_no_group(tmp_path: Path) -> None:
    folder = made(tmp_path / "one", [f"ZH{n}" for n in range(60)])
    Image.new("L", (20, 10), 90).save(folder / "0.png")
    Image.new("L", (20, 10), 90).save(folder / "1.png")
    (folder / "2.png").write_bytes(b"no picture")
    assert list(Near().pairs([folder])) == []


def test_what_is_known_of_a_picture_takes_little_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a hundred thousand pictures that are not alike, a hundred megabytes."""
    count, rng = 4000, np.random.default_rng(2)
    rows = (f"{number}.png,ZH{number}" for number in range(count))
    text_file(tmp_path / "annotations.csv", "image_path,plate_text", *rows)

    def levels(*_: object) -> tuple[np.ndarray, np.ndarray]:
        return rng.integers(0, 256, 32, np.uint8), rng.normal(size=256).astype(np.float32)

    monkeypatch.setattr("src.labelling.near._levels", levels)
    list(Near().pairs([tmp_path]))  # what is imported and kept once
    tracemalloc.start()
    assert list(Near().pairs([tmp_path])) == []
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    tables = 16 * 2**16 * 4  # however many pictures there are
    assert (most - tables) / count < 2000


def test_a_split_that_was_killed_loses_nothing_and_goes_on(tmp_path: Path) -> None:
    folders = [made(tmp_path / name, [f"ZH{n}" for n in range(20)]) for name in ("one", "two")]
    before = [(folder / "annotations.csv").read_text() for folder in folders]
    real = atomic_path

    def killed(path: Path):
        if path.parent.name == "two":
            raise KeyboardInterrupt
        return real(path)

    with (
        mock.patch("src.labelling.splitting.atomic_path", killed),
        pytest.raises(KeyboardInterrupt),
    ):
        split_folders(folders, SHARES)
    assert (folders[1] / "annotations.csv").read_text() == before[1]
    first = sides(folders[0])
    split_folders(folders, SHARES)
    assert sides(folders[0]) == first == sides(folders[1])


def test_shares_have_to_add_up(tmp_path: Path) -> None:
    folder = made(tmp_path / "one", ["ZH1"])
    with pytest.raises(UserError, match="must add up to 1"):
        split_folders([folder], {"train": 0.7, "val": 0.7, "test": 0.2})
    with pytest.raises(UserError, match="must add up to 1"):
        split_folders([folder], {"train": 1.5, "val": -0.5, "test": 0})


def test_a_mistyped_side_is_named_wherever_it_would_count(tmp_path: Path) -> None:
    mistyped = tmp_path / "p/mistyped"
    picture(mistyped / "0.png", (20, 10))
    rows = ("0.png,ZH1,train", "0.png,ZH2,Train")
    table = text_file(mistyped / "annotations.csv", "image_path,plate_text,split", *rows)
    beside, source = (made(tmp_path / name, ["ZH3"]) for name in ("p/beside", "source"))
    problem = re.escape(f"{table}: row 3 (0.png): split 'Train' is none of train, val, test; ")
    with pytest.raises(UserError, match=problem):
        split_folders([mistyped], SHARES)
    with pytest.raises(UserError, match=problem):
        split_folders([beside], SHARES)
    with pytest.raises(UserError, match=problem):
        split_folders([source], SHARES, keep=table)
    with pytest.raises(UserError, match=problem):
        import_labels("annotations", source, tmp_path / "p/new", Asked("new"))
    split_folders([mistyped], {"train": 0, "val": 0, "test": 1}, anew=True)
    assert [row[2] for row in rows_of(mistyped)["0.png"]] == ["test", "test"]
