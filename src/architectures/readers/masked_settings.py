"""Settings of transformers over strips of the plate, as far as they are known without torch."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...common.errors import UserError
from ...inference.settings import Size
from ...models.settings import check_count, check_share
from .slot_settings import SlotSettings

if TYPE_CHECKING:
    from ...models.base import Reader


@dataclass(frozen=True)
class MaskedSettings(SlotSettings):
    """Sizes of the reader.

    strip_width: pixels of each strip, as high as the plate. width: numbers that a strip is described by, a multiple of
    twice the heads. heads: of each attention. encoder_layers, decoder_layers: blocks over strips, and over places of
    the text. encoder_forward, decoder_forward: units between the two layers of each block, in widths. block_dropout:
    in all of them. mask_share: of the strips, those that are hidden in pre-training.
    """

    strip_width: int = 8
    width: int = 624
    heads: int = 12
    encoder_layers: int = 8
    decoder_layers: int = 6
    encoder_forward: int = 1
    decoder_forward: int = 4
    block_dropout: float = 0.25
    mask_share: float = 0.7

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("strip_width", "width", "heads", "encoder_layers", "decoder_layers"):
            check_count(name, getattr(self, name))
        check_count("encoder_forward", self.encoder_forward)
        check_count("decoder_forward", self.decoder_forward)
        check_share("block_dropout", self.block_dropout)
        check_share("mask_share", self.mask_share)
        if self.width % (2 * self.heads):
            raise ValueError(
                f"width is {self.width}: it must be a multiple of twice the heads, of which there are {self.heads}"
            )


def build_masked(settings: MaskedSettings, size: Size, alphabet: str) -> "Reader":
    """Return a new reader; raises UserError for a canvas that cannot be cut into strips."""
    from .masked import MaskedReader

    strips, rest = divmod(size[1], settings.strip_width)
    if rest or strips < 2:
        raise UserError(
            f"the reader cuts the canvas into at least two strips of {settings.strip_width} pixels, but it is "
            f"{size[1]} pixels wide: set OCRParams.IMG_WIDTH in params.py to a multiple"
        )
    return MaskedReader(settings, size, alphabet)
