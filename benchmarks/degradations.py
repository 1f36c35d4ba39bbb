"""What each thing that cameras do to a picture costs: ``python3 -m benchmarks.degradations``.

python3 -m benchmarks.degradations [--model PATH|release|own] [--format NAME] [--plates N]

Draws plates of 90 to 160 pixels in pictures of 640×480 and keeps those that are read; then does one thing of
`src/generators/degrade.py` to each of these pictures, at half of its strength and at all of it, and reads them again. A
plate of which a corner leaves the picture is left out. Writes degradations.json and degradations.png to
out/degradations; gives up where less than one plate in DRAWN is read as it is.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from benchmarks.partial import (
    HEIGHT,
    WIDTH,
    add_drawing_options,
    given_whole,
    is_read,
    is_sure_and_wrong,
    model_to_draw_for,
    plates_of,
)
from benchmarks.report import machine, table
from src.common.config import OUT
from src.common.errors import UserError, run_main
from src.common.files import atomic_path, write_json
from src.common.progress import progress
from src.generators.degrade import DEGRADATIONS, Degradation
from src.generators.formats import get_format
from src.inference.reader import PlateReader
from src.metrics.proportion import wilson_interval
from src.pipeline.stage import command_line

FOLDER = OUT / "degradations"
Picture = NDArray[np.uint8]
# A picture with one plate, its corners and its text.
View = tuple[Picture, NDArray[np.float32], str]
PLATES, SEED = 100, 7
# So many plates are drawn at most for each one that is to be read: a model that has not learnt them reads none.
DRAWN = 10
NARROWEST, WIDEST = 90, 160
STRENGTHS = (0.5, 1.0)
HEAD = ("code", "what", "read at half", "sure and wrong", "read at full", "sure and wrong")


@dataclass(frozen=True)
class Measured:
    """What was read of plates to which one thing was done with a strength. plates: of which all corners were left.

    right: whole texts. wrong: pictures with another text, sure to 90%.
    """

    code: str
    strength: float
    plates: int
    right: int
    wrong: int


def read_views(reader: PlateReader, views: Iterator[View]) -> Iterator[View]:
    """Yield the views whose plate is read as they are."""
    return (view for view in views if is_read(given_whole(reader, view[0]), view[2]))


def measure(
    reader: PlateReader, code: str, done: Degradation, strength: float, views: Sequence[View]
) -> Measured:
    """Do one thing to each view and read it; the same random numbers for every strength."""
    rng = np.random.default_rng(SEED)
    plates = right = wrong = 0
    for picture, quad, text in views:
        changed, moved = done.apply(rng, picture, quad[None], strength)
        height, width = changed.shape
        if (moved < 0).any() or (moved > (width - 1, height - 1)).any():
            continue
        given = given_whole(reader, changed)
        plates += 1
        right += is_read(given, text)
        wrong += is_sure_and_wrong(given, text)
    return Measured(code, strength, plates, right, wrong)


def rows_of(results: Sequence[Measured]) -> list[list[str]]:
    """Return a line for each thing, that which costs most first."""
    by_code: dict[str, list[Measured]] = {}
    for one in results:
        by_code.setdefault(one.code, []).append(one)
    ranked = sorted(by_code.items(), key=lambda item: [_share(one) for one in reversed(item[1])])
    return [
        [
            code,
            DEGRADATIONS[code].doc,
            *(
                cell
                for one in measured
                for cell in (f"{one.right} of {one.plates}", str(one.wrong))
            ),
        ]
        for code, measured in ranked
    ]


def _share(one: Measured) -> float:
    return one.right / one.plates if one.plates else 0.0


def draw(path: Path, results: Sequence[Measured], title: str) -> None:
    """Draw a bar for each thing and strength, with its 95% interval."""
    full = sorted((one for one in results if one.strength == STRENGTHS[-1]), key=_share)
    order = [one.code for one in full]
    figure = Figure(figsize=(8, 0.36 * len(order) + 1.2), layout="constrained")
    axes = figure.subplots()
    for place, strength in enumerate(STRENGTHS):
        chosen = {one.code: one for one in results if one.strength == strength and one.plates}
        codes = [code for code in order if code in chosen]
        shares = np.array([_share(chosen[code]) for code in codes])
        ends = np.array([wilson_interval(chosen[c].right, chosen[c].plates) for c in codes])
        axes.barh(
            [order.index(code) + 0.38 * (0.5 - place) for code in codes],
            shares,
            0.36,
            xerr=np.abs(ends.T - shares),
            label=f"strength {strength:g}",
            color=("#9bbcd8", "#2f6a9f")[place],
            error_kw={"linewidth": 0.8},
        )
    axes.set_yticks(range(len(order)), [f"{DEGRADATIONS[code].doc} ({code})" for code in order])
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
    axes.set_xlabel("read, of plates that are read without")
    axes.set_title(title, fontsize=9)
    axes.margins(y=0.01)
    figure.legend(loc="outside lower right", ncols=len(STRENGTHS), fontsize=8)
    with atomic_path(path) as temporary:
        figure.savefig(temporary, format="png", dpi=110, metadata={"Software": None})


def main(options: Namespace) -> None:
    """Measure the chosen model and write out/degradations."""
    bundle = model_to_draw_for(options)
    name = options.format or bundle.card.plate_format
    drawn = islice(
        plates_of(get_format(name), HEIGHT, WIDTH, NARROWEST, WIDEST), DRAWN * options.plates
    )
    found = islice(read_views(bundle.reader, drawn), options.plates)
    views = list(progress(found, options.plates, "plates that are read"))
    if len(views) < options.plates:
        raise UserError(
            f"of {DRAWN * options.plates} {name} plates the model reads {len(views)}, and {options.plates} are needed: "
            "choose another --model, or a --format that it has learnt"
        )
    asked = [(code, strength) for code in DEGRADATIONS for strength in STRENGTHS]
    results = [
        measure(bundle.reader, code, DEGRADATIONS[code], strength, views)
        for code, strength in progress(asked, len(asked), "degradations")
    ]
    FOLDER.mkdir(parents=True, exist_ok=True)
    content = [asdict(result) for result in results]
    write_json(FOLDER / "degradations.json", {"model": bundle.title, "measured": content})
    draw(FOLDER / "degradations.png", results, f"{name} plates, model {bundle.card.version}")
    print(table(HEAD, rows_of(results), 2))
    print(f"\n{bundle.title}; {machine(['onnxruntime'])}; wrote {FOLDER}")


def add_options(parser: ArgumentParser) -> None:
    """Add what a user may choose."""
    add_drawing_options(parser, PLATES, "that are read")


if __name__ == "__main__":
    cv2.setNumThreads(0)
    asked = command_line(add_options)
    run_main(lambda: main(asked))
