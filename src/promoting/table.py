"""Which version of each model is in which stage, as a table for a terminal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..bundle.promoted import Promoted, Tags
from .contents import card_of, content_at, content_of, released_models

_HEAD = ("model", "stage", "version", "content", "plates", "exact", "since, UTC")
_NONE = "-"


@dataclass(frozen=True)
class Row:
    """A stage of a model, or, where it has none, its newest version, or that it has neither.

    content: what the files are (`BundleCard.version`). exact: share of test plates that it reads, None where nobody has
    measured. here: is the checkout's model the same?
    """

    model: str
    stage: str = ""
    version: str = ""
    content: str = ""
    plates: str = ""
    exact: float | None = None
    time: int = 0
    here: bool = False


def rows_of(root: Path, tags: Tags, stages: Sequence[str]) -> list[Row]:
    """Return the rows of all models that a checkout or its tags name. stages: in the order in which they are shown.

    Raises UserError where a commit that a tag names is not here.
    """
    here = {model: content_of(root / model) for model in released_models(root)}
    rows = []
    for model in sorted({*here, *tags.models()}):
        order = [*stages, *(s for s in tags.stages(model) if s not in stages)]
        inside = [found for stage in order if (found := tags.serving(model, stage))]
        versions = tags.versions(model)
        if not inside and versions:
            newest = list(versions)[-1]
            inside = [Promoted(model, newest, versions[newest])]
        rows += [_row(root, found, here.get(model)) for found in inside] or [Row(model)]
    return rows


def table(rows: Sequence[Row]) -> list[str]:
    """Return its lines; a star is at the versions that lie in the checkout."""
    cells = [
        _HEAD,
        *(
            (
                row.model,
                row.stage or _NONE,
                f"{row.version or _NONE}{' *' if row.here else ''}",
                row.content or _NONE,
                row.plates or _NONE,
                _NONE if row.exact is None else f"{row.exact:.1%}",
                f"{datetime.fromtimestamp(row.time, UTC):%Y-%m-%d %H:%M}" if row.time else _NONE,
            )
            for row in rows
        ),
    ]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEAD))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]
    return [*lines, *(["* as in this checkout"] if any(row.here for row in rows) else [])]


def _row(root: Path, found: Promoted, here: str | None) -> Row:
    card = card_of(root, found)
    return Row(
        found.model,
        found.stage,
        found.version,
        card.version,
        card.plate_format,
        card.metrics.get("val_acc"),
        found.time,
        content_at(root, found) == here,
    )
