"""MaskOCR in small, as far as it is known without torch."""

from dataclasses import dataclass

from ....inference.decoding.slots import SLOTS
from ....models.architecture import ReaderArchitecture
from ..masked_settings import MASKED_LR_FACTOR, MaskedSettings, build_masked


@dataclass(frozen=True)
class SmallMaskedSettings(MaskedSettings):
    """As MaskedSettings, with other defaults."""

    stem_channels: tuple[int, ...] = (32, 64, 96)
    strip_width: int = 4
    width: int = 160
    heads: int = 5
    encoder_layers: int = 3
    decoder_layers: int = 2
    encoder_forward: int = 2
    decoder_forward: int = 2
    block_dropout: float = 0.0
    strips_taught: int = 1


ARCHITECTURE = ReaderArchitecture(
    name="mask_ocr_small",
    source="Lyu et al. 2022, MaskOCR, arXiv:2206.00311, in small",
    settings=SmallMaskedSettings,
    decoding=SLOTS,
    build=build_masked,
    lr_factor=MASKED_LR_FACTOR,
)
