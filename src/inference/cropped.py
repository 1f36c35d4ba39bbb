"""Pictures that are nothing but a plate: a person, or another program, has cut it out of a larger one.

Who cuts a plate out has found all of it, and often leaves none of what is around it. The networks have learned that
a plate goes on beyond the picture's edge where its own edge cannot be seen there, as it does in pictures of a street.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..common.geometry import quad_box
from .detection import Detection

# Share of a picture that the box around a plate has at least in a crop. A plate so close to a camera that both its ends
# are beyond the edges of a picture of 4:3 has two fifths of it.
FILLED = 0.6


def is_cropped(quad: NDArray[np.float32], shape: Sequence[int]) -> bool:
    """Tell whether a picture is a crop of this plate.

    quad: (4, 2) in the picture's pixels, may lie beyond its edges. shape: the picture's height and width.
    """
    height, width = shape[:2]
    left, top, right, bottom = quad_box(quad)
    across = max(0.0, min(right, width) - max(left, 0.0))
    down = max(0.0, min(bottom, height) - max(top, 0.0))
    return bool(across * down >= FILLED * width * height)


def with_both_ends(detection: Detection) -> Detection:
    """Return a detection of a plate of which no end is beyond the picture's edge; what is hidden in between stays."""
    return replace(detection, unseen=(0.0, 0.0, detection.unseen[2]))
