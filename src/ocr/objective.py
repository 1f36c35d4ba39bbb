"""How the reader is trained and judged."""

from collections.abc import Sequence
from typing import cast

from torch import Tensor, nn

from ..common.errors import UserError
from ..common.texts import is_whole
from ..inference.decoding.texts import text_decoder
from ..metrics.proportion import share
from ..metrics.reading import character_error_rate, exact_match
from ..models.base import Reader, TextTargets, one_tensor
from ..models.torch_runtime import Output, as_raw
from ..training.distributed import gather_in_order
from .batches import ReadingBatch


class ReadingObjective:
    """The network's own loss; what is read right of the whole validation set.

    What is watched, "val_right", is the share of all views that are read as they should be: whole plates, plates of
    which a part cannot be seen, told as such, and views without a plate, where nothing should be read.
    """

    monitor = "val_right"

    def __init__(self, network: Reader, countries: Sequence[str] = ()) -> None:
        """countries: those that the network tells apart, in the order of its answers."""
        self._decoder = text_decoder(network.decoding, network.alphabet, countries)
        self._numbers = {code: number for number, code in enumerate(countries)}
        # For each batch, the true text and the reading of each picture.
        self._kept: list[list[tuple[str, str]]] = []

    def loss(
        self, network: nn.Module, raw: Output, batch: ReadingBatch, step: int
    ) -> dict[str, Tensor]:
        """Return the network's losses."""
        countries = [self._numbers.get(code, -1) for code in batch["countries"]]
        targets = TextTargets(batch["texts"], batch["rows"], countries)
        return cast(Reader, network).loss(raw, targets, step)

    def collect(self, raw: Output, batch: ReadingBatch) -> None:
        """Keep a batch's readings and true texts."""
        read = self._decoder.best(as_raw(one_tensor(raw)))
        self._kept.append(list(zip(batch["texts"], read, strict=True)))

    def metrics(self) -> dict[str, float]:
        """Return what of the readings kept is right, and how whole plates alone are read.

        "val_right": see the class. "val_exact" and "val_cer": exact match and character error rate of the plates whose
        whole text can be seen, as evaluate_ocr's "exact" and "cer" are, here without the plate format's grammar.
        """
        pairs, self._kept = gather_in_order(self._kept), []
        plates = [pair for pair in pairs if is_whole(pair[0])]
        truth, read = [pair[0] for pair in plates], [pair[1] for pair in plates]
        errors = character_error_rate(truth, read)
        return {
            self.monitor: share(sum(a == b for a, b in pairs), len(pairs)) or 0.0,
            "val_exact": exact_match(truth, read) or 0.0,
            "val_cer": 1.0 if errors is None else errors,
        }


def require_room(network: Reader, width: int, max_length: int) -> None:
    """Raise UserError when a canvas of this width has no room for the longest text."""
    longest = network.longest(width)
    if longest < max_length:
        raise UserError(
            f"from a canvas {width} pixels wide {type(network).__name__} reads texts of at most {longest} characters, "
            f"but there are texts of {max_length}: raise OCRParams.IMG_WIDTH in params.py"
        )
