"""Stage evaluate_stack: both models together, on the test scenes and on photographs.

python3 -m src.stack.evaluate                                the stage: test scenes, and data/datasets/photos/*
python3 -m src.stack.evaluate --photos DIR [DIR …] [--json FILE] [--out DIR] [--model PATH|release|own]
                                                             only these folders of photographs, by a saved model
"""

from argparse import Namespace

from params import EvaluateStackParams

from ..bundle.smoke import smoke_warning
from ..common.config import MODELS, OUT, PREPARED, load_config
from ..common.files import write_json
from ..common.progress import tell
from ..datasets.photos import photo_folders
from ..datasets.prepared import read_prepared
from ..generators.formats import get_format
from ..monitoring.observation import observe
from ..monitoring.summary import summarise
from ..pipeline.stage import run_stage
from .hard import HardScore
from .mistakes import write_mistakes
from .networks import load_plate_reader
from .photo_command import add_options, score_photos, wanted
from .photos import score_folders
from .review import Review, true_corners
from .score import score_prepared


def main(options: Namespace) -> None:
    """Write out/evaluations/stack, or score folders of photographs."""
    if wanted(options):
        score_photos(options)
    else:
        evaluate()


def evaluate() -> None:
    """Write out/evaluations/stack: the networks of out/models on the test scenes and on data/datasets/photos."""
    p = EvaluateStackParams
    reader, card = load_plate_reader(
        MODELS, p.MIN_SCORE, p.MIN_CONFIDENCE, p.LONG_SIDES, load_config().runtime
    )
    prepared, hard = (read_prepared(PREPARED / "stack", name) for name in ("test", "hard"))
    folder = OUT / "evaluations/stack"
    score = score_prepared(reader, prepared, "evaluate stack")
    hard_score = HardScore(score_prepared(reader, hard, "evaluate hard scenes").matches)
    review = Review(prepared, score, true_corners(reader, prepared), hard, hard_score)
    metrics = review.metrics()
    found = photo_folders(load_config().photos)
    plate_format = get_format(card.plate_format)
    metrics["photos"] = score_folders(
        reader, plate_format, found, folder / "plots/images", p.MAX_PICTURES
    )
    write_json(folder / "metrics.json", metrics)
    # What a server's pictures are compared with: src.drift.
    pairs = zip(prepared.images, score.matches, strict=True)
    watched = (observe(image, match.readings, plate_format) for image, match in pairs)
    write_json(folder / "reference.json", summarise(watched, card.plate_format).content())
    write_mistakes(folder / "mistakes.csv", score.matches)
    review.save_pictures(folder / "plots/images", p.MAX_PICTURES)
    print(
        f"stack: exact {metrics['val_acc']} on {metrics['plates']} plates of {len(prepared)} test scenes"
    )
    if warning := smoke_warning(metrics["val_acc"]):
        tell(warning)


if __name__ == "__main__":
    run_stage(main, add_options)
