"""What a run has read, as lines for people and as JSON."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from .plan import Run
from .progress import duration
from .rows import Counts
from .target import Target

SUMMARY = "_bulk/summary.json"


def summary(run: Run, total: Counts, here: int, seconds: float) -> str:
    """Return what a run holds, in lines. here: pictures of them that were read just now, in so many seconds."""
    whole = total.pictures - total.broken
    lines = {
        "pictures": f"{total.pictures:,} of {run.pictures:,}",
        "with plates": f"{total.with_plates:,}{_share(total.with_plates, whole)}, {total.plates:,} plates",
        "without": f"{whole - total.with_plates:,}",
        "broken": f"{total.broken:,}{_named(total.errors)}",
        "left out": f"{sum(run.left_out.values()):,}{_named(Counter(run.left_out))}",
    }
    if here:
        rate = here / max(seconds, 1e-9)
        lines["read now"] = f"{here:,} in {duration(seconds)}, {rate:,.1f} a second"
    if whole:
        lines["reading"] = f"{1000 * total.seconds / whole:.1f} ms a picture, of one core"
    width = max(map(len, lines))
    return "".join(f"{name:<{width}}  {value}\n" for name, value in lines.items())


def write_summary(target: Target, run: Run, total: Counts) -> None:
    """Write what a whole run holds beside its parts."""
    content: Mapping[str, Any] = {
        "run": run.id,
        "model": run.model,
        "sources": run.sources,
        "pictures": total.pictures,
        "parts": run.parts,
        "with_plates": total.with_plates,
        "plates": total.plates,
        "broken": dict(total.errors),
        "left_out": run.left_out,
        "reading_seconds": round(total.seconds, 3),
        "began": total.began,
        "ended": total.ended,
    }
    target.write(SUMMARY, json.dumps(content, indent=1, sort_keys=True).encode())


def _share(part: int, whole: int) -> str:
    return f" ({part / whole:.1%})" if whole else ""


def _named(counts: Counter[str]) -> str:
    listed = ", ".join(f"{count:,} {name}" for name, count in counts.most_common())
    return f": {listed}" if listed else ""
