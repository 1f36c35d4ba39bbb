"""The table of runs: what was changed, what came of it, and no more than a screen takes."""

from typing import Any

import yaml

import params
from src.common.config import ROOT
from src.runs import changes, other_parameters, table

HEAD = {
    "Experiment": "",
    "rev": "main",
    "typ": "baseline",
    "Created": "2026-11-26T01:50:57",
    "parent": "",
    "ap75": "0.916",
    "val_ap75": "0.91",
    "exact": "0.8793",
    "partial.exact": "0.1",
    "val_acc": "0.96233",
    "plate_format": "swiss",
    "MULTIPROCESSING": "True",
    "TrainOCRParams.EPOCHS": "14",
    "LocalizeModelParams.CHANNELS": "[24, 48]",
    "src/common": "4847698b",
}
WORKSPACE = {**HEAD, "rev": "workspace", "Created": "", "src/common": "b54a3893"}
NEW = {
    **HEAD,
    "Experiment": "muggy-lash",
    "rev": "1a2b3c4",
    "typ": "branch_base",
    "Created": "2026-11-26T09:05:00",
    "val_acc": "0.0",
    "ap75": "-",
    "exact": "!",
    "MULTIPROCESSING": "False",
    "plate_format": "european",
    "TrainOCRParams.EPOCHS": "1",
    "LocalizeModelParams.CHANNELS": "[8, 8]",
}
OLD = {**HEAD, "rev": "0f0f0f0", "TrainOCRParams.EPOCHS": "13"}


def test_what_was_changed_and_what_came_of_it() -> None:
    assert table([WORKSPACE, HEAD, NEW, OLD], 140) == [
        "run         when             both   AP75 reader  changed",
        "workspace                   96.2%  91.6%  87.9%",
        "main        26 Nov 01:50    96.2%  91.6%  87.9%",
        "muggy-lash  26 Nov 09:05     0.0%      -      -  plate_format=european, TrainOCR.EPOCHS=1, "
        "LocalizeModel.CHANNELS=[8, 8]",
        "0f0f0f0     26 Nov 01:50    96.2%  91.6%  87.9%",
    ]


def test_it_fits_a_screen() -> None:
    lines = table([{**NEW, "rev": "workspace", "typ": "baseline", "Experiment": ""}, HEAD], 80)
    assert max(map(len, lines)) <= 80
    assert [line.strip() for line in lines[2:-1]] == [
        "TrainOCR.EPOCHS=1,",
        "LocalizeModel.CHANNELS=[8, 8]",
    ]
    assert "plate_format=european," in lines[1]


def test_runs_without_a_commit() -> None:
    assert table([WORKSPACE], 80)[1:] == ["workspace                  96.2%  91.6%  87.9%"]


def test_every_value_that_a_result_depends_on_is_shown() -> None:
    own = {name for name in vars(params) if name.isupper()} - {"MULTIPROCESSING"}
    names = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    for name in (own | set(names)) - {"datasets"}:
        assert changes({name: "a"}, {name: "b"}) == [f"{name}=b"]


def test_results_of_other_parameters_are_told() -> None:
    made_with: dict[str, dict[str, Any]] = {
        "params.yaml": {"start": "release", "datasets": {"fonts": "a"}},
        "params.py": {"BATCH_SIZE": 32, "TrainOCRParams": {"EPOCHS": 5}},
    }
    channels = {"params.py": {"OCRModelParams": {"CHANNELS": [8, 8]}}}
    lock = {"stages": {"a": {"params": made_with}, "b": {"params": made_with | channels}, "c": {}}}
    now: dict[str, Any] = {
        "start": "none",
        "datasets": {"fonts": "a"},
        "BATCH_SIZE": 32,
        "MULTIPROCESSING": True,
        "TrainOCRParams": {"EPOCHS": 36},
        "OCRModelParams": {"CHANNELS": [32, 64]},
    }
    assert other_parameters(lock, now) == [
        *("start=release", "TrainOCR.EPOCHS=5", "OCRModel.CHANNELS=[8, 8]")
    ]
    assert other_parameters(lock, {**now, **made_with["params.yaml"], **channels["params.py"]}) == [
        "TrainOCR.EPOCHS=5"
    ]
    assert other_parameters({}, now) == []
