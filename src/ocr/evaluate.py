"""Stage evaluate_ocr: how well rectified plates of the whole validation set are read."""

import params
from params import EvaluateOCRParams

from ..architectures.readers.stored import load_reader
from ..common.config import MODELS, OUT, PREPARED
from ..datasets.prepared import read_prepared
from ..generators.formats import get_format
from ..pipeline.stage import run_stage, write_evaluation
from .review import review


def main() -> None:
    """Write out/evaluations/ocr."""
    network, card = load_reader(MODELS / "ocr")
    prepared = read_prepared(PREPARED / "ocr", "val")
    plate_format = get_format(card.plate_format)
    result = review(network, plate_format, prepared, params.BATCH_SIZE, card.countries)
    metrics = write_evaluation(OUT / "evaluations/ocr", result, EvaluateOCRParams.MAX_PICTURES)
    print(
        f"ocr: exact {metrics['exact']}, CER {metrics['cer']} on {metrics['plates']} validation plates"
    )


if __name__ == "__main__":
    run_stage(main)
