"""Building blocks of transformers (Vaswani et al. 2017, arXiv:1706.03762), normalised before each part.

Products of matrices and a softmax, written out: that is what ONNX exports, and so both engines compute the same.
"""

import torch
from torch import Tensor, nn


class Attention(nn.Module):
    """Attention of queries (B, Q, width) to a memory (B, M, width), in so many heads."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self._heads = heads
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)
        self.out = nn.Linear(width, width)

    def forward(self, queries: Tensor, memory: Tensor) -> Tensor:
        """Return (B, Q, width)."""
        query = self._split(self.query(queries))
        key, value = (self._split(part) for part in self.key_value(memory).chunk(2, 2))
        weights = (query @ key.transpose(2, 3) * query.shape[3] ** -0.5).softmax(3)
        out: Tensor = self.out((weights @ value).transpose(1, 2).flatten(2))
        return out

    def _split(self, x: Tensor) -> Tensor:
        """Return (B, heads, N, width of a head) of (B, N, width)."""
        return x.reshape(x.shape[0], x.shape[1], self._heads, -1).transpose(1, 2)


class EncoderBlock(nn.Module):
    """Attention of tokens (B, N, width) to each other, and two layers for each of them.

    forward_width: units between the two layers. dropout: behind the attention and behind the layers.
    """

    def __init__(self, width: int, heads: int, forward_width: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.each = _two_layers(width, forward_width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """Return a tensor of the input's shape."""
        normed = self.norm(x)
        x = x + self.dropout(self.attention(normed, normed))
        out: Tensor = x + self.dropout(self.each(x))
        return out


class DecoderBlock(nn.Module):
    """As `EncoderBlock` for queries (B, Q, width), which between the two look at a memory (B, M, width)."""

    def __init__(self, width: int, heads: int, forward_width: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.norm_memory = nn.LayerNorm(width)
        self.look = Attention(width, heads)
        self.each = _two_layers(width, forward_width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, memory: Tensor) -> Tensor:
        """Return a tensor of the queries' shape; the memory is normalised already."""
        normed = self.norm(x)
        x = x + self.dropout(self.attention(normed, normed))
        x = x + self.dropout(self.look(self.norm_memory(x), memory))
        out: Tensor = x + self.dropout(self.each(x))
        return out


def waves(positions: Tensor, width: int, longest: float = 1000.0) -> Tensor:
    """Return what positions (N,) start as: sines and cosines (N, width) of wavelengths from 2π to 2π · ``longest``.

    Near positions are alike, so that attention finds its way about from the beginning. width: even.
    """
    rates = longest ** -(torch.arange(0, width, 2) / width)
    angles = positions[:, None] * rates
    return torch.cat([angles.sin(), angles.cos()], 1)


def _two_layers(width: int, forward_width: int) -> nn.Sequential:
    return nn.Sequential(
        nn.LayerNorm(width),
        nn.Linear(width, forward_width),
        nn.GELU(),
        nn.Linear(forward_width, width),
    )
