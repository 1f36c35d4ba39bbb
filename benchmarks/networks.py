"""What each network costs and gives after the same training.

python3 -m benchmarks.networks [--minutes 2] [--networks NAME[:WIDTH] …] [--photos DIR …]

Every network learns from the same drawn pictures, in the same order, for so many minutes of the time of one core, in
which they are drawn too; how many steps that is, a few that are thrown away say. Settings are those of params.py and
params.yaml; NAME:WIDTH has another width. Then it is saved, and measured: its work, milliseconds of one thread with 8
bits and without, the size of its ONNX files, and what it finds or reads on drawn pictures that are new to it and, with
--photos, on labelled photographs: localizers by half of the area in common, readers at the true corners.

The tables are printed and written to out/networks, with networks.json, networks.csv and a picture.
"""

import csv
import json
import math
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import torch

import params
from benchmarks import read
from benchmarks.bubbles import draw_bubbles
from benchmarks.jobs import Choice, Job, localize_job, localize_world, read_job, read_world
from benchmarks.photographs import Photographs
from benchmarks.report import machine, table
from benchmarks.trials import EPOCHS, SCORES, Result, Task, Trial
from benchmarks.untrained import save_untrained
from params import PrepareStackParams
from src.architectures.localizers.registry import LOCALIZERS
from src.architectures.readers.registry import READERS
from src.common.config import OUT, ROOT, load_config
from src.common.errors import UserError, run_main
from src.common.files import atomic_path
from src.common.progress import progress, tell
from src.generators.scene import World
from src.pipeline.limits import check_parameters
from src.pipeline.stage import command_line

FOLDER = OUT / "networks"
# Of the networks that are not named: single-shot detectors at their published width are not for a processor.
WIDTHS = {name: 0.25 for name in LOCALIZERS.names() if name.startswith("ssd")}
# Pictures that are drawn to validate on, and those in which it is measured how long finding takes.
VALIDATION, SCENES = 500, 4
# Height and width of these.
SEEN = (480, 640)
HEADS = ("network", "parameters", "GFLOP", "pictures", "pictures/s", "ms, 32 bits", "ms, 8 bits", "MB, 32 bits",
         "MB, 8 bits")  # fmt: skip


def choices(named: Sequence[str]) -> list[tuple[Task, Choice]]:
    """Return the networks that were named, all for none, each with its task; raises UserError for what is none."""
    known: dict[str, Task] = dict.fromkeys(LOCALIZERS.names(), "localize")
    known |= dict.fromkeys(READERS.names(), "ocr")
    if not named:
        return [(task, Choice(name, WIDTHS.get(name))) for name, task in known.items()]
    found: list[tuple[Task, Choice]] = []
    for text in named:
        name, _, width = text.partition(":")
        if name not in known:
            raise UserError(
                f"--networks {text}: choose of {', '.join(known)}, each as it is or as NAME:WIDTH"
            )
        found.append((known[name], Choice(name, _width(text, width) if ":" in text else None)))
    return list(dict.fromkeys(found))


def _width(text: str, width: str) -> float:
    try:
        return float(width)
    except ValueError:
        raise UserError(f"--networks {text}: {width!r} is no number, such as 0.25") from None


def compare(options: Namespace) -> Iterator[Result]:
    """Train and measure each network that was chosen; raises UserError for options and values that cannot be."""
    check_parameters(vars(params))
    if not 0 < options.minutes < math.inf:
        raise UserError(f"--minutes {options.minutes:g}: more than 0 are needed")
    chosen = choices(options.networks)
    plates = read_world()
    photographs = Photographs.of(options.photos, plates.plate_format)
    worlds: dict[Task, World] = {"localize": localize_world(), "ocr": plates}
    makes: dict[Task, Callable[[World, Choice], Job]] = {"localize": localize_job, "ocr": read_job}
    # Before any of them trains for hours: all can be built.
    for task, choice in chosen:
        makes[task](worlds[task], choice)
    scenes = read.case(plates, SEEN, "one", PrepareStackParams.MIN_PLATE, SCENES).samples
    with TemporaryDirectory() as folder:
        # Reading needs two networks, whichever of them is measured.
        models = save_untrained(Path(folder), load_config())
        for task, choice in progress(chosen, len(chosen), "networks"):
            yield Trial(
                task,
                makes[task],
                worlds[task],
                options.minutes,
                VALIDATION,
                models,
                scenes,
                photographs,
            ).run(choice)


def tables(results: Sequence[Result]) -> str:
    """Return a table for each task, Markdown."""
    return "\n\n".join(
        _table(task, own) for task in SCORES if (own := [r for r in results if r.task == task])
    )


def _table(task: Task, results: Sequence[Result]) -> str:
    folders = list(dict.fromkeys(name for result in results for name in result.photos))
    rows = [
        [
            f"`{r.network}`",
            f"{r.parameters:,}",
            _number(r.gflop, ".2f"),
            f"{r.pictures:,}",
            f"{r.pictures_per_s:.0f}",
            _number(r.ms, ".1f"),
            _number(r.ms_int8, ".1f"),
            _number(r.mb, ".1f"),
            _number(r.mb_int8, ".1f"),
            *(_number(r.scores.get(name), ".1%") for name in SCORES[task]),
            *("{}/{}".format(*r.photos[name]) if name in r.photos else "–" for name in folders),
        ]
        for r in results
    ]
    return table([*HEADS, *SCORES[task], *folders], rows, texts=1)


def _number(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)


def _flat(result: Result) -> Iterator[tuple[str, object]]:
    """Yield the cells of a row of the CSV by their columns."""
    for name, value in asdict(result).items():
        if name == "scores":
            yield from value.items()
        elif name == "photos":
            for folder, (hits, total) in value.items():
                yield from ((f"{folder} right", hits), (f"{folder} of", total))
        else:
            yield name, value


def write(folder: Path, note: str, results: Sequence[Result]) -> None:
    """Write the tables, JSON, CSV and the picture into a folder; raises UserError when the disk is full."""
    rows = [dict(_flat(result)) for result in results]
    text = StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    contents = {
        "networks.md": f"{note}\n\n{tables(results)}\n",
        "networks.csv": text.getvalue(),
        "networks.json": json.dumps(
            {"note": note, "networks": [asdict(result) for result in results]},
            indent=2,
            ensure_ascii=False,
        )
        + "\n",
    }
    for name, content in contents.items():
        with atomic_path(folder / name) as partial:
            partial.write_text(content, encoding="utf-8")
    draw_bubbles(folder / "networks.png", results)


def main(options: Namespace) -> None:
    """Compare the networks, print the tables and write them."""
    os.environ["CUDA_VISIBLE_DEVICES"] = ""  # it is the processor's time that is the same for all
    torch.set_num_threads(1)  # threads that wait for each other spend it too
    results: list[Result] = []
    for result in compare(options):
        results.append(result)
        # After each: what took hours is kept when the next one fails.
        write(FOLDER, _note(options.minutes), results)
    print(f"{_note(options.minutes)}\n\n{tables(results)}")
    tell(f"wrote {FOLDER.relative_to(ROOT)}")


def _note(minutes: float) -> str:
    return (
        f"{machine(['torch', 'onnxruntime'])}; {minutes:g} minutes of one core for each network, {EPOCHS} epochs; load "
        f"of the machine {os.getloadavg()[0]:.1f}"
    )


def add_options(parser: ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "--minutes",
        type=float,
        default=2.0,
        help="of the time of one core for each network, drawing included; default: 2",
    )
    parser.add_argument(
        "--networks",
        nargs="+",
        default=[],
        metavar="NAME",
        help="localizers and readers, NAME or NAME:WIDTH; default: all, ssd… at a quarter of their width",
    )
    parser.add_argument(
        "--photos",
        nargs="+",
        type=Path,
        default=[],
        metavar="DIR",
        help="folders of labelled photographs to measure on as well",
    )


if __name__ == "__main__":
    chosen_options = command_line(add_options)
    cv2.setNumThreads(0)
    run_main(lambda: main(chosen_options))
