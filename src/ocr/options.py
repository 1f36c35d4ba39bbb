"""The reader's plate parameters as the argument of the functions that need them."""

from params import OCRParams, PrepareOCRParams

from ..common.errors import UserError
from .recipe import PlateOptions


def plate_options() -> PlateOptions:
    """Return how the reader's plates look; raises UserError for values that cannot be."""
    p = PrepareOCRParams
    if not 8 <= p.MIN_PLATE_WIDTH <= p.MAX_PLATE_WIDTH:
        raise UserError(
            f"MIN_PLATE_WIDTH {p.MIN_PLATE_WIDTH} must be at least 8 and at most MAX_PLATE_WIDTH {p.MAX_PLATE_WIDTH}"
        )
    height, width = OCRParams.IMG_HEIGHT, OCRParams.IMG_WIDTH
    if height < 2 or width < 2 or height % 2 or width % 2:
        raise UserError(
            f"OCRParams.IMG_HEIGHT {height} and IMG_WIDTH {width} must be even: readers see blocks of 2×2 pixels"
        )
    return PlateOptions(
        height,
        width,
        p.CORNER_ERROR,
        p.EMPTY_SHARE,
        p.FOREIGN_SHARE,
        p.OCCLUDED_SHARE,
        p.MIN_PLATE_WIDTH,
        p.MAX_PLATE_WIDTH,
    )
