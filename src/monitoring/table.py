"""The comparison of a log with a reference, as lines for a terminal, as Markdown, and as JSON."""

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from .log import LogSummary
from .shift import DRIFTED, MOVED, TOO_FEW, Shift
from .summary import MEASURES, Summary

_HEAD = ("what", "reference", "log", "PSI", "chance", "JS", "verdict")
_SOURCES = (
    "PSI: population stability index, below 0.1 the same, above 0.25 drifted, where it is above what chance gives; "
    "JS: Jensen–Shannon distance, 0 to 1"
)


def verdict_of(shifts: Sequence[Shift]) -> str:
    """Return a sentence on all of them."""
    by = {
        v: [MEASURES[s.name].title for s in shifts if s.verdict == v]
        for v in (DRIFTED, MOVED, TOO_FEW)
    }
    if by[DRIFTED]:
        return f"Drifted: {', '.join(by[DRIFTED])}"
    parts = ["Nothing has drifted"]
    if by[MOVED]:
        parts.append(f"moved a little: {', '.join(by[MOVED])}")
    if by[TOO_FEW]:
        parts.append(f"too few to tell: {', '.join(by[TOO_FEW])}")
    return "; ".join(parts)


def described(log: LogSummary, reference: Summary) -> str:
    """Return a sentence on what is compared with what."""
    models = ", ".join(f"{_plain(v)} {n:,}" for v, n in sorted(log.models.items())[:5])
    broken = f"; {log.broken:,} lines are none of a server" if log.broken else ""
    return (
        f"{log.summary.pictures:,} pictures from {log.first} to {log.last} (models: {models}){broken}, against "
        f"{reference.pictures:,} of the reference"
    )


def table(shifts: Sequence[Shift], reference: Summary, log: Summary) -> list[str]:
    """Return lines: a head, one for each measure, and where the numbers come from."""
    rows = [_HEAD, *(_row(one, reference, log) for one in shifts)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_HEAD))]
    aligned = [
        "  ".join(
            cell.ljust(width) if place in (0, len(_HEAD) - 1) else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return [*aligned, _SOURCES]


def markdown(shifts: Sequence[Shift], reference: Summary, log: LogSummary) -> str:
    """Return the same as a page for an issue."""
    rows = [_row(one, reference, log.summary) for one in shifts]
    lines = [f"### {verdict_of(shifts)}", "", f"{described(log, reference)}.", ""]
    lines += [f"| {' | '.join(_HEAD)} |", f"| --- |{' ---: |' * (len(_HEAD) - 2)} --- |"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([*lines, "", f"{_SOURCES}.", ""])


def content(shifts: Sequence[Shift], reference: Summary, log: LogSummary) -> dict[str, Any]:
    """Return the same as JSON has it, with the histograms."""
    measures = {
        one.name: {
            "psi": one.psi,
            "chance": one.chance if math.isfinite(one.chance) else None,
            "js": one.js,
            "verdict": one.verdict,
        }
        for one in shifts
    }
    return {
        "verdict": verdict_of(shifts),
        "measures": measures,
        "reference": reference.content(),
        "log": {
            **log.summary.content(),
            "first": log.first,
            "last": log.last,
            "models": log.models,
            "broken": log.broken,
        },
    }


def _plain(version: str) -> str:
    """Return a version as it can stand on any page: whoever writes to the log may write anything there."""
    return re.sub(r"[^0-9A-Za-z.+-]", "?", version)[:40]


def _row(one: Shift, reference: Summary, log: Summary) -> tuple[str, ...]:
    measured = (_middle(one.name, held) for held in (reference, log))
    chance = f"{one.chance:.3f}" if math.isfinite(one.chance) else "-"
    numbers = (f"{one.psi:.3f}", chance, f"{one.js:.3f}")
    return (MEASURES[one.name].title, *measured, *numbers, one.verdict)


def _middle(name: str, held: Summary) -> str:
    """Return the share of the first bin where there are two with names, else the bin of the median."""
    counts, measure = held.counts[name], MEASURES[name]
    total = int(counts.sum())
    if not total:
        return "-"
    if measure.names:
        part = counts[1] if name == "known" else counts[0]
        return f"{part / total:.1%}"
    place = int(np.searchsorted(np.cumsum(counts), total / 2))
    return f"median {measure.bins()[place]}"
