"""The exact test of two readers of the same plates."""

import pytest

from src.metrics.mcnemar import mcnemar


@pytest.mark.parametrize(
    ("gained", "lost", "p"),
    [
        (0, 0, 1.0),
        (1, 1, 1.0),
        (1, 0, 1.0),
        (5, 0, 2 / 2**5),
        (0, 6, 2 / 2**6),
        (8, 2, 2 * (1 + 10 + 45) / 2**10),
        (3, 3, 1.0),
    ],
)
def test_by_hand(gained: int, lost: int, p: float) -> None:
    assert mcnemar(gained, lost) == pytest.approx(p)
    assert mcnemar(lost, gained) == pytest.approx(p)


def test_large_sets_go_on_where_the_exact_sum_ends() -> None:
    for gained, lost in ((2600, 2400), (2450, 2550), (3000, 2000)):
        exact, beyond = mcnemar(gained, lost), mcnemar(gained + 1, lost)
        assert beyond == pytest.approx(exact, rel=0.15)
    assert mcnemar(10**6, 10**6) == 1.0
    assert 0 <= mcnemar(10**6, 0) < 1e-300


def test_nothing_is_counted_less_than_never() -> None:
    with pytest.raises(ValueError, match="-1 gained, 2 lost"):
        mcnemar(-1, 2)
