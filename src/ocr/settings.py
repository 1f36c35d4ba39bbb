"""The reader's network and training parameters as the arguments of the functions that need them."""

from dataclasses import replace

from params import OCRModelParams, OCRParams, TrainOCRParams

from ..common.config import Config
from ..inference.settings import Size
from ..models.architecture import Architecture, S
from ..training.settings import FitSettings


def picture_size() -> Size:
    """Return height and width in pixels of the rectified plates that the reader sees."""
    return OCRParams.IMG_HEIGHT, OCRParams.IMG_WIDTH


def network_settings(architecture: Architecture[S]) -> S:
    """Return the settings of the reader that was chosen; raises UserError for values that cannot be."""
    return architecture.chosen(vars(OCRModelParams), OCRModelParams.__name__)


def fit_settings(config: Config, architecture: Architecture[S]) -> FitSettings:
    """Return how the reader that was chosen is trained; raises UserError for values that cannot be."""
    chosen = FitSettings.chosen(vars(TrainOCRParams), config.schedule, config.optimizer)
    return replace(chosen, lr=chosen.lr * architecture.lr_factor)
