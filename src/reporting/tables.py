"""Parameters, metrics and slices of two revisions as tables."""

from collections.abc import Mapping, Sequence

from .differences import (
    Change,
    group_names,
    is_number,
    metric_changes,
    param_changes,
    param_name,
)
from .markdown import arrow, code, details, number, plain, table
from .page import Section
from .revision import STACK, Revision
from .verdict import Kind, Verdict

_HEADER = ("Metric", "Base", "Head", "Change")
_ROWS = 150
# How many plates each file's numbers are of.
_PLATES = {
    STACK: "both models",
    "out/evaluations/localize/metrics.json": "localizer",
    "out/evaluations/ocr/metrics.json": "reader",
}
# What reviewers look at first: file, way to the value, what it is called.
_KEY = (
    (STACK, ("val_acc",), "Both models: exact text"),
    (STACK, ("exact_at_true_corners",), "Reader given true corners"),
    (STACK, ("found",), "Plates found"),
    (STACK, ("cer",), "Character errors"),
    (STACK, ("no_plate", "with_reading"), "Something read where no plate is"),
    (STACK, ("confidence", "ece"), "Calibration error"),
    (STACK, ("hard", "sure_and_wrong"), "Sure and wrong on hard scenes"),
    (STACK, ("hard", "ece"), "Calibration error on hard scenes"),
    ("out/evaluations/localize/metrics.json", ("ap50",), "Localizer: AP at IoU 0.5"),
    ("out/evaluations/localize/metrics.json", ("ap75",), "Localizer: AP at IoU 0.75"),
    (
        "out/evaluations/localize/metrics.json",
        ("corner_error_px_p90",),
        "Localizer: corner error p90, px",
    ),
    ("out/evaluations/ocr/metrics.json", ("exact",), "Reader: exact text, validation"),
    ("out/evaluations/ocr/metrics.json", ("cer",), "Reader: character errors, validation"),
)
_SLICES = {
    "by_length": "length of the text",
    "by_region": "canton or region",
    "by_country": "country",
    "by_height_px": "height of the plate in pixels",
    "by_lines": "rows of text",
}


def key_metrics(verdict: Verdict, base: Revision | None, head: Revision) -> Section:
    """Return the few numbers that matter most, with those of folders of photographs."""
    rows = []
    for file, path, title in _KEY:
        named = [
            change
            for change in _changes(base, head, file)
            if change.name == path and not (change.base is None and change.head is None)
        ]
        rows += [_row(title, change) for change in named]
    for change in _changes(base, head, STACK):
        if change.name[0] == "photos" and change.name[-1] == "exact":
            rows.append(_row(f"Photographs {plain(change.name[1], 40)}: exact text", change))
    shown = "\n\n".join([table(_HEADER, rows, 3), *_sizes(base, head)])
    if base and verdict.kind is Kind.UNKNOWN:
        shown += "\n\nThese numbers are not of like things (see above): better and worse say only which way they point."
    return Section("Metrics", 90, (shown,) if rows else ())


def parameters(base: Revision | None, head: Revision) -> Section:
    """Return the parameters that differ."""
    if base is None:
        return Section("", 0, ())
    changes = param_changes(base.params, head.params)
    if not changes:
        return Section("Parameters", 85, ("No parameter differs.",))
    rows = [[code(param_name(c.name)), code(c.base), code(c.head)] for c in changes]
    full = _limited(("Parameter", "Base", "Head"), rows, _ROWS)
    names = ", ".join(row[0] for row in rows[:20])
    count = f"{len(changes)} parameters differ: {names}{' …' if len(rows) > 20 else ''}."
    return Section("Parameters", 85, (full, count))


def slices(base: Revision | None, head: Revision) -> Section:
    """Return exact matches by length, region and size, with the largest falls in words."""
    full, short = [], []
    for file, who in (
        (STACK, "Both models"),
        ("out/evaluations/ocr/metrics.json", "Reader alone"),
    ):
        groups = dict(head.metrics.get(file, {})) | dict(base.metrics.get(file, {}) if base else {})
        for name in group_names(groups):
            changes = [c for c in _changes(base, head, file) if c.name[0] == name]
            title = f"{who}, by {_SLICES.get(name, plain(name[3:], 40))}"
            rows = [[plain(c.name[-1], 40), *_row("", c)[1:]] for c in changes]
            summary = f"{title}{_extremes(changes)}"
            full.append(details(summary, _limited(("Group", *_HEADER[1:]), rows, _ROWS, 3)))
            short.append(f"- {summary}")
    note = "Exact matches of each group. Small groups move by chance: the verdict above is on all plates."
    note = " ".join([note, *_sizes(base, head)])
    texts = ("\n\n".join([note, *full]), "\n".join(short)) if full else ()
    return Section("Slices", 60, texts)


def all_metrics(base: Revision | None, head: Revision) -> Section:
    """Return every metric of every file."""
    files = list(dict.fromkeys((*head.metrics, *(base.metrics if base else ()))))
    full, short = [], []
    for file in files:
        changes = [c for c in _changes(base, head, file) if not c.name[0].startswith("by_")]
        rows = [_row(code(".".join(c.name)), c) for c in changes]
        moved = [
            row for row, c in zip(rows, changes, strict=True) if arrow(c) not in ("=", "", "new")
        ]
        title = f"{code(file)}: {len(rows)} values, {len(moved)} changed"
        full.append(details(title, _limited(_HEADER, rows, _ROWS, 3)))
        short.append(f"- {title}")
    return Section("All metrics", 30, ("\n\n".join(full), "\n".join(short)) if full else ())


def _sizes(base: Revision | None, head: Revision) -> list[str]:
    """Return a sentence on the sets that differ in size, or none: each number is of the whole set of its own run."""
    counts = [
        (who, *(r.metric(file, "plates") for r in (base, head)))
        for file, who in _PLATES.items()
        if base
    ]
    said = [
        f"{who} {number(before)} and {number(after)}"
        for who, before, after in counts
        if before != after and is_number(before) and is_number(after)
    ]
    if not said:
        return []
    return [
        f"Sets differ in size, and each number is of the whole set of its run (plates: {'; '.join(said)})."
    ]


def _changes(base: Revision | None, head: Revision, file: str) -> list[Change]:
    before: Mapping[str, object] = base.metrics.get(file, {}) if base else {}
    return metric_changes(before, head.metrics.get(file, {}))


def _row(title: str, change: Change) -> list[str]:
    shown = [number(value, change.share) for value in (change.base, change.head)]
    return [title, *shown, arrow(change)]


def _limited(
    header: Sequence[str], rows: Sequence[Sequence[str]], most: int, numbers: int = 0
) -> str:
    shown = table(header, rows[:most], numbers)
    return shown if len(rows) <= most else f"{shown}\n\nand {len(rows) - most} more."


def _extremes(changes: Sequence[Change]) -> str:
    moved = [c for c in changes if c.delta is not None and arrow(c) != "="]
    if not moved:
        return ""
    said = []
    for word, change in (
        ("largest fall", min(moved, key=lambda c: c.delta or 0.0)),
        ("largest rise", max(moved, key=lambda c: c.delta or 0.0)),
    ):
        if ((change.delta or 0.0) < 0) == (word == "largest fall"):
            said.append(
                f"{word}: {plain(change.name[-1], 40)}, {number(change.base, True)} → {number(change.head, True)}"
            )
    return f" ({'; '.join(said)})"
