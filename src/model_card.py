"""Write README.md beside each released model: its model card, with the metadata that the Hugging Face Hub reads.

python3 -m src.model_card            write them from card.json
python3 -m src.model_card --check    change nothing; exit code 1 when one differs
"""

import argparse
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from .bundle.bundle import CARD, RELEASE, read_card
from .bundle.card import BundleCard
from .bundle.origin import folder_md5
from .common.config import ROOT
from .common.errors import UserError, run_main
from .common.files import atomic_path
from .promoting.contents import released_models
from .promoting.copying import MODEL_CARD
from .readme import FOLDERS, PHOTOS, exact, folder_table, line, percent, photo_rows

TEMPLATE = Path(__file__).with_name("promoting") / "model_card.md"
LICENCE = "mit"
"""Of the project's LICENSE, as the Hub calls it."""
# What lies there in a clone, without anybody's photographs.
_PHOTOGRAPHS = "data/datasets/photos"
# Cards of earlier layouts did not note what was learned from.
_NOTED_FROM = 3
_SMALL = "by_height_px.under 10"
Metrics = Mapping[str, Any]


def main() -> None:
    """Write the cards, or with --check compare them."""
    parser = argparse.ArgumentParser(
        prog="python3 -m src.model_card", description="Write the model cards of release/."
    )
    parser.add_argument("--check", action="store_true", help="only say whether they are up to date")
    check = parser.parse_args().check
    for model in released_models(ROOT):
        path, text = ROOT / model / MODEL_CARD, model_card(ROOT / model, model)
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            print(f"{model}/{MODEL_CARD} is up to date")
        elif check:
            raise UserError(
                f"{model}/{MODEL_CARD} differs from {CARD}: run `python3 -m src.model_card`"
            )
        else:
            write_model_card(ROOT / model, model)
            print(f"wrote {model}/{MODEL_CARD}")


def write_model_card(folder: Path, model: str) -> None:
    """Write the model card of a bundle's folder, as `model_card` returns it."""
    text = model_card(folder, model)
    with atomic_path(folder / MODEL_CARD) as partial:
        partial.write_text(text, encoding="utf-8")


def model_card(folder: Path, model: str, photos: Path = PHOTOS) -> str:
    """Return the model card of a bundle's folder: YAML for the Hub, then Markdown.

    model: its name, "release" or "release/NAME". photos: rows of labelled photographs, as `src.stack.evaluate --photos`
    writes them as JSON, of the model "release" alone; rows of other models, of an earlier release too, are left out.
    Raises UserError where the folder has no card, or one without metrics.
    """
    try:
        card = read_card(folder)
        layout = json.loads((folder / CARD).read_text(encoding="utf-8"))["layout"]
    except (OSError, ValueError) as error:
        raise UserError(f"{folder}/{CARD} is missing or damaged ({error})") from error
    if "val_acc" not in card.metrics:
        raise UserError(f"the model in {folder} has not been evaluated: its card would say nothing")
    rows = photo_rows(photos) if model == RELEASE.name else {}
    rows = {name: row for name, row in rows.items() if row.get("version") == card.version}
    head = yaml.safe_dump(metadata(card, model, rows), sort_keys=False, allow_unicode=True)
    return f"---\n{head}---\n\n{_page(card, rows, layout)}"


def metadata(card: BundleCard, model: str, rows: Mapping[str, Metrics]) -> dict[str, Any]:
    """Return what stands before the page: https://huggingface.co/docs/hub/model-cards and its model-index.

    rows: of labelled photographs, by folder.
    """
    sets: list[tuple[str, Metrics]] = [
        ("Drawn test scenes", {**card.metrics, "exact": card.metrics["val_acc"]})
    ]
    sets += [(f"Labelled pictures, {name}", row) for name, row in sorted(rows.items())]
    return {
        "license": LICENCE,
        "library_name": "onnx",
        "pipeline_tag": "image-to-text",
        "tags": ["license-plate-recognition", "alpr", "anpr", "ocr", "object-detection", "onnx"],
        # None that the Hub has.
        "datasets": [],
        "metrics": ["accuracy", "cer"],
        "model-index": [
            {
                "name": f"plates {model} {card.version}",
                "results": [_result(name, metrics) for name, metrics in sets],
            }
        ],
    }


def _result(name: str, metrics: Metrics) -> dict[str, Any]:
    measured = [
        ("accuracy", "exact", "exact texts"),
        ("cer", "cer", "character errors"),
        ("recall", "found", "plates found"),
    ]
    return {
        "task": {"type": "image-to-text", "name": "Licence plate recognition"},
        "dataset": {"type": name.lower().replace(", ", "-").replace(" ", "-"), "name": name},
        "metrics": [
            {"type": kind, "value": round(float(metrics[key]), 4), "name": what}
            for kind, key, what in measured
            if metrics.get(key) is not None
        ],
    }


def _page(card: BundleCard, rows: Mapping[str, Metrics], layout: int) -> str:
    metrics = card.metrics
    names = [part.partition("*")[0] for part in card.plate_format.split("+")]
    return TEMPLATE.read_text(encoding="utf-8").format(
        formats=" and ".join(names),
        formats_named=" and ".join(f"`{name}`" for name in names),
        version=card.version,
        created=card.created,
        localizer=card.localizer,
        reader=card.reader,
        parameters=f"{card.parameters:,}",
        trained_on=_trained_on(card, layout),
        tables="\n\n".join(_tables(metrics, rows)),
        small="10 pixels",
        small_exact=percent(metrics.get(_SMALL)),
        told_partial=percent(metrics.get("hard.told_partial")),
        sure_wrong=percent(metrics.get("hard.sure_and_wrong")),
        false_share=percent(metrics.get("no_plate.with_reading")),
        ece=percent(metrics.get("confidence.ece")),
        licence=LICENCE.upper(),
        revision=card.revision[:12],
    )


def _trained_on(card: BundleCard, layout: int) -> str:
    drawn = (
        f"Plates that the project draws (`{card.plate_format}`: formats, and how often each), in drawn scenes, by the "
        "code of the revision below."
    )
    if layout < _NOTED_FROM:
        return f"{drawn} Drawn plates alone: no photograph was used, and it holds nobody's data."
    if not card.data:
        return f"{drawn} Nobody has noted which files besides: say here what else it learned from."
    if card.data.get(_PHOTOGRAPHS) in (None, _without_any()):
        started = f" It started from model {card.ancestry[0]}." if card.ancestry else ""
        return f"{drawn} No photograph was used.{started}"
    return (
        f"{drawn} And labelled photographs of whoever trained it (`{_PHOTOGRAPHS}`, DVC's hash "
        f"`{card.data[_PHOTOGRAPHS]}`): they say where these are from, and that they may be used for this."
    )


def _without_any() -> str:
    """Return DVC's hash of the folder of photographs as a clone has it: with its note alone."""
    with TemporaryDirectory() as folder:
        copyfile(ROOT / _PHOTOGRAPHS / MODEL_CARD, Path(folder) / MODEL_CARD)
        return folder_md5(Path(folder))


def _tables(metrics: Metrics, rows: Mapping[str, Metrics]) -> Iterator[str]:
    def of(key: str, what: str) -> str:
        return f"{metrics[key]:,.0f} {what}" if key in metrics else what

    scenes = f"{of('plates', 'plates')} in {of('pictures', 'drawn test scenes')}"
    empty, hard = (
        of("no_plate.pictures", "of these scenes"),
        of("hard.pictures", "drawn hard scenes"),
    )
    whole = exact(metrics, "val_acc") if "exact_low" in metrics else percent(metrics["val_acc"])
    drawn = [
        ("Exact text", scenes, f"**{whole}**"),
        ("Characters wrong", "the same", percent(metrics.get("cer"))),
        ("Plates found", "the same", percent(metrics.get("found"))),
        ("Exact text, of plates on one row", "the same", percent(metrics.get("by_lines.1"))),
        ("Exact text, of plates on two rows", "the same", percent(metrics.get("by_lines.2"))),
        ("Something read where no plate is", empty, percent(metrics.get("no_plate.with_reading"))),
        ("Sure (90%) and wrong", hard, percent(metrics.get("hard.sure_and_wrong"))),
    ]
    yield "\n".join(line(row) for row in (("What", "Set", "Result"), ("---",) * 3, *drawn))
    if rows:
        yield FOLDERS
        yield folder_table(rows)


if __name__ == "__main__":
    run_main(main)
