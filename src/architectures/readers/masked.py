"""A transformer over vertical strips of the plate, which can learn from plates without their texts first.

MaskOCR (Lyu et al. 2022, arXiv:2206.00311): an encoder over strips as high as the plate, and a decoder with a learned
query for each place of the text. The encoder learns beforehand to tell hidden strips from those that it sees.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from ...inference.settings import Size
from ...models.attention import DecoderBlock, EncoderBlock, waves
from ...models.blocks import conv_bn
from ...models.torch_runtime import Output
from .contrast import standardise
from .masked_settings import STEM_ROWS, STEM_STRIDE, MaskedSettings
from .slots import SlotNetwork

# Deviation of learned vectors at the start.
SPREAD = 0.02
# Blocks that tell hidden strips from seen ones; pre-training alone has them.
TELLING_LAYERS = 2


class MaskedReader(SlotNetwork):
    """Reader of (B, 1, height, width) plates of one size."""

    def __init__(self, settings: MaskedSettings, size: Size, alphabet: str) -> None:
        super().__init__(alphabet, settings.places)
        s = settings
        self._settings = settings
        self.encoder = StripEncoder(settings, size)
        self.queries = nn.Parameter(
            waves((torch.arange(s.places) + 0.5) * self.encoder.strips / s.places, s.width)
        )
        self.decoder = nn.ModuleList(
            DecoderBlock(s.width, s.heads, s.decoder_forward * s.width, s.block_dropout)
            for _ in range(s.decoder_layers)
        )
        self.norm = nn.LayerNorm(s.width)
        # CTC needs a strip for each character and one more between equal ones.
        early = s.strips_taught and self.encoder.strips >= 2 * s.places - 1
        self.classify_strips = nn.Linear(s.width, self.codec.classes) if early else None
        self.classify = nn.Linear(s.width, self.codec.classes)

    def forward(self, images: Tensor) -> Output:
        """Return logits (B, places, classes), and in training those of strips besides, if they are taught.

        Each plate's contrast is normalised on its own.
        """
        memory = self.encoder(standardise(images))
        x = self.queries.repeat(images.shape[0], 1, 1)
        for block in self.decoder:
            x = block(x, memory)
        out: Tensor = self.classify(self.norm(x))
        if self.training and self.classify_strips is not None:
            return out, self.classify_strips(memory)
        return out

    def pretraining(self) -> "HiddenStrips":
        """Return what teaches the encoder to tell hidden strips."""
        return HiddenStrips(self.encoder, self._settings)


class StripEncoder(nn.Module):
    """What a transformer makes of the strips of plates of one size, from left to right."""

    def __init__(self, settings: MaskedSettings, size: Size) -> None:
        super().__init__()
        s = settings
        self.strips = size[1] // s.strip_width
        self.pixels = size[0] * s.strip_width
        self.stem = _stem(s.stem_channels) if s.stem_channels else nn.Identity()
        rows, columns = -(-size[0] // STEM_ROWS), s.strip_width // STEM_STRIDE
        inputs = s.stem_channels[-1] * rows * columns if s.stem_channels else self.pixels
        self.embed = nn.Linear(inputs, s.width)
        self.positions = nn.Parameter(waves(torch.arange(self.strips) + 0.5, s.width))
        self.blocks = nn.Sequential(
            *(
                EncoderBlock(s.width, s.heads, s.encoder_forward * s.width, s.block_dropout)
                for _ in range(s.encoder_layers)
            )
        )
        self.norm = nn.LayerNorm(s.width)

    def cut(self, maps: Tensor) -> Tensor:
        """Return the strips (B, strips, numbers) of maps (B, C, H, W)."""
        columns = maps.reshape(*maps.shape[:3], self.strips, -1)
        return columns.permute(0, 3, 1, 2, 4).flatten(2)

    def forward(self, plates: Tensor, which: Tensor | None = None) -> Tensor:
        """Return (B, N, width) of standardised plates (B, 1, H, W). which: the strips (B, N) to look at; None for all.

        Through the stem a strip may show what is beside it.
        """
        x: Tensor = self.embed(self.cut(self.stem(plates)))
        where: Tensor = self.positions
        if which is not None:
            x, where = _taken(x, which), where[which]
        out: Tensor = self.norm(self.blocks(x + where))
        return out


def _stem(channels: Sequence[int]) -> nn.Sequential:
    """Return convolutions that make maps of an eighth of the height and a quarter of the width.

    With them a transformer learns sooner (Xiao et al. 2021, arXiv:2106.14881).
    """
    c1, c2, c3 = channels
    return nn.Sequential(
        nn.PixelUnshuffle(2),
        conv_bn(4, c1),
        conv_bn(c1, c2, stride=(2, 1)),
        conv_bn(c2, c3, stride=2),
    )


class HiddenStrips(nn.Module):
    """Tells the pixels of hidden strips by the others; see Reader.pretraining."""

    def __init__(self, encoder: StripEncoder, settings: MaskedSettings) -> None:
        super().__init__()
        s = settings
        self.encoder = encoder
        seen = round((1 - s.mask_share) * encoder.strips)
        self._seen = min(max(1, seen), encoder.strips - 1)
        self.hidden = nn.Parameter(torch.randn(s.width) * SPREAD)
        self.tell = nn.ModuleList(
            DecoderBlock(s.width, s.heads, s.decoder_forward * s.width, s.block_dropout)
            for _ in range(TELLING_LAYERS)
        )
        self.pixels = nn.Sequential(nn.LayerNorm(s.width), nn.Linear(s.width, encoder.pixels))

    def forward(self, images: Tensor) -> Tensor:
        """Return each plate's mean squared error (B,) over the hidden pixels, whose variance is about 1."""
        plates = standardise(images)
        order = orders(images, self.encoder.strips)
        seen, hidden = order[:, : self._seen], order[:, self._seen :]
        # Grey as the mean: beside a hidden strip the stem sees no more of it than anywhere.
        shown = torch.zeros_like(order, dtype=plates.dtype).scatter(1, seen, 1.0)
        columns = shown.repeat_interleave(plates.shape[3] // self.encoder.strips, 1)
        memory = self.encoder(plates * columns[:, None, None], seen)
        x = self.hidden + self.encoder.positions[hidden]
        for block in self.tell:
            x = block(x, memory)
        error: Tensor = self.pixels(x).float() - _taken(self.encoder.cut(plates), hidden)
        return error.square().mean((1, 2))


def orders(images: Tensor, count: int) -> Tensor:
    """Return the numbers 0 to count - 1 (B, count) in a random order for each picture, which depends on it alone.

    So it is the same whenever and wherever a picture is seen, in any thread and in any process.
    """
    seeds = images.flatten(1).long().sum(1).tolist()
    rows = np.stack([np.random.default_rng(seed).permutation(count) for seed in seeds])
    return torch.from_numpy(rows).to(images.device)


def _taken(strips: Tensor, which: Tensor) -> Tensor:
    """Return the strips (B, N, pixels) of these places (B, N)."""
    return strips.gather(1, which[:, :, None].expand(-1, -1, strips.shape[2]))
