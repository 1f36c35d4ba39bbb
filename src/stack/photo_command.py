"""The command that scores folders of photographs by a saved model: `python3 -m src.stack.evaluate --photos DIR`."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from params import EvaluateStackParams

from ..bundle.choose import add_model_option, choose_model
from ..common.config import OUT, ROOT
from ..common.errors import UserError
from ..common.files import write_json
from ..common.progress import tell
from ..generators.formats import get_format
from .photos import print_table, score_folders

# Sheets of photographs that are scored by hand.
PHOTO_SHEETS = OUT / "photos"


def add_options(parser: ArgumentParser) -> None:
    """Add what makes this a score of photographs instead of the stage."""
    parser.add_argument(
        "--photos", nargs="+", type=Path, metavar="DIR", help="folders with annotations.csv"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows as JSON")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help=f"where the annotated sheets go; default: {PHOTO_SHEETS.relative_to(ROOT)}",
    )
    add_model_option(parser)


VERSION = "version"
"""Key in a row of --json: of the model that was measured."""


def wanted(options: Namespace) -> bool:
    """Tell whether photographs are to be scored; raises UserError for their options without them."""
    if not options.photos and (options.model or options.json or options.out):
        raise UserError("--model, --json and --out go with --photos: the stage is about out/models")
    return bool(options.photos)


def score_photos(options: Namespace) -> None:
    """Print and write how well a saved model reads folders of photographs; stderr says which model."""
    bundle = choose_model(options.model)
    tell(bundle.title)
    rows = score_folders(
        bundle.reader,
        get_format(bundle.card.plate_format),
        options.photos,
        options.out or PHOTO_SHEETS,
        EvaluateStackParams.MAX_PICTURES,
    )
    if not rows:
        raise UserError("nothing to measure: none of the pictures has the split test")
    print_table(rows)
    if options.json:
        # Of which model they are: its card takes no other's.
        named = {name: {**row, VERSION: bundle.card.version} for name, row in rows.items()}
        write_json(options.json, named)
