"""After a run: what came out, where the pictures are, what to run next.

python3 -m src.summary
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .common.config import OUT, ROOT
from .common.errors import UserError
from .common.git import said
from .pipeline.stage import run_command
from .pipeline.times import read_times

Metrics = Mapping[str, Any]
_PARAMETERS = ("params.py", "params.yaml")
# Of each stage's metrics, what is shown.
_SHOWN = {
    "stack": ("val_acc", "exact_low", "exact_high", "plates", "no_plate", "hard", "photos"),
    "localize": ("ap50", "ap75", "corner_error_px_p50", "corner_error_px_p90", "plates"),
    "ocr": ("exact", "plates"),
}
_NEXT = (
    ("make runs", "this run and earlier ones side by side"),
    ("dvc plots diff --open", "curves and pictures in the browser"),
    ("python3 -m src.stack.evaluate --photos DIR", "score your own photographs"),
    ("make serve", "read plates over HTTP"),
)


def main() -> None:
    """Print the summary of the metrics under out/evaluations."""
    sections = (
        results(OUT / "evaluations"),
        minutes(read_times()),
        pictures(OUT, ROOT),
        next_steps(changed_parameters(ROOT)),
    )
    print("\n" + "\n\n".join("\n".join(lines) for lines in sections if lines))


def results(evaluations: Path) -> list[str]:
    """Return the lines on how good the models are.

    Raises UserError when the metrics of an evaluating stage are missing or damaged.
    """
    stack, localize, ocr = (read_metrics(evaluations, name) for name in _SHOWN)
    precision = f"AP50 {_percent(localize['ap50'])}, AP75 {_percent(localize['ap75'])}"
    median, most = (_pixels(localize[f"corner_error_px_{p}"]) for p in ("p50", "p90"))
    hard = stack["hard"]
    invented = f"something read in {_percent(stack['no_plate']['with_reading'])}"
    lines = [
        "Results",
        _row("Both models", f"{_exact(stack, 'val_acc')}, test scenes"),
        _row("", f"{invented} of {stack['no_plate']['pictures']} test scenes without a plate"),
        _row(
            "",
            f"sure and wrong in {_percent(hard['sure_and_wrong'])} of {hard['pictures']} hard scenes",
        ),
        _row("Localizer", f"{precision} on {localize['plates']} plates, validation"),
        _row("", f"corner error {median} at the median, {most} at 90%"),
        _row("Reader", f"{_percent(ocr['exact'])} exact on {ocr['plates']} plates, validation"),
    ]
    for name, photos in sorted(stack["photos"].items()):
        lines.append(_row("Photographs", f"{_exact(photos, 'exact')}, {name}"))
    return lines


def read_metrics(evaluations: Path, name: str) -> dict[str, Any]:
    """Return ``evaluations/NAME/metrics.json``; UserError when it is missing or damaged."""
    path = evaluations / name / "metrics.json"
    remedy = f"run `dvc repro evaluate_{name}` (or `make quickstart`)"
    try:
        metrics: dict[str, Any] = dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise UserError(f"no metrics of evaluate_{name} yet: {remedy}") from None
    except (ValueError, TypeError) as error:
        raise UserError(f"{path} is damaged ({error}): {remedy}") from error
    missing = [key for key in _SHOWN[name] if key not in metrics]
    if missing:
        raise UserError(f"{path} lacks {', '.join(missing)}: {remedy}")
    return metrics


def minutes(seconds: Mapping[str, float]) -> list[str]:
    """Return the lines on how long the stages took. seconds: of each stage, by name."""
    if not seconds:
        return []
    lines = ["Minutes (of each stage's last run here)"]
    for name, title in (("localize", "Localizer"), ("ocr", "Reader"), ("stack", "Both models")):
        stages = [f"{verb}_{name}" for verb in ("prepare", "train", "evaluate")]
        known = [f"{s.partition('_')[0]} {seconds[s] / 60:.1f}" for s in stages if s in seconds]
        lines += [_row(title, ", ".join(known))] if known else []
    return [*lines, _row("Together", f"{sum(seconds.values()) / 60:.1f}")]


def pictures(out: Path, root: Path) -> list[str]:
    """Return the folders of pictures under ``out``, relative to ``root``, and what they hold."""
    lines = ["Pictures"]
    for folder in sorted(out.glob("*/*/plots/images")):
        names = sorted(path.name for path in folder.iterdir() if path.suffix in (".jpg", ".png"))
        if names:
            lines += [f"  {folder.relative_to(root)}/", f"    {', '.join(names)}"]
    return lines if len(lines) > 1 else []


def next_steps(changed: list[str]) -> list[str]:
    """Return what one may run now. changed: parameter files that differ from the last commit."""
    steps = list(_NEXT)
    if changed:
        restore = f"git restore {' '.join(changed)} && make pipeline"
        steps.append((restore, "back to the committed parameters, and a run with them"))
    width = max(len(command) for command, _ in steps)
    lines = [f"  {command:<{width}}  {purpose}" for command, purpose in steps]
    return ["Next (after `source .venv/bin/activate`)", *lines]


def changed_parameters(root: Path) -> list[str]:
    """Return the parameter files that differ from the last commit; none where git cannot tell."""
    listed = said(root, "diff", "--name-only", "--relative", "HEAD", "--", *_PARAMETERS)
    return (listed or "").split()


def _row(name: str, text: str) -> str:
    return f"  {name:<16} {text}"


def _exact(metrics: Metrics, key: str) -> str:
    if metrics[key] is None:
        return "no plate to read"
    interval = f"95% interval {_percent(metrics['exact_low'])} to {_percent(metrics['exact_high'])}"
    return f"{_percent(metrics[key])} exact ({interval}) on {metrics['plates']} plates"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _pixels(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f} px"


if __name__ == "__main__":
    run_command(main)
