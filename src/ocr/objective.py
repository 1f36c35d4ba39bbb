"""How the reader is trained and judged."""

from collections.abc import Sequence
from typing import Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from src.common.errors import UserError
from src.metrics.reading import character_error_rate, exact_match
from src.models.base import Reader
from src.models.decoding.ctc import BLANK, Codec
from src.models.ranks import denominator, whole_mean
from src.ocr.guide import UNKNOWN, guidance, rough_classes
from src.training.ranks import in_order

# Weight of the loss of the earlier layer, in training.
EARLY_WEIGHT = 0.3


class ReadingObjective:
    """CTC loss with the texts' true lengths; exact match over the whole validation set."""

    monitor = "val_exact"

    def __init__(self, codec: Codec) -> None:
        self.step = 0
        self._codec = codec
        # For each batch, the true text and the reading of each picture.
        self._kept: list[list[tuple[str, str]]] = []

    def loss(self, network: nn.Module, raw: Tensor, batch: Any) -> dict[str, Tensor]:
        """Return the CTC loss (Graves et al. 2006) per character, mean over the batch; never negative.

        "ctc_loss" is that of the answer; in training "loss" adds that of an earlier layer, if the network has one.
        """
        last = self._ctc(raw, batch["texts"])
        reader = cast(Reader, network)
        # Taken and not read: it would keep the whole batch's graph.
        early, reader.early = reader.early, None
        if early is None:
            return {"loss": last, "ctc_loss": last}
        loss = last + EARLY_WEIGHT * self._ctc(early, batch["texts"])
        if (weight := guidance(self.step)) > 0:
            loss = loss + weight * self._rough(early, batch["rows"])
        return {"loss": loss, "ctc_loss": last}

    def collect(self, raw: Tensor, batch: Any) -> None:
        """Keep a batch's readings and true texts."""
        probabilities = raw.float().softmax(2).cpu().numpy()
        read = [self._codec.decode(one).text for one in probabilities]
        self._kept.append(list(zip(batch["texts"], read, strict=True)))

    def _ctc(self, raw: Tensor, texts: Sequence[str]) -> Tensor:
        flat, lengths = self._codec.encode_batch(texts)
        mean = F.ctc_loss(
            raw.float().log_softmax(2).transpose(0, 1),
            torch.from_numpy(flat).to(raw.device),
            torch.full((raw.shape[0],), raw.shape[1], dtype=torch.int64),
            torch.from_numpy(lengths),
            blank=BLANK,
        )
        return whole_mean(mean, len(texts))

    def _rough(self, raw: Tensor, rows: Sequence[tuple[str, ...]]) -> Tensor:
        """Return the cross entropy of what columns roughly show, mean over those where that is known, 0 for none."""
        rough = rough_classes(self._codec, rows, raw.shape[1]).to(raw.device).flatten()
        total = F.cross_entropy(
            raw.float().flatten(0, 1), rough, ignore_index=UNKNOWN, reduction="sum"
        )
        return total / denominator((rough != UNKNOWN).sum(), 1)

    def metrics(self) -> dict[str, float]:
        """Return exact match and character error rate of the readings kept."""
        pairs, self._kept = in_order(self._kept), []
        truth, read = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        exact, errors = exact_match(truth, read), character_error_rate(truth, read)
        return {self.monitor: exact or 0.0, "val_cer": 1.0 if errors is None else errors}


def require_columns(network: Reader, width: int, max_length: int) -> None:
    """Raise UserError when a canvas gives too few columns for the longest text.

    CTC needs a column per character and one more between any two equal ones.
    """
    needed, columns = 2 * max_length - 1, network.columns(width)
    if columns < needed:
        raise UserError(
            f"a canvas {width} pixels wide gives {columns} columns, but texts of {max_length} characters need "
            f"{needed}: raise OCRParams.IMG_WIDTH in params.py"
        )
