"""What a user does first: an experiment, and a look at it."""

import csv
import json
from pathlib import Path

import pytest
import yaml

from src.monitoring.summary import load_summary
from tests.checkout import Checkout, options

pytestmark = pytest.mark.slow
STAGES = [
    *("prepare_localize", "train_localize", "evaluate_localize"),
    *("prepare_ocr", "train_ocr", "evaluate_ocr"),
    *("prepare_stack", "evaluate_stack"),
]


def test_everything_that_is_promised_is_there(trained: Checkout) -> None:
    pipeline = yaml.safe_load((trained.root / "dvc.yaml").read_text(encoding="utf-8"))
    promised = [
        path
        for stage in pipeline["stages"].values()
        for kind in ("outs", "metrics", "plots")
        for entry in stage.get(kind, [])
        for path in ([entry] if isinstance(entry, str) else entry)
    ]
    assert len(promised) >= 8
    missing = [path for path in promised if not (trained.root / path).exists()]
    assert missing == []
    lists = [path for plot in pipeline["plots"] if isinstance(plot, dict)
             for settings in plot.values() for path in settings["y"]]  # fmt: skip
    assert [path for path in lists if not (trained.root / path).is_file()] == []


def test_dvc_yaml_is_left_as_it_is(trained: Checkout) -> None:
    # DVCLive would rewrite it.
    changed = trained.ok("git", "diff", "--name-only", "--", "dvc.yaml", "params.yaml", "src")
    assert changed == ""
    assert "MAX_IMAGES: int = 40" in (trained.root / "params.py").read_text(encoding="utf-8")


def test_metrics_are_shown(trained: Checkout) -> None:
    shown = json.loads(trained.run("dvc", "metrics", "show", "--json").stdout)
    (revision,) = shown.values()
    metrics = revision["data"]
    assert len(metrics) == 5
    assert not any("error" in entry for entry in metrics.values())
    stack = metrics["out/evaluations/stack/metrics.json"]["data"]
    assert 0 <= stack["val_acc"] <= 1
    assert stack["pictures"] == 40


def test_what_a_server_reads_has_something_to_be_compared_with(trained: Checkout) -> None:
    folder = trained.root / "out/evaluations/stack"
    reference = load_summary(folder / "reference.json")
    assert reference.pictures == json.loads((folder / "metrics.json").read_text())["pictures"] == 40
    assert reference.plate_format == "swiss"
    assert {int(reference.counts[name].sum()) for name in ("no_plate", "brightness", "blur")} == {
        40
    }


def test_experiments_are_listed_with_their_parameters(trained: Checkout) -> None:
    table = list(csv.DictReader(trained.run("dvc", "exp", "show", "--csv").stdout.splitlines()))
    assert len(table) == 3  # the workspace, the branch and the experiment
    assert {row["TrainOCRParams.EPOCHS"] for row in table if row["Experiment"] != "master"} >= {"1"}
    assert any(column.endswith("val_acc") for column in table[0])


def test_parameters_and_plots_are_compared(trained: Checkout, tmp_path: Path) -> None:
    difference = trained.ok("dvc", "params", "diff")
    for name in ("PrepareStackParams.MAX_IMAGES", "TrainLocalizeParams.EPOCHS", "MULTIPROCESSING"):
        assert name in difference
    trained.ok("dvc", "plots", "diff", "--out", str(tmp_path / "plots"))
    page = (tmp_path / "plots/index.html").read_text(encoding="utf-8")
    assert "Reader loss" in page
    assert list((tmp_path / "plots/static").iterdir())


@pytest.mark.parametrize("cache", [[], ["--no-run-cache"]], ids=["run cache", "no run cache"])
def test_what_is_up_to_date_is_not_run_again(trained: Checkout, cache: list[str]) -> None:
    again = trained.ok("dvc", "repro", *cache)
    assert "Running stage" not in again
    assert all(f"Stage '{stage}' didn't change" in again for stage in STAGES)
    assert trained.run("dvc", "status").stdout == "Data and pipelines are up to date.\n"


def test_other_networks_run_and_a_reader_learns_without_texts_first(
    trained: Checkout, tmp_path: Path
) -> None:
    checkout = trained.copy(tmp_path / "checkout").with_identity()
    names = ["localize_model=plate_localizer_v3", "ocr_model=mask_ocr_small"]
    phases = options({"TrainOCRParams.PRETRAIN_EPOCHS": 1}, names)
    printed = checkout.ok("dvc", "exp", "run", *phases)
    # What does not depend on the networks is not made again.
    run = {stage for stage in STAGES if f"Running stage '{stage}'" in printed}
    assert run == {stage for stage in STAGES if not stage.startswith("prepare")}
    cards = [
        json.loads((checkout.root / f"out/models/{model}/card.json").read_text("utf-8"))
        for model in ("localize", "ocr")
    ]
    assert [card["name"] for card in cards] == ["plate_localizer_v3", "mask_ocr_small"]
    assert cards[1]["decoding"] == "slots"
    assert (checkout.root / "out/runs/ocr_pretraining/metrics.json").is_file()
    assert not (checkout.root / "out/checkpoints/ocr_pretraining/last.ckpt").exists()
    assert "ocr_pretraining" not in checkout.run("git", "status", "--short").stdout
