"""The reader's parameters as the arguments of the functions that need them."""

from typing import Any

from params import OCRModelParams, OCRParams, PrepareOCRParams, TrainOCRParams
from src.common.errors import UserError
from src.ocr.recipe import PlateOptions
from src.training.fit import FitSettings


def plate_options() -> PlateOptions:
    """Return how the reader's plates look; raises UserError for values that cannot be."""
    p = PrepareOCRParams
    if not 8 <= p.MIN_PLATE_WIDTH <= p.MAX_PLATE_WIDTH:
        raise UserError(
            f"MIN_PLATE_WIDTH {p.MIN_PLATE_WIDTH} must be at least 8 and at most MAX_PLATE_WIDTH {p.MAX_PLATE_WIDTH}"
        )
    return PlateOptions(
        OCRParams.IMG_HEIGHT,
        OCRParams.IMG_WIDTH,
        p.CORNER_JITTER,
        p.EMPTY_SHARE,
        p.MIN_PLATE_WIDTH,
        p.MAX_PLATE_WIDTH,
    )


def network_settings(classes: int) -> dict[str, Any]:
    """Return what the builders of the registry may use. classes: characters and the blank."""
    return {
        "height": OCRParams.IMG_HEIGHT,
        "width": OCRParams.IMG_WIDTH,
        "channels": OCRModelParams.CHANNELS,
        "hidden": OCRModelParams.HIDDEN,
        "dropout": OCRModelParams.DROPOUT,
        "classes": classes,
    }


def fit_settings() -> FitSettings:
    """Return how the reader is trained."""
    p = TrainOCRParams
    return FitSettings(p.SEED, p.EPOCHS, p.LR, p.WEIGHT_DECAY, p.WARMUP, p.GRAD_CLIP, p.PATIENCE)
