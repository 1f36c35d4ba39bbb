"""The localizer's scene parameters as the argument of the functions that need them."""

from params import LocalizeParams, PrepareLocalizeParams
from src.common.errors import UserError
from src.generators.scene import SceneOptions


def scene_options() -> SceneOptions:
    """Return how the localizer's scenes look; raises UserError for values that cannot be."""
    p = PrepareLocalizeParams
    if not 0 < p.MIN_PLATE <= p.MAX_PLATE:
        raise UserError(
            f"MIN_PLATE {p.MIN_PLATE} must be above 0 and at most MAX_PLATE {p.MAX_PLATE}"
        )
    return SceneOptions(
        LocalizeParams.IMG_HEIGHT,
        LocalizeParams.IMG_WIDTH,
        p.MAX_PLATES,
        p.EMPTY_SHARE,
        p.MIN_PLATE,
        p.MAX_PLATE,
    )
