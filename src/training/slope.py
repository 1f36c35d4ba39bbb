"""Whether a loss still falls, by the slope of a line through it.

King 2018, https://blog.dlib.net/2018/02/automatic-learning-rate-scheduling-that.html
"""

import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

# Probability that the loss falls under which it counts as not falling, and the share of the highest losses that may not
# be the reason for that (as dlib has it).
FALLING, SPIKES = 0.51, 0.1
# Fewest losses through which a line is fitted: two lie on one always.
FEWEST = 3


def probability_of_falling(losses: Sequence[float]) -> float:
    """Return the probability that the line from which losses were taken, with noise, has a slope below 0.

    The fitted slope is distributed normally around the true one: the variance is that of the residuals times
    12 / (n³ - n). losses: FEWEST at least, in the order of the steps.
    """
    y = np.asarray(losses, np.float64)
    n = len(y)
    x = np.arange(n) - (n - 1) / 2
    scatter = (n**3 - n) / 12  # of x
    slope = float(x @ y) / scatter
    residual = y - y.mean() - slope * x
    error = math.sqrt(float(residual @ residual) / (n - 2) / scatter)
    if error == 0:
        return 0.5 if slope == 0 else float(slope < 0)
    return NormalDist().cdf(-slope / error)


def falls(losses: Sequence[float]) -> bool:
    """Tell whether losses fall, with or without the highest of them."""
    if probability_of_falling(losses) >= FALLING:
        return True
    limit = np.quantile(losses, 1 - SPIKES)
    rest = [loss for loss in losses if loss <= limit]
    return len(rest) >= FEWEST and probability_of_falling(rest) >= FALLING
