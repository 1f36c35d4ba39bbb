"""The reader's network and training parameters as the arguments of the functions that need them."""

from typing import Any

from params import OCRModelParams, OCRParams, TrainOCRParams
from src.training.fit import FitSettings


def network_settings() -> dict[str, Any]:
    """Return what the builders of the registry may use."""
    return {
        "height": OCRParams.IMG_HEIGHT,
        "width": OCRParams.IMG_WIDTH,
        "channels": OCRModelParams.CHANNELS,
        "hidden": OCRModelParams.HIDDEN,
        "dropout": OCRModelParams.DROPOUT,
    }


def fit_settings() -> FitSettings:
    """Return how the reader is trained."""
    p = TrainOCRParams
    return FitSettings(p.SEED, p.EPOCHS, p.LR, p.WEIGHT_DECAY, p.WARMUP, p.GRAD_CLIP, p.PATIENCE)
