"""The localizer's scene parameters as the argument of the functions that need them."""

from params import LocalizeParams, PrepareLocalizeParams

from ..common.errors import UserError
from ..generators.scene import SceneOptions


def scene_options() -> SceneOptions:
    """Return how the localizer's scenes look; raises UserError for values that cannot be."""
    p = PrepareLocalizeParams
    height, width = LocalizeParams.IMG_HEIGHT, LocalizeParams.IMG_WIDTH
    if height < 32 or width < 32 or height % 32 or width % 32:
        raise UserError(
            f"LocalizeParams.IMG_HEIGHT {height} and IMG_WIDTH {width} must be multiples of 32: the localizer's "
            "coarsest cells are of that size"
        )
    return SceneOptions(
        height=height,
        width=width,
        max_plates=p.MAX_PLATES,
        empty_share=p.EMPTY_SHARE,
        min_plate=p.MIN_PLATE,
        max_plate=p.MAX_PLATE,
        occluded_share=p.OCCLUDED_SHARE,
    )
