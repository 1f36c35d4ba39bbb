"""How the reader is trained and judged."""

from typing import Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from src.common.errors import UserError
from src.metrics.reading import character_error_rate, exact_match
from src.models.base import Reader
from src.models.codec import BLANK, Codec

# Weight of the corners beside the reading, and width of a plate in its heights, by which errors are made comparable.
CORNERS, ASPECT = 4.0, 4.0


class ReadingObjective:
    """CTC loss with the texts' true lengths; exact match over the whole validation set."""

    monitor = "val_exact"

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._truth: list[str] = []
        self._read: list[str] = []

    def loss(self, network: nn.Module, raw: Any, batch: Any) -> dict[str, Tensor]:
        """Return the CTC loss (Graves et al. 2006) per character, mean over the batch, and that of the corners.

        Neither can be negative. Corners count where there is a plate, in units of its height.
        """
        logits, told = raw
        flat, lengths = self._codec.encode_batch(batch["texts"])
        reading = F.ctc_loss(
            logits.float().log_softmax(2).transpose(0, 1),
            torch.from_numpy(flat).to(logits.device),
            torch.full((logits.shape[0],), logits.shape[1], dtype=torch.int64),
            torch.from_numpy(lengths),
            blank=BLANK,
        )
        if not cast(Reader, network).straightens:
            return {"loss": reading}
        error = (told.float() - batch["offsets"]) * told.new_tensor([ASPECT, 1.0])
        size = F.smooth_l1_loss(error, torch.zeros_like(error), beta=0.03, reduction="none").mean(
            (1, 2)
        )
        shown = torch.from_numpy(lengths > 0).to(size)
        corners = (size * shown).sum() / shown.sum().clamp(min=1)
        return {"loss": reading + CORNERS * corners, "ctc_loss": reading, "corner_loss": corners}

    def collect(self, raw: Any, batch: Any) -> None:
        """Keep a batch's readings and true texts."""
        probabilities = raw[0].float().softmax(2).cpu().numpy()
        self._read += [self._codec.decode(one).text for one in probabilities]
        self._truth += batch["texts"]

    def metrics(self) -> dict[str, float]:
        """Return exact match and character error rate of the readings kept."""
        exact = exact_match(self._truth, self._read)
        errors = character_error_rate(self._truth, self._read)
        self._truth, self._read = [], []
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
