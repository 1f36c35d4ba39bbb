"""Copies of photographs: only of those to train on, labels moved along, the same again with the same seed."""

from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest

from src.common.errors import UserError
from src.datasets.photos import load_photos, validate
from src.generators.degrade import DEGRADATIONS
from src.labelling.augmenting import MOVING, Copies, augment, read_weights
from src.labelling.record import Plate
from src.labelling.splitting import split_folders
from tests.photographs import TILTED, picture, row, write_photos

ROWS = [
    row("a.png", "ZH1", TILTED),
    row("b.png", "", split="train"),
    row("c.png", "BE22", None),
    row("d.png", "VD3", TILTED, split="val"),
    row("e.png", "GE4", TILTED, split="test"),
    row("f.png", "LU55", TILTED, lines="2"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_photos(tmp_path / "own", ROWS)


def test_copies_are_of_what_is_trained_on(folder: Path, tmp_path: Path) -> None:
    done = augment(folder, tmp_path / "more", Copies(count=2, stacked=3))
    assert validate(tmp_path / "more") == []
    photos = load_photos(tmp_path / "more").photos
    assert done.pictures == 6
    assert len(photos) == 6 + done.copies
    sides = Counter(photo.split for photo in photos)
    assert (sides["val"], sides["test"]) == (1, 1)
    # a, b and c twice, f with two rows of text six times.
    assert done.copies + done.given_up == 3 * 2 + 6
    for photo in photos:
        first = next(p for p in photos if p.groups == photo.groups)
        assert photo.split == first.split
        assert [p.text for p in photo.plates] in ([p.text for p in first.plates], [])


def test_labels_go_with_the_pixels(folder: Path, tmp_path: Path) -> None:
    augment(folder, tmp_path / "more", Copies(count=6, weights=read_weights("rot=1,r3d=1")))
    moved = 0
    for photo in load_photos(tmp_path / "more").photos:
        for plate in photo.plates:
            if plate.quad is None:
                continue
            picture = cv2.imread(str(photo.path), cv2.IMREAD_GRAYSCALE)
            assert picture is not None
            x, y = np.round(plate.quad.mean(0)).astype(int)
            assert picture[y, x] > 200, photo.path  # the plates are white, all else is not
            moved += not np.allclose(plate.quad, TILTED, atol=1)
    assert moved > 5


def test_nothing_moves_where_the_place_of_a_plate_is_not_known() -> None:
    for copies in (Copies(), Copies(weights={"rot": 1.0, "mot": 1.0})):
        assert copies.transform([]).weights["rot"] > 0
    weights = Copies().transform([Plate("ZH1")]).weights
    assert {code for code, weight in weights.items() if not weight} == set(MOVING)


@pytest.mark.parametrize("code", DEGRADATIONS)
def test_what_moves_is_known(code: str) -> None:
    quads = TILTED[None]
    moved = [
        DEGRADATIONS[code].apply(np.random.default_rng(seed), picture(TILTED), quads, 1.0)[1]
        for seed in range(5)
    ]
    assert any(not np.array_equal(one, quads) for one in moved) == (code in MOVING)


def test_the_same_seed_gives_the_same_copies(folder: Path, tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("two", 1), ("three", 2)):
        augment(folder, tmp_path / name, Copies(count=1, seed=seed))

    def pixels(name: str) -> list[bytes]:
        return [path.read_bytes() for path in sorted((tmp_path / name).glob("*-1-*.png"))]

    assert pixels("one") == pixels("two") != pixels("three")


def test_copies_are_on_the_side_of_their_picture_whatever_is_split_next(
    folder: Path, tmp_path: Path
) -> None:
    augment(folder, tmp_path / "more", Copies(count=3))
    split_folders([tmp_path / "more"], {"train": 0.4, "val": 0.3, "test": 0.3}, anew=True)
    sides: dict[tuple[str, ...], set[str]] = {}
    for photo in load_photos(tmp_path / "more").photos:
        sides.setdefault(photo.groups, set()).add(photo.split)
    assert len(sides) == 6
    assert all(len(found) == 1 for found in sides.values())


@pytest.mark.parametrize("text", ["blur", "mot=x", "mot=0", "mot=-1"])
def test_weights_that_are_none(text: str) -> None:
    with pytest.raises(UserError, match=r"mot|blur|weight"):
        read_weights(text)


def test_weights_are_those_that_are_named_and_no_others() -> None:
    assert read_weights("mot=5, rot") == {"mot": 5.0, "rot": 3}


def test_without_pictures_to_train_on_nothing_is_written(tmp_path: Path) -> None:
    folder = write_photos(tmp_path / "own", [row("a.png", "ZH1", TILTED, split="test")])
    with pytest.raises(UserError, match="split is train"):
        augment(folder, tmp_path / "more", Copies())
    assert not (tmp_path / "more").exists()
    with pytest.raises(UserError, match="give 1 to"):
        Copies(count=0)
