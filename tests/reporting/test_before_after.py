"""Two models on the same photographs, by set."""

import pytest

from src.reporting.before_after import Plates, before_after, joined, verdict
from src.reporting.interval import paired


def plates(both: int, gained: int, lost: int, neither: int) -> Plates:
    """Plates that both models read, the second alone, the first alone, and none of them."""
    counts = (
        (True, True, both),
        (False, True, gained),
        (True, False, lost),
        (False, False, neither),
    )
    read = [(b, a) for b, a, count in counts for _ in range(count)]
    return Plates([b for b, _ in read], [a for _, a in read])


def test_the_interval_is_that_of_pairs() -> None:
    assert plates(50, 20, 5, 25).difference == paired(50, 20, 5, 25)


def test_a_row_for_each_set_and_one_for_all() -> None:
    sets = {"french": plates(6, 2, 0, 2), "none": Plates([], []), "korean": plates(1, 3, 1, 5)}
    header, *rows = before_after(sets)
    assert header.split()[:5] == ["set", "plates", "before", "after", "change"]
    assert [row.split()[:5] for row in rows[:2]] == [
        ["french", "10", "60.0%", "80.0%", "+20.0"],
        ["korean", "10", "20.0%", "40.0%", "+20.0"],
    ]
    found = paired(7, 5, 1, 7)
    assert rows[2] == (
        f"all sets{20:>10}    40.0%    60.0%    +20.0  {100 * found.low:+.1f} to {100 * found.high:+.1f} points"
    )


def test_one_set_is_all_there_is() -> None:
    assert len(before_after({"french": plates(1, 1, 1, 1)})) == 2


def test_without_a_plate_there_is_no_table() -> None:
    assert before_after({}) == before_after({"a": Plates([], [])}) == []


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (
            (50, 30, 0, 20),
            "It reads your photographs better; plates read wrongly: 50 before, 20 after",
        ),
        (
            (50, 0, 30, 20),
            "It reads your photographs worse; plates read wrongly: 20 before, 50 after",
        ),
        ((5, 2, 1, 2), "is open: the interval holds 0; plates read wrongly: 4 before, 3 after"),
    ],
)
def test_a_sentence_says_what_the_interval_allows(
    counts: tuple[int, int, int, int], said: str
) -> None:
    assert said in verdict(joined([plates(*counts)]))
