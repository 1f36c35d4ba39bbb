"""Stage evaluate_stack: both models together, on the test scenes and on photographs.

python3 -m src.stack.evaluate                                the stage: test scenes, and data/datasets/photos/*
python3 -m src.stack.evaluate --photos DIR [DIR …] [--json FILE]    only these folders of photographs
"""

import argparse
from pathlib import Path

from params import EvaluateStackParams
from src.common.config import MODELS, OUT, PREPARED, load_config
from src.common.files import write_json
from src.datasets.prepared import read_prepared
from src.pipeline.stage import run_stage
from src.stack.hard import HardScore
from src.stack.mistakes import write_mistakes
from src.stack.networks import load_plate_reader
from src.stack.photos import photo_folders, print_table, score_folders
from src.stack.review import Review, true_corners
from src.stack.score import score_prepared


def main() -> None:
    """Write out/evaluations/stack, or score folders of photographs."""
    parser = argparse.ArgumentParser(description="Score both models together.")
    parser.add_argument(
        "--photos", nargs="+", type=Path, metavar="DIR", help="folders with annotations.csv"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows as JSON")
    parser.add_argument(
        "--out",
        type=Path,
        default=OUT / "photos",
        metavar="DIR",
        help="where the annotated sheets go",
    )
    arguments = parser.parse_args()
    p = EvaluateStackParams
    reader, _ = load_plate_reader(
        MODELS, p.MIN_SCORE, p.MIN_CONFIDENCE, p.LONG_SIDES, load_config().runtime
    )
    if arguments.photos:
        rows = score_folders(reader, arguments.photos, arguments.out, p.MAX_PICTURES)
        print_table(rows)
        if arguments.json:
            write_json(arguments.json, rows)
        return

    prepared, hard = (read_prepared(PREPARED / "stack", name) for name in ("test", "hard"))
    folder = OUT / "evaluations/stack"
    score = score_prepared(reader, prepared, "evaluate stack")
    hard_score = HardScore(score_prepared(reader, hard, "evaluate hard scenes").answers)
    review = Review(prepared, score, true_corners(reader, prepared), hard, hard_score)
    metrics = review.metrics()
    found = photo_folders(load_config().photos)
    metrics["photos"] = score_folders(reader, found, folder / "plots/images", p.MAX_PICTURES)
    write_json(folder / "metrics.json", metrics)
    write_mistakes(folder / "mistakes.csv", score.answers)
    review.save_pictures(folder / "plots/images", p.MAX_PICTURES)
    print(
        f"stack: exact {metrics['val_acc']} on {metrics['plates']} plates of {len(prepared)} test scenes"
    )


if __name__ == "__main__":
    run_stage(main)
