"""A transformer over vertical strips of the plate, which can learn from plates without their texts first.

MaskOCR (Lyu et al. 2022, arXiv:2206.00311): an encoder over strips as high as the plate, and a decoder with a learned
query for each place of the text. The encoder learns beforehand to tell hidden strips from those that it sees.
"""

import numpy as np
import torch
from torch import Tensor, nn

from ...inference.settings import Size
from ...models.attention import DecoderBlock, EncoderBlock, waves
from .contrast import standardise
from .masked_settings import MaskedSettings
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
        self.classify = nn.Linear(s.width, self.codec.classes)

    def forward(self, images: Tensor) -> Tensor:
        """Return logits (B, places, classes). Each plate's contrast is normalised on its own."""
        memory = self.encoder(self.encoder.cut(images))
        x = self.queries.repeat(images.shape[0], 1, 1)
        for block in self.decoder:
            x = block(x, memory)
        out: Tensor = self.classify(self.norm(x))
        return out

    def pretraining(self) -> "HiddenStrips":
        """Return what teaches the encoder to tell hidden strips."""
        return HiddenStrips(self.encoder, self._settings)


class StripEncoder(nn.Module):
    """What a transformer makes of the strips of plates of one size, from left to right."""

    def __init__(self, settings: MaskedSettings, size: Size) -> None:
        super().__init__()
        s = settings
        self._strip_width, self.strips = s.strip_width, size[1] // s.strip_width
        self.pixels = size[0] * s.strip_width
        self.embed = nn.Linear(self.pixels, s.width)
        self.positions = nn.Parameter(waves(torch.arange(self.strips) + 0.5, s.width))
        self.blocks = nn.Sequential(
            *(
                EncoderBlock(s.width, s.heads, s.encoder_forward * s.width, s.block_dropout)
                for _ in range(s.encoder_layers)
            )
        )
        self.norm = nn.LayerNorm(s.width)

    def cut(self, images: Tensor) -> Tensor:
        """Return the strips (B, strips, pixels) of plates (B, 1, height, width)."""
        columns = standardise(images)[:, 0].unflatten(2, (self.strips, self._strip_width))
        return columns.transpose(1, 2).flatten(2)

    def forward(self, strips: Tensor, which: Tensor | None = None) -> Tensor:
        """Return (B, N, width) of strips (B, N, pixels). which: the places (B, N) of those; None for all."""
        where = self.positions if which is None else self.positions[which]
        out: Tensor = self.norm(self.blocks(self.embed(strips) + where))
        return out


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
        strips = self.encoder.cut(images)
        order = orders(images, self.encoder.strips)
        seen, hidden = order[:, : self._seen], order[:, self._seen :]
        memory = self.encoder(_taken(strips, seen), seen)
        x = self.hidden + self.encoder.positions[hidden]
        for block in self.tell:
            x = block(x, memory)
        error: Tensor = self.pixels(x).float() - _taken(strips, hidden)
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
