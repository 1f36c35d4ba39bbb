"""MaskOCR at the size of its source, as far as it is known without torch."""

from ....inference.decoding.slots import SLOTS
from ....models.architecture import ReaderArchitecture
from ..masked_settings import MASKED_LR_FACTOR, MaskedSettings, build_masked

ARCHITECTURE = ReaderArchitecture(
    name="mask_ocr",
    source="Lyu et al. 2022, MaskOCR, arXiv:2206.00311, in the sizes of Fickel 2024, for a canvas of 192x48",
    settings=MaskedSettings,
    decoding=SLOTS,
    build=build_masked,
    lr_factor=MASKED_LR_FACTOR,
)
