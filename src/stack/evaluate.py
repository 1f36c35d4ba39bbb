"""Stage evaluate_stack: both models together, on the test scenes and on photographs.

python3 -m src.stack.evaluate                                the stage: test scenes, and data/datasets/photos/*
python3 -m src.stack.evaluate --photos DIR [DIR …] [--json FILE] [--out DIR] [--model PATH|release|own]
                                                             only these folders of photographs, by a saved model
"""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from params import EvaluateStackParams

from ..common.config import MODELS, OUT, PREPARED, ROOT, load_config
from ..common.errors import UserError
from ..common.files import write_json
from ..common.progress import tell
from ..datasets.prepared import read_prepared
from ..generators.formats import get_format
from ..models.smoke import smoke_warning
from ..pipeline.stage import run_stage
from .choose import add_model_option, choose_model
from .hard import HardScore
from .mistakes import write_mistakes
from .networks import load_plate_reader
from .photos import photo_folders, print_table, score_folders
from .review import Review, true_corners
from .score import score_prepared

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


def main(options: Namespace) -> None:
    """Write out/evaluations/stack, or score folders of photographs."""
    if options.photos:
        score_photos(options)
    elif options.model or options.json or options.out:
        raise UserError("--model, --json and --out go with --photos: the stage is about out/models")
    else:
        evaluate()


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
    print_table(rows)
    if options.json:
        write_json(options.json, rows)


def evaluate() -> None:
    """Write out/evaluations/stack: the networks of out/models on the test scenes and on data/datasets/photos."""
    p = EvaluateStackParams
    reader, card = load_plate_reader(
        MODELS, p.MIN_SCORE, p.MIN_CONFIDENCE, p.LONG_SIDES, load_config().runtime
    )
    prepared, hard = (read_prepared(PREPARED / "stack", name) for name in ("test", "hard"))
    folder = OUT / "evaluations/stack"
    score = score_prepared(reader, prepared, "evaluate stack")
    hard_score = HardScore(score_prepared(reader, hard, "evaluate hard scenes").answers)
    review = Review(prepared, score, true_corners(reader, prepared), hard, hard_score)
    metrics = review.metrics()
    found = photo_folders(load_config().photos)
    metrics["photos"] = score_folders(
        reader, get_format(card.plate_format), found, folder / "plots/images", p.MAX_PICTURES
    )
    write_json(folder / "metrics.json", metrics)
    write_mistakes(folder / "mistakes.csv", score.answers)
    review.save_pictures(folder / "plots/images", p.MAX_PICTURES)
    print(
        f"stack: exact {metrics['val_acc']} on {metrics['plates']} plates of {len(prepared)} test scenes"
    )
    if warning := smoke_warning(metrics["val_acc"]):
        tell(warning)


if __name__ == "__main__":
    run_stage(main, add_options)
