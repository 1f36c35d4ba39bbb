"""What a sweep tries is known before it begins."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from src.common.errors import UserError
from src.sweeping.space import METRIC, Choices, Range, Value, as_overrides, read_space, short
from tests.source import ROOT

SPACE = {
    "TrainOCRParams.LR": {"low": 0.001, "high": 0.01, "log": True},
    "params.py:TrainOCRParams.EPOCHS": {"low": 3, "high": 20},
    "optimizer": ["muon", "adamw"],
}


def write(folder: Path, **content: Any) -> Path:
    path = folder / "space.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


def test_ranges_and_choices(tmp_path: Path) -> None:
    space = read_space(write(tmp_path, space=SPACE, set=["schedule=cosine"]), ROOT)
    assert space.dimensions == {
        "params.py:TrainOCRParams.LR": Range(0.001, 0.01, False, True),
        "params.py:TrainOCRParams.EPOCHS": Range(3, 20, True),
        "optimizer": Choices(("muon", "adamw")),
    }
    assert (space.metric, space.maximize, space.fixed) == (METRIC, True, ("schedule=cosine",))
    assert space.source == ("out/evaluations/stack/metrics.json", "val_acc")
    # What stands there is tried first.
    assert space.now is not None
    assert set(space.now) == set(space.dimensions)
    other = read_space(write(tmp_path, space=SPACE), ROOT, "out/evaluations/ocr/metrics.json:exact")
    assert other.source == ("out/evaluations/ocr/metrics.json", "exact")


def test_what_stands_there_is_not_tried_where_it_is_beyond(tmp_path: Path) -> None:
    far = {"TrainOCRParams.EPOCHS": {"low": 100, "high": 200}}
    assert read_space(write(tmp_path, space=far), ROOT).now is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({}, "has no space"),
        ({"space": []}, "has no space"),
        ({"space": SPACE, "sapce": 1}, "there are metric, direction"),
        ({"space": SPACE, "metric": "val_acc"}, "write FILE:NAME"),
        ({"space": SPACE, "metric": "../x.json:a"}, "write FILE:NAME"),
        ({"space": SPACE, "direction": "up"}, "maximize or minimize"),
        ({"space": SPACE, "set": "schedule=cosine"}, "set is"),
        ({"space": SPACE, "set": ["schedul=cosine"]}, "does not fit params.yaml"),
        ({"space": {"TrainOCRParams.RATE": [1, 2]}}, "no value is called 'TrainOCRParams.RATE'"),
        ({"space": {"optimizer": {"low": 1, "high": 2}}}, "write a list of values"),
        ({"space": {"optimizer": ["muon"]}}, "at least two values"),
        ({"space": {"optimizer": ["muon", 3]}}, "at least two values"),
        ({"space": {"TrainOCRParams.EPOCHS": {"low": 3.5, "high": 4}}}, "whole numbers"),
        ({"space": {"TrainOCRParams.EPOCHS": {"low": 4, "high": 3}}}, "low below high"),
        ({"space": {"TrainOCRParams.LR": {"low": 0, "high": 1, "log": True}}}, "above 0 with log"),
        ({"space": {"TrainOCRParams.LR": {"low": 0.1}}}, "low below high"),
        ({"space": {"TrainOCRParams.LR": {"low": 0, "high": 1}}}, "LR is 0.0 in params.py"),
        ({"space": {"TrainOCRParams.EPOCHS": [0, 3]}}, "EPOCHS is 0 in params.py"),
    ],
)
def test_what_cannot_be_swept(tmp_path: Path, content: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError, match=said):
        read_space(write(tmp_path, **content), ROOT)


def test_values_are_written_as_dvc_takes_them() -> None:
    values: dict[str, Value] = {
        "params.py:TrainOCRParams.LR": 1e-05,
        "params.py:BATCH_SIZE": 8,
        "optimizer": "sgd",
    }
    assert as_overrides(values) == [
        "params.py:TrainOCRParams.LR=1e-05",
        "params.py:BATCH_SIZE=8",
        "optimizer=sgd",
    ]
    assert short(0.00123456789) == 0.001235
