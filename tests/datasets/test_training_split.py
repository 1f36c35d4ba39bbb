"""How many pictures are for what, and the training split as a recipe."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.common.errors import UserError
from src.datasets.training_split import (
    TrainingSplit,
    read_training_split,
    split_counts,
    write_training_split,
)


@pytest.mark.parametrize(
    ("images", "share", "expected"),
    [
        (100, 0.9, (90, 10)),
        (2, 0.9, (1, 1)),
        (2, 0.01, (1, 1)),
        (10, 0.99, (9, 1)),
        (3, 0.5, (2, 1)),
    ],
)
def test_split_by_hand(images: int, share: float, expected: tuple[int, int]) -> None:
    assert split_counts(images, share) == expected


@given(st.integers(2, 10**6), st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_split_is_whole(images: int, share: float) -> None:
    train, validation = split_counts(images, share)
    assert train + validation == images
    assert min(train, validation) >= 1


@pytest.mark.parametrize("images", [1, 0, -5])
def test_too_few_pictures(images: int) -> None:
    with pytest.raises(UserError, match=f"MAX_IMAGES is {images}"):
        split_counts(images, 0.9)


@pytest.mark.parametrize("share", [0.0, 1.0, 1.5, -0.1])
def test_impossible_shares(share: float) -> None:
    with pytest.raises(UserError, match="TRAIN_SPLIT"):
        split_counts(100, share)


def test_round_trip(tmp_path: Path) -> None:
    write_training_split(tmp_path / "train.json", 7, 900)
    assert read_training_split(tmp_path / "train.json") == TrainingSplit(7, 900)


@pytest.mark.parametrize("text", [None, "", "{}", "[]", '{"seed": "x", "count": 3}'])
def test_missing_or_damaged(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "train.json").write_text(text)
    with pytest.raises(UserError, match="missing or damaged"):
        read_training_split(tmp_path / "train.json")
