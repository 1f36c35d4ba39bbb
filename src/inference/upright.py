"""Rejecting texts that read better upside down: a camera that hangs upside down must not invent them."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .grammar import Judged

Picture = NDArray[np.uint8]
# What is read of N rectified plates (N, height, width); for each, is the picture a crop of it?
Decode = Callable[[Picture, Sequence[bool]], list[Judged]]
# Texts that are at least so sure are not held against what stands there upside down: no plate was read as anything
# like that the wrong way round, and most plates need no second reading.
SURE = 0.95


def decode_upright(
    decode: Decode, plates: Sequence[Picture], cropped: Sequence[bool], least: float
) -> list[Judged]:
    """Return the texts of rectified plates (height, width); an empty one where a plate reads better upside down.

    cropped: for each, is the picture a crop of it? least: confidence below which a text is not checked, as it will not
    be given anyway.
    """
    stacked = np.stack(plates)
    decoded = decode(stacked, cropped)
    doubtful = [i for i, d in enumerate(decoded) if d.text and least <= d.confidence < SURE]
    if not doubtful:
        return decoded
    # The halves of a two-line plate lie side by side: turning the whole canvas turns and swaps them.
    turned = decode(
        np.ascontiguousarray(stacked[doubtful][:, ::-1, ::-1]), [cropped[i] for i in doubtful]
    )
    for i, other in zip(doubtful, turned, strict=True):
        if other.confidence > decoded[i].confidence:
            decoded[i] = replace(decoded[i], text="", confidences=(), confidence=0.0, whole=0.0)
    return decoded
