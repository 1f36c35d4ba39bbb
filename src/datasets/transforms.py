"""Transformations of photographs: the degradations of drawn scenes, of which each is drawn by a weight of its own."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..generators.degrade import degrade


@dataclass(frozen=True)
class Transforms:
    """How photographs are changed. weights: by code, as `degrade` has them. count: mean number of a picture's."""

    weights: Mapping[str, float]
    count: float

    def __call__(
        self, rng: np.random.Generator, image: NDArray[np.uint8], quads: NDArray[np.float32]
    ) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """Return a grey picture (H, W) changed, and corners (N, 4, 2) moved with it; N may be 0."""
        return degrade(rng, image, quads, self.weights, self.count)
