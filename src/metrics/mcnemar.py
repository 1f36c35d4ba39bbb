"""Whether two readers of the same plates differ: the exact McNemar test."""

import math

# From here on the exact sum and its normal approximation agree to many digits, and the sum takes long.
_EXACT = 5000


def mcnemar(gained: int, lost: int) -> float:
    """Return the two-sided p-value of "both are equally good", in (0, 1].

    gained: members of the set at which the second succeeds and the first fails. lost: the other way round. Those at
    which both do the same say nothing. It is the exact binomial test that each of the others was as likely to be gained
    as lost.

    Source: Q. McNemar, "Note on the sampling error of the difference between correlated proportions or percentages",
    Psychometrika 12 (1947).

    Raises ValueError for a negative number.
    """
    if gained < 0 or lost < 0:
        raise ValueError(f"{gained} gained, {lost} lost")
    total, fewer = gained + lost, min(gained, lost)
    if total > _EXACT:
        z = max(abs(gained - lost) - 1, 0) / math.sqrt(total)
        return math.erfc(z / math.sqrt(2))
    tail = sum(math.comb(total, k) for k in range(fewer + 1))
    doubled: float = 2 * tail / 2**total
    return min(1.0, doubled)
