"""Plates that reach the edge of their picture, and pictures that are nothing but a plate.

A person, or another program, has cut it out of a larger one. Who cuts a plate out has found all of it, and often leaves
none of what is around it. The networks have learned that a plate goes on beyond the picture's edge where its own edge
cannot be seen there, as it does in pictures of a street.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..common.geometry import quad_box, quad_size
from .detection import Detection

# A plate reaches the picture's edge if it comes as near to it as this share of its height: so far inside the corners of
# cut plates are found.
EDGE = 0.15
# Such a plate may go on beyond it, however whole it looks: CD and AT stand before what are texts without them. It is
# read, and never surely.
AT_EDGE = 0.85
# Share of a picture that the box around a plate has at least in a crop. A plate so close to a camera that both its ends
# are beyond the edges of a picture of 4:3 has two fifths of it.
FILLED = 0.6
# Widths over heights that crops of plates of one line have, and the longest side of a picture that is looked at whole:
# a larger one shows a plate so large that it is found.
CROP_ASPECTS, CROP_SIDE = (1.9, 7.0), 640
# What the score of such a look counts beside those of plates that were found.
CROP_SCORE = 0.5


def reaches_edge(quad: NDArray[np.float32], shape: Sequence[int]) -> bool:
    """Tell whether a plate may go on beyond the picture's edge, as far as its place tells.

    quad: (4, 2) in the picture's pixels, may lie beyond its edges. shape: the picture's height and width.
    """
    room = EDGE * quad_size(quad)[1] - 0.5
    height, width = shape[:2]
    inside = (quad > room).all() and (quad < (width - 1 - room, height - 1 - room)).all()
    return not inside


def surest(quad: NDArray[np.float32], shape: Sequence[int]) -> float:
    """Return the highest confidence, in [0, 1], with which a plate at this place of a picture is whole.

    quad: (4, 2) in the picture's pixels, may lie beyond its edges. shape: the picture's height and width. In a crop of
    itself it is taken to be all there.
    """
    return AT_EDGE if reaches_edge(quad, shape) and not is_cropped(quad, shape) else 1.0


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


def whole_picture(shape: Sequence[int]) -> Detection | None:
    """Return all of a picture as a plate of one line where it has the form of one; None where it has not.

    shape: the picture's height and width. Where a crop leaves nothing around a plate, or cuts into its edge, the
    localizer may not see that it is one.
    """
    height, width = shape[:2]
    least, most = CROP_ASPECTS
    if width > CROP_SIDE or not least <= width / height <= most:
        return None
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    return Detection(corners, CROP_SCORE, 1)
