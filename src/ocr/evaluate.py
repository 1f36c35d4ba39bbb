"""Stage evaluate_ocr: how well rectified plates of the whole validation set are read."""

import params
from params import EvaluateOCRParams

from ..architectures.readers.stored import load_reader
from ..common.config import MODELS, OUT, PREPARED
from ..common.files import write_json
from ..datasets.prepared import read_prepared
from ..generators.formats import get_format
from ..pipeline.stage import run_stage
from .review import review


def main() -> None:
    """Write out/evaluations/ocr."""
    network, card = load_reader(MODELS / "ocr")
    prepared = read_prepared(PREPARED / "ocr", "val")
    plate_format = get_format(card.plate_format)
    result = review(network, plate_format, prepared, params.BATCH_SIZE)
    metrics = result.metrics()
    folder = OUT / "evaluations/ocr"
    write_json(folder / "metrics.json", metrics)
    result.save_pictures(folder / "plots/images", EvaluateOCRParams.MAX_PICTURES)
    print(
        f"ocr: exact {metrics['exact']}, CER {metrics['cer']} on {metrics['plates']} validation plates"
    )


if __name__ == "__main__":
    run_stage(main)
