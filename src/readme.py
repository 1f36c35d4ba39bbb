"""Write the numbers of README.md from the metrics and the card of the released model, so that none is typed by hand.

python3 -m src.readme            fill what stands between the markers
python3 -m src.readme --check    change nothing; exit code 1 when README.md differs from the metrics
"""

import argparse
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .common.config import OUT, ROOT
from .common.errors import UserError, run_main
from .common.files import atomic_path
from .summary import read_metrics

README = ROOT / "README.md"
EVALUATIONS = OUT / "evaluations"
# Rows of `src.stack.evaluate --photos … --json`; may be absent.
PHOTOS = ROOT / "docs" / "photos.json"
RELEASE = ROOT / "release" / "card.json"
Metrics = Mapping[str, Any]


def main() -> None:
    """Fill README.md, or with --check compare it."""
    parser = argparse.ArgumentParser(
        prog="python3 -m src.readme", description="Write the numbers of README.md from the metrics."
    )
    parser.add_argument("--check", action="store_true", help="only say whether it is up to date")
    check = parser.parse_args().check
    text = README.read_text(encoding="utf-8")
    filled = fill(text, regions(EVALUATIONS, PHOTOS, RELEASE))
    if filled == text:
        print(f"{README.name} is up to date")
    elif check:
        raise UserError(f"{README.name} differs from the metrics: run `python3 -m src.readme`")
    else:
        with atomic_path(README) as partial:
            partial.write_text(filled, encoding="utf-8")
        print(f"wrote the numbers of {README.name}")


def fill(text: str, contents: Mapping[str, str]) -> str:
    """Return the text with each region ``<!-- name -->`` … ``<!-- /name -->`` replaced by its content.

    Raises UserError when a region is not there exactly once.
    """
    for name, content in contents.items():
        region = re.compile(rf"(?<=<!-- {name} -->\n).*?(?=<!-- /{name} -->)", re.DOTALL)
        places = list(region.finditer(text))
        if len(places) != 1:
            raise UserError(
                f"{README.name} needs one region from a line <!-- {name} --> to a line <!-- /{name} -->: restore it"
            )
        text = f"{text[: places[0].start()]}\n{content}\n\n{text[places[0].end() :]}"
    return text


def regions(evaluations: Path, photos: Path, release: Path) -> dict[str, str]:
    """Return the Markdown of each region.

    evaluations: folder with the metrics of the evaluating stages, of the committed default run. photos: JSON file with
    the rows of the photographs; may be absent. release: card of the released model.

    Raises UserError when one of them is missing, damaged or lacks a number.
    """
    stack, localize, ocr = (
        read_metrics(evaluations, name) for name in ("stack", "localize", "ocr")
    )
    try:
        tables = [_drawn(stack, localize, ocr)]
        folders = {**photo_rows(photos), **stack["photos"]}
        if folders:
            tables += [FOLDERS, folder_table(folders)]
        return {
            "headline": _headline(stack),
            "release": _release(release),
            "results": "\n\n".join(tables),
        }
    except KeyError as error:
        raise UserError(
            f"the metrics lack {error}: run `make pipeline` (those of {photos.name} are written by "
            "`python3 -m src.stack.evaluate --photos DIR --json FILE`)"
        ) from error


FOLDERS = "Folders of labelled pictures, of which none is drawn by this project or trained on:"
"""What stands before `folder_table`."""


def _headline(stack: Metrics) -> str:
    return (
        f"**{percent(stack['val_acc'])}** of {stack['plates']:,} plates are found and read without a mistake "
        f"in {stack['pictures']:,} drawn test scenes that no training has seen."
    )


def _release(path: Path) -> str:
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
        metrics = card["metrics"]
        rows = [
            ("The released model", f"of {card['created']}"),
            ("---", "---"),
            ("Networks", f"`{card['localizer']}` and `{card['reader']}`"),
            ("Parameters", f"{card['parameters']:,}"),
            ("Plates", f"`{card['plate_format']}`"),
            (
                f"Exact text of {metrics['plates']:,} plates in {metrics['pictures']:,} drawn test scenes",
                f"**{exact(metrics, 'val_acc')}**",
            ),
            (
                f"Something read in {metrics['no_plate.pictures']:,} of these without a plate",
                percent(metrics["no_plate.with_reading"]),
            ),
            (
                f"Sure (90%) and wrong in {metrics['hard.pictures']:,} drawn hard scenes",
                percent(metrics["hard.sure_and_wrong"]),
            ),
        ]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UserError(
            f"{path} is missing, damaged or without metrics ({error}): run `git restore release` or `make release`"
        ) from error
    return "\n".join(line(row) for row in rows)


def _drawn(stack: Metrics, localize: Metrics, ocr: Metrics) -> str:
    scenes = f"{stack['plates']:,} plates in {stack['pictures']:,} drawn test scenes"
    found = f"{localize['plates']:,} plates in {localize['pictures']:,} drawn validation scenes"
    errors = " / ".join(_number(localize[f"corner_error_px_{p}"], ".1f") for p in _PERCENTILES)
    empty, hard = stack["no_plate"], stack["hard"]
    rows = [
        ("What", "Set", "Result"),
        ("---", "---", "---"),
        ("Both models: exact text (`val_acc`)", scenes, f"**{exact(stack, 'val_acc')}**"),
        ("Reader given true corners", "the same", percent(stack["exact_at_true_corners"])),
        (
            "Something read where no plate is",
            f"{empty['pictures']:,} of these scenes",
            percent(empty["with_reading"]),
        ),
        (
            "Sure (90%) and wrong: plates cut, hidden or covered in part, notices",
            f"{hard['pictures']:,} drawn hard scenes",
            percent(hard["sure_and_wrong"]),
        ),
        (
            "Localizer: AP at IoU 0.5 / 0.75",
            found,
            f"{percent(localize['ap50'])} / {percent(localize['ap75'])}",
        ),
        (f"Localizer: corner error {' / '.join(_PERCENTILES)}", "those found", f"{errors} px"),
        (
            "Reader: exact text / character errors",
            f"{ocr['plates']:,} drawn validation views",
            f"{percent(ocr['exact'])} / {percent(ocr['cer'])}",
        ),
    ]
    return "\n".join(line(row) for row in rows)


_PERCENTILES = ("p50", "p90", "p99")


def folder_table(folders: Mapping[str, Metrics]) -> str:
    """Return the Markdown table of labelled pictures, a row for each folder; raises KeyError for a missing number."""
    rows: list[tuple[str, ...]] = [
        (
            "Folder",
            "Pictures",
            "Plates",
            "Exact text",
            "Character errors",
            "Found",
            "Extra a picture",
        ),
        ("---", *["---:"] * 6),
    ]
    for name, row in sorted(folders.items()):
        counts = (f"{row['pictures']:,}", f"{row['plates']:,}", exact(row, "exact"))
        extra = _number(row["extra_per_picture"], ".2f")
        rows.append((name, *counts, percent(row["cer"]), percent(row["found"]), extra))
    return "\n".join(line(row) for row in rows)


def photo_rows(path: Path) -> dict[str, Metrics]:
    """Return the rows of the photographs by folder; none where there is no file. Raises UserError for a damaged one."""
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError) as error:
        raise UserError(
            f"{path} is damaged ({error}): write it with `python3 -m src.stack.evaluate --photos DIR --json {path}`"
        ) from error


def line(cells: tuple[str, ...]) -> str:
    """Return a row of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def exact(row: Metrics, key: str) -> str:
    """Return a share of exact texts with its interval, for people; a hyphen where there is none."""
    if row[key] is None:
        return "-"
    return f"{percent(row[key])} ({percent(row['exact_low'])} to {percent(row['exact_high'])})"


def percent(value: float | None) -> str:
    """Return a share in percent, for people; a hyphen where there is none."""
    return _number(value, ".1%")


def _number(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


if __name__ == "__main__":
    run_main(main)
