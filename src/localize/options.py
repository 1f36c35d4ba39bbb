"""The localizer's scene parameters as the argument of the functions that need them."""

from params import LocalizeParams, PrepareLocalizeParams

from ..common.errors import UserError
from ..generators.scene import SceneOptions


def scene_options() -> SceneOptions:
    """Return how the localizer's scenes look; raises UserError for values that cannot be."""
    p = PrepareLocalizeParams
    if not 0 < p.MIN_PLATE <= p.MAX_PLATE:
        raise UserError(
            f"MIN_PLATE {p.MIN_PLATE} must be above 0 and at most MAX_PLATE {p.MAX_PLATE}"
        )
    height, width = LocalizeParams.IMG_HEIGHT, LocalizeParams.IMG_WIDTH
    if height < 32 or width < 32 or height % 32 or width % 32:
        raise UserError(
            f"LocalizeParams.IMG_HEIGHT {height} and IMG_WIDTH {width} must be multiples of 32: the localizer's "
            "coarsest cells are of that size"
        )
    return SceneOptions(
        height,
        width,
        p.MAX_PLATES,
        p.EMPTY_SHARE,
        p.MIN_PLATE,
        p.MAX_PLATE,
        p.OCCLUDED_SHARE,
    )
