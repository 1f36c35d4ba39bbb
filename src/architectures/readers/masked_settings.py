"""Settings of transformers over strips of the plate, as far as they are known without torch."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...common.errors import UserError
from ...inference.settings import Size
from ...models.settings import check_count, check_counts, check_share
from .slot_settings import SlotSettings

if TYPE_CHECKING:
    from ...models.base import Reader

# Pixels of the plate that are one column, and one row, behind the stem.
STEM_STRIDE, STEM_ROWS = 4, 8
# Of the default reader's learning rate. At all of it a small one reads 2% after two epochs, at this 70%.
MASKED_LR_FACTOR = 0.25


@dataclass(frozen=True)
class MaskedSettings(SlotSettings):
    """Sizes of the reader.

    stem_channels: of three convolutions before the plate is cut into strips; none, as in the paper, for strips of
    pixels. strip_width: pixels of each strip, as high as the plate. width: numbers that a strip is described by, a
    multiple of twice the heads. heads: of each attention. encoder_layers, decoder_layers: blocks over strips, and over
    places of the text. encoder_forward, decoder_forward: units between the two layers of each block, in widths.
    block_dropout: in all of them. mask_share: of the strips, those that are hidden in pre-training. strips_taught: 1
    where strips learn their characters too, if there are enough of them for the longest text, 0 where they do not.
    """

    stem_channels: tuple[int, ...] = ()
    strip_width: int = 8
    width: int = 624
    heads: int = 12
    encoder_layers: int = 8
    decoder_layers: int = 6
    encoder_forward: int = 1
    decoder_forward: int = 4
    block_dropout: float = 0.25
    mask_share: float = 0.7
    strips_taught: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("strip_width", "width", "heads", "encoder_layers", "decoder_layers"):
            check_count(name, getattr(self, name))
        if self.stem_channels:
            check_counts("stem_channels", self.stem_channels, 3)
            if self.strip_width % STEM_STRIDE:
                raise ValueError(
                    f"strip_width is {self.strip_width}: behind a stem it must be a multiple of {STEM_STRIDE}"
                )
        check_count("encoder_forward", self.encoder_forward)
        check_count("decoder_forward", self.decoder_forward)
        check_share("block_dropout", self.block_dropout)
        check_share("mask_share", self.mask_share)
        if self.strips_taught not in (0, 1):
            raise ValueError(f"strips_taught is {self.strips_taught!r:.60}: it must be 0 or 1")
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
