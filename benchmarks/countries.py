"""What a model reads of each country that it knows, and whether it says whose plates they are.

python3 -m benchmarks.countries [--model PATH|release|own] [--plates N]

Draws so many plates of each country, each whole and in a scene of its own like the test scenes of `prepare_stack`, and
reads them. A country of Europe is drawn by its own series, other formats as they stand. Writes countries.json,
countries.md and countries.png to out/countries.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import count, islice
from pathlib import Path

from benchmarks.report import machine, table
from benchmarks.tile_map import draw_tile_map
from params import PrepareStackParams
from src.bundle.choose import add_model_option, choose_model
from src.common.config import OUT
from src.common.countries import country_name
from src.common.errors import UserError
from src.common.files import atomic_path, write_json
from src.common.progress import progress, tell
from src.datasets.prepared import Sample
from src.datasets.scenes import SceneRecipe
from src.generators.formats import format_shares, get_format
from src.generators.formats.base import PlateFormat
from src.generators.formats.european import sample_of
from src.generators.formats.european.countries import COUNTRIES, ISO_CODES
from src.generators.scene import SceneOptions, World
from src.inference.reader import PlateReader
from src.metrics.proportion import wilson_interval
from src.metrics.reading import Share
from src.pipeline.stage import run_stage
from src.stack.score import score_pictures

FOLDER = OUT / "countries"
SEED = 2026
# Plates of each country by default: their 95% intervals are then some twelve points wide.
PLATES = 100
HEAD = ("Country", "Code", "Exact text", "95% interval", "Country named", "Named right")


@dataclass(frozen=True)
class Measured:
    """What was read of a country's plates. code: ISO 3166-1 alpha-2.

    exact: whole texts, of all plates. named: how often a country was named, of what was read exactly; right: how often
    it was this one, of those.
    """

    code: str
    exact: Share
    named: Share
    right: Share


def countries_of(name: str) -> dict[str, PlateFormat]:
    """Return for each country of a plate format, or of several joined with "+", a format that draws only its plates.

    A country that several of them draw comes from the first that is its own. Raises UserError for a format that does
    not say which countries issue its texts.
    """
    found: dict[str, PlateFormat] = {}
    for part in map(get_format, format_shares(name)):
        if part.name == "european":
            for country in COUNTRIES:
                drawn = replace(part, sample=partial(sample_of, country=country))
                found.setdefault(ISO_CODES[country.code], drawn)
        elif part.issuers is None:
            raise UserError(f"the plate format {part.name} does not say whose plates it draws")
        else:
            found.setdefault(part.issuers.first, part)
    return found


def scenes_of(drawn: PlateFormat, plates: int) -> Iterator[Sample]:
    """Draw so many scenes with one plate each, of a size and at distances as `prepare_stack` has them."""
    p = PrepareStackParams
    options = SceneOptions(
        height=p.IMG_HEIGHT,
        width=p.IMG_WIDTH,
        max_plates=1,
        empty_share=0.0,
        min_plate=p.MIN_PLATE,
        max_plate=p.MAX_PLATE,
    )
    scenes = map(SceneRecipe(World(drawn), options, SEED, "test"), count())
    # There is no plate where no place was found for it.
    return islice((scene for scene in scenes if len(scene.plates) == 1), plates)


def measure(reader: PlateReader, code: str, drawn: PlateFormat, plates: int) -> Measured:
    """Read a country's plates."""
    pictures = ((scene.image, scene.plates) for scene in scenes_of(drawn, plates))
    score = score_pictures(reader, pictures)
    exact = score.exact()
    regions = [
        match.matched[0].region
        for match, right in zip(score.matches, exact, strict=True)
        if right and match.matched[0] is not None
    ]
    named = [region.code for region in regions if region is not None]
    return Measured(
        code,
        Share(sum(exact), len(exact)),
        Share(len(named), len(regions)),
        Share(named.count(code), len(named)),
    )


def rows_of(results: Sequence[Measured]) -> list[list[str]]:
    """Return a line for each country, the largest share first; – where there is nothing to count."""
    ranked = sorted(results, key=lambda r: (-(r.exact.accuracy or 0), country_name(r.code)))
    return [
        [
            country_name(r.code),
            r.code,
            _percent(r.exact),
            "{:.0%} to {:.0%}".format(*wilson_interval(r.exact.correct, r.exact.total)),
            _percent(r.named),
            _percent(r.right),
        ]
        for r in ranked
    ]


def write(folder: Path, title: str, results: Sequence[Measured]) -> None:
    """Write the numbers, the table and the map; raises UserError when the disk is full."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(
        folder / "countries.json",
        {"model": title, "countries": [asdict(result) for result in results]},
    )
    with atomic_path(folder / "countries.md") as partial_path:
        partial_path.write_text(
            f"{title}\n\n{table(HEAD, rows_of(results), 2)}\n", encoding="utf-8"
        )
    shares = {r.code: r.exact.accuracy or 0.0 for r in results}
    draw_tile_map(folder / "countries.png", shares, "whole texts read right, drawn scenes")


def main(options: Namespace) -> None:
    """Measure the chosen model and write out/countries."""
    if options.plates < 1:
        raise UserError(f"--plates {options.plates}: at least 1 is needed")
    bundle = choose_model(options.model)
    tell(bundle.title)
    chosen = countries_of(bundle.card.plate_format)
    results = [
        measure(bundle.reader, code, drawn, options.plates)
        for code, drawn in progress(chosen.items(), len(chosen), "countries")
    ]
    total = Share(sum(r.exact.correct for r in results), sum(r.exact.total for r in results))
    title = (
        f"{bundle.title}. {total.total:,} plates, {options.plates} of each country: "
        f"{_percent(total)} exact. {machine(['onnxruntime', 'opencv-python-headless'])}"
    )
    write(FOLDER, title, results)
    print(table(HEAD, rows_of(results), 2))
    print(f"\n{_percent(total)} of {total.total:,} plates; wrote {FOLDER}")


def add_options(parser: ArgumentParser) -> None:
    """Add what a user may choose."""
    add_model_option(parser)
    parser.add_argument(
        "--plates",
        type=int,
        default=PLATES,
        metavar="N",
        help=f"of each country; default: {PLATES}",
    )


def _percent(share: Share) -> str:
    return "–" if share.accuracy is None else f"{share.accuracy:.0%}"


if __name__ == "__main__":
    run_stage(main, add_options)
