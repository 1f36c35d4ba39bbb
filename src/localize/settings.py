"""The localizer's network and training parameters as the arguments of the functions that need them."""

from typing import Any

from params import LocalizeModelParams, LocalizeParams, TrainLocalizeParams

from ..training.fit import FitSettings


def network_settings() -> dict[str, Any]:
    """Return what the builders of the registry may use."""
    return {
        "height": LocalizeParams.IMG_HEIGHT,
        "width": LocalizeParams.IMG_WIDTH,
        "channels": LocalizeModelParams.CHANNELS,
        "blocks": LocalizeModelParams.BLOCKS,
        "refiner_channels": LocalizeModelParams.REFINER_CHANNELS,
        "refiner_hidden": LocalizeModelParams.REFINER_HIDDEN,
    }


def fit_settings() -> FitSettings:
    """Return how the localizer is trained."""
    p = TrainLocalizeParams
    return FitSettings(p.SEED, p.EPOCHS, p.LR, p.WEIGHT_DECAY, p.WARMUP, p.GRAD_CLIP, p.PATIENCE)
