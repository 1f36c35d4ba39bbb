"""What every network of the pipeline offers, so that training and reading know no network by name."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from .corner_refiner import CornerRefiner
from .detection import Detection


@dataclass(frozen=True)
class PlateTargets:
    """The true plates of B pictures, padded to P per picture.

    quads (B, P, 4, 2) float32 pixels, lines (B, P) int64 with 0 where there is no plate.
    """

    quads: Tensor
    lines: Tensor


class Localizer(nn.Module, ABC):
    """Finds plates. ``forward`` takes (B, 1, H, W) grey values 0…255 of any dtype and returns one raw tensor.

    Everything from grey value to raw tensor happens in ``forward``, so that training, evaluation and serving
    cannot preprocess differently.
    """

    # Pictures must be multiples of this in both directions.
    multiple: int
    # Height and width of the only pictures it takes; None when it takes any.
    fixed_size: tuple[int, int] | None = None

    def __init__(self, refiner: CornerRefiner | None = None) -> None:
        """Refiner: sharpens the corners of what was found, trained along with the localizer; None: it does without."""
        super().__init__()
        self.refiner = refiner

    @abstractmethod
    def loss(self, raw: Tensor, targets: PlateTargets) -> dict[str, Tensor]:
        """Return scalar losses, means over the batch, "loss" being the one to minimise."""

    @staticmethod
    @abstractmethod
    def decode(
        raw: NDArray[np.float32], height: int, width: int, min_score: float
    ) -> list[list[Detection]]:
        """Return each picture's detections, best first, from B raw outputs for (height, width) pictures."""


class Reader(nn.Module, ABC):
    """Reads rectified plates: (B, 1, H, W) grey values 0…255 → (B, columns, classes) logits.

    early: in training, what an earlier layer makes of the last batch, logits of the same shape, so that this layer
    can be taught as well; None otherwise.
    """

    def __init__(self) -> None:
        super().__init__()
        self.early: Tensor | None = None

    @abstractmethod
    def columns(self, width: int) -> int:
        """Return how many columns a picture of this width gives."""
