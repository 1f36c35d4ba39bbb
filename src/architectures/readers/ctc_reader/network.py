"""The default reader: convolutions, a recurrent layer across the whole plate, CTC.

CRNN (Shi et al. 2015, arXiv:1507.05717) in small, with a second CTC loss on what the convolutions see (Lee & Watanabe
2021, arXiv:2102.03216). Without context over the full width, CTC learns to emit the
first letters too early and short plates come out wrong while long ones are perfect.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ....models.blocks import BlocksToChannels, Residual, conv_bn
from ....models.torch_runtime import Output
from ..contrast import standardise
from ..ctc import CTCNetwork


class CTCReader(CTCNetwork):
    """Reader of (B, 1, height, width) plates; one column per four pixels.

    channels: of the four stages. hidden: recurrent units per direction. countries: how many it tells apart: each column
    votes for those that it looks like, as band, arms and lettering stand anywhere.
    """

    def __init__(
        self,
        channels: Sequence[int],
        hidden: int,
        dropout: float,
        alphabet: str,
        height: int,
        countries: int = 0,
    ) -> None:
        super().__init__(alphabet, countries)
        c1, c2, c3, c4 = channels
        self.features = nn.Sequential(
            # Blocks of 2×2 pixels become channels at once: a map at nearly full size would cost most of the time.
            BlocksToChannels(2),
            conv_bn(4, c1),
            conv_bn(c1, c2, stride=(2, 1)),
            Residual(c2),
            conv_bn(c2, c3, stride=2),
            Residual(c3),
            conv_bn(c3, c4, stride=(2, 1)),
            Residual(c4),
        )
        self.flatten = nn.Sequential(nn.Linear(c4 * -(-height // 16), c4), nn.ReLU(inplace=True))
        # An LSTM learns as well as a GRU here, and oneDNN has it in one piece: a third of the time on a processor.
        self.context = nn.LSTM(c4, hidden, batch_first=True, bidirectional=True)
        self.classify_early = nn.Linear(c4, self.codec.classes)
        self.classify = nn.Sequential(
            nn.Dropout(dropout), nn.Linear(2 * hidden + c4, self.codec.classes)
        )
        self.vote = nn.Linear(2 * hidden + c4, countries) if countries else None

    def columns(self, width: int) -> int:
        """Return how many columns a plate of this width gives."""
        return -(-width // 4)

    def forward(self, images: Tensor) -> Output:
        """Return logits (B, width/4, classes + countries), and in training those of the convolutions alone besides.

        Those are of the classes alone. Each plate's contrast is normalised on its own.
        """
        x = self.features(standardise(images)).permute(0, 3, 1, 2).flatten(2)
        x = self.flatten(x)  # (B, columns, channels)
        # The recurrence is the smallest part of the work and the most sensitive to rounding.
        with torch.autocast(x.device.type, enabled=False):
            x = x.float()
            early: Tensor | None = self.classify_early(x) if self.training else None
            context, _ = self.context(x)
            # What is seen in a column goes past the recurrence too: CTC leaves its first plateau in half the time.
            seen = torch.cat([context, x], 2)
            out: Tensor = self.classify(seen)
            if self.vote is not None:
                out = torch.cat([out, self.vote(seen)], 2)
        return out if early is None else (out, early)
