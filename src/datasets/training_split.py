"""The training split: a seed and a count of scenes, which are rendered while training, new ones in each epoch."""

import json
from dataclasses import dataclass
from pathlib import Path

from ..common.errors import UserError
from ..common.files import write_json


@dataclass(frozen=True)
class TrainingSplit:
    """Seed of the scenes, and how many make an epoch."""

    seed: int
    count: int


def split_counts(max_images: int, train_split: float) -> tuple[int, int]:
    """Return how many pictures are for training and for validation, each at least one.

    Raises UserError when there are too few for both.
    """
    if max_images < 2:
        raise UserError(
            f"MAX_IMAGES is {max_images}: at least 2 are needed, one to train on and one to validate on"
        )
    if not 0 < train_split < 1:
        raise UserError(
            f"TRAIN_SPLIT is {train_split}: it must lie between 0 and 1, for example 0.9"
        )
    train = min(max(round(max_images * train_split), 1), max_images - 1)
    return train, max_images - train


def write_training_split(path: Path, seed: int, count: int) -> None:
    """Freeze a training split as JSON."""
    write_json(path, {"seed": seed, "count": count})


def read_training_split(path: Path) -> TrainingSplit:
    """Read a training split; raises UserError when it is missing or damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return TrainingSplit(int(content["seed"]), int(content["count"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"{path} is missing or damaged ({error!r}): run `dvc repro` first"
        ) from error
