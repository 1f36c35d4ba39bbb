"""Revisions with numbers that are easy to work out by hand."""

from dataclasses import replace
from typing import Any

from src.reporting.mistakes import Changes
from src.reporting.revision import STACK, Artifact, Chart, Mistake, Revision, Stage
from tests.evaluations import LOCALIZE, OCR

COMMIT = "0123456789abcdef0123456789abcdef01234567"
PARAMS: dict[str, Any] = {
    "params.py": {
        "PrepareStackParams": {"SEED": 3, "MAX_IMAGES": 90},
        "PrepareOCRParams": {"MAX_IMAGES": 1000, "TRAIN_SPLIT": 0.9},
        "TrainOCRParams": {"EPOCHS": 2},
    },
    "params.yaml": {"plate_format": "swiss"},
}
NO_CHANGES = Changes((), (), 0)


def mistake(image: int, **more: Any) -> Mistake:
    """The first plate of a scene, read wrongly."""
    return replace(Mistake(image, 0, f"ZH{image}", "ZH", 0.5, 20.0), **more)


def revision(correct: int = 56, plates: int = 80, **more: Any) -> Revision:
    """A revision whose test scenes hold so many plates, of which so many are read."""
    stack = {
        "val_acc": correct / plates,
        "plates": plates,
        "cer": 0.125,
        "no_plate": {"pictures": 30, "with_reading": 0.1},
        "by_length": {"10": 0.5, "2": 1.0},
        "by_height_px": {"over 64": 1.0, "under 10": 0.25, "10-14": 0.5},
        "photos": {"street": {"exact": 0.5, "plates": 4}},
    }
    made = Revision(
        "main",
        COMMIT,
        metrics={
            STACK: stack,
            "out/evaluations/ocr/metrics.json": {**OCR, "by_region": {"ZH": 0.75, "GE": 0.5}},
            "out/evaluations/localize/metrics.json": LOCALIZE,
        },
        params=PARAMS,
        test_params=("params.yaml:plate_format", "params.py:PrepareStackParams"),
        test_inputs={"src/generators": "aa"},
        stages={name: Stage(True) for name in ("prepare_stack", "train_ocr", "evaluate_stack")},
        artifacts={
            "data/prepared/stack": Artifact("prepare_stack", "5ce9e5.dir", 6_000_000),
            "out/models/ocr": Artifact("train_ocr", "a1b2c3.dir", None),
        },
        charts=(
            Chart("Reader loss", "epoch", "loss", {"train_loss": {0: 3.0}, "val_loss": {0: 2.0, 1: 1.0}}),
        ),
        speeds={"ocr": (90.0, 45.0)},
        pictures={"out/evaluations/stack/plots/images/worst.jpg": b"\xff\xd8\xff a picture"},
    )  # fmt: skip
    return replace(made, **more)


def head(correct: int = 48, plates: int = 80, **more: Any) -> Revision:
    """The workspace."""
    return replace(revision(correct, plates), **{"name": "workspace", "commit": None, **more})


def sheet(made: Revision, **stack: Any) -> Revision:
    """The revision with other values in the metrics of both models together; None takes one away."""
    values = {**made.metrics[STACK], **stack}
    kept = {name: value for name, value in values.items() if value is not None}
    return replace(made, metrics={**made.metrics, STACK: kept})
