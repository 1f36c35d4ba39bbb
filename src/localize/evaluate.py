"""Stage evaluate_localize: how well plates are found in the whole validation set."""

import params
from params import EvaluateLocalizeParams

from ..architectures.localizers.stored import load_localizer
from ..common.config import MODELS, OUT, PREPARED
from ..datasets.prepared import read_prepared
from ..pipeline.stage import run_stage, write_evaluation
from .review import review


def main() -> None:
    """Write out/evaluations/localize."""
    p = EvaluateLocalizeParams
    network, _ = load_localizer(MODELS / "localize")
    prepared = read_prepared(PREPARED / "localize", "val")
    result = review(network, prepared, params.BATCH_SIZE, p.MIN_SCORE)
    metrics = write_evaluation(OUT / "evaluations/localize", result, p.MAX_PICTURES)
    print(
        f"localize: AP50 {metrics['ap50']}, AP75 {metrics['ap75']} on {metrics['pictures']} validation scenes"
    )


if __name__ == "__main__":
    run_stage(main)
