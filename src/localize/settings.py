"""The localizer's parameters as the arguments of the functions that need them."""

from typing import Any

from params import LocalizeModelParams, LocalizeParams, PrepareLocalizeParams, TrainLocalizeParams
from src.common.errors import UserError
from src.generators.scene import SceneOptions
from src.training.fit import FitSettings


def scene_options() -> SceneOptions:
    """Return how the localizer's scenes look; raises UserError for values that cannot be."""
    p = PrepareLocalizeParams
    if not 0 < p.MIN_PLATE <= p.MAX_PLATE:
        raise UserError(f"MIN_PLATE {p.MIN_PLATE} must be above 0 and at most MAX_PLATE {p.MAX_PLATE}")
    return SceneOptions(
        LocalizeParams.IMG_HEIGHT,
        LocalizeParams.IMG_WIDTH,
        p.MAX_PLATES,
        p.EMPTY_SHARE,
        p.MIN_PLATE,
        p.MAX_PLATE,
    )


def network_settings() -> dict[str, Any]:
    """Return what the builders of the registry may use."""
    return {
        "height": LocalizeParams.IMG_HEIGHT,
        "width": LocalizeParams.IMG_WIDTH,
        "channels": LocalizeModelParams.CHANNELS,
        "blocks": LocalizeModelParams.BLOCKS,
    }


def fit_settings() -> FitSettings:
    """Return how the localizer is trained."""
    p = TrainLocalizeParams
    return FitSettings(p.SEED, p.EPOCHS, p.LR, p.WEIGHT_DECAY, p.WARMUP, p.GRAD_CLIP, p.PATIENCE)
