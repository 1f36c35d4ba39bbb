"""What the evaluating stages write, with numbers that are easy to find again where they are shown."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

STACK: dict[str, Any] = {
    "val_acc": 0.875,
    "exact_low": 0.8534,
    "exact_high": 0.894,
    "pictures": 3000,
    "plates": 1004,
    "exact_at_true_corners": 0.9219,
    "no_plate": {"pictures": 900, "with_reading": 0.01},
    "hard": {"pictures": 600, "sure_and_wrong": 0.0125},
    "photos": {},
}
LOCALIZE: dict[str, Any] = {
    "ap50": 0.951,
    "ap75": 0.9,
    "corner_error_px_p50": 1.26,
    "corner_error_px_p90": 3.04,
    "corner_error_px_p99": None,
    "pictures": 1200,
    "plates": 640,
}
OCR: dict[str, Any] = {"exact": 0.9876, "cer": 0.0042, "plates": 2200}
METRICS: dict[str, dict[str, Any]] = {"stack": STACK, "localize": LOCALIZE, "ocr": OCR}
# Of one folder of photographs.
PHOTOS: dict[str, Any] = {
    "exact": 0.7,
    "exact_low": 0.48,
    "exact_high": 0.855,
    "pictures": 18,
    "plates": 20,
    "cer": 0.125,
    "found": None,
    "extra_per_picture": 0.055,
}


def write_metrics(folder: Path, metrics: Mapping[str, Any]) -> Path:
    """Write the metrics of some stages, by the model's name, as they stand under out/evaluations."""
    for name, content in metrics.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "metrics.json").write_text(json.dumps(content))
    return folder
