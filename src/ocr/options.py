"""The reader's plate parameters as the argument of the functions that need them."""

from params import OCRParams, PrepareOCRParams

from .recipe import PlateOptions


def plate_options() -> PlateOptions:
    """Return how the reader's plates look; raises UserError for values that cannot be."""
    p = PrepareOCRParams
    return PlateOptions(
        height=OCRParams.IMG_HEIGHT,
        width=OCRParams.IMG_WIDTH,
        corner_error=p.CORNER_ERROR,
        empty_share=p.EMPTY_SHARE,
        foreign_share=p.FOREIGN_SHARE,
        occluded_share=p.OCCLUDED_SHARE,
        min_plate_width=p.MIN_PLATE_WIDTH,
        max_plate_width=p.MAX_PLATE_WIDTH,
    )
