"""Which pictures of a training are photographs, and which photographs."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from src.datasets.mixture import BalancedOrder, Mixture


def drawn(index: int) -> tuple[str, int]:
    return "drawn", index


def photo(number: int) -> tuple[str, int]:
    return "photo", number


@settings(max_examples=60)
@given(st.integers(1, 70), st.integers(1, 40), st.floats(0.01, 1.0), st.integers(0, 3))
def test_each_batch_has_the_share_and_photographs_are_counted_through(
    length: int, batch_size: int, share: float, epoch: int
) -> None:
    mixture = Mixture(drawn, photo, length, batch_size, share)
    each = max(1, round(share * batch_size))
    before = [mixture(index) for index in range(epoch * length)]
    pictures = [mixture(epoch * length + place) for place in range(length)]
    for start in range(0, length, batch_size):
        batch = [kind for kind, _ in pictures[start : start + batch_size]]
        expected = len(batch) * each / batch_size
        assert expected - 1 < batch.count("photo") <= expected
    numbers = [number for kind, number in before + pictures if kind == "photo"]
    assert numbers == list(range(len(numbers)))
    # Drawings keep their numbers: those of a training without photographs.
    for place, (kind, number) in enumerate(pictures):
        assert kind == "photo" or number == epoch * length + place


@given(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=30), st.integers(0, 5))
def test_every_text_comes_once_a_round_and_its_pictures_in_turn(keys: list[str], seed: int) -> None:
    order = BalancedOrder(keys, [1] * len(keys), seed)
    size = len(set(keys))
    rounds = [[order(turn * size + place) for place in range(size)] for turn in range(len(keys))]
    assert all({keys[sample] for sample in one} == set(keys) for one in rounds)
    for key, count in Counter(keys).items():
        seen = [sample for one in rounds for sample in one if keys[sample] == key]
        assert len(set(seen[:count])) == count


def test_two_line_plates_come_as_often_as_asked() -> None:
    order = BalancedOrder(["one", "two", "two", "two"], [1, 3, 3, 3], 7)
    first = [order(number) for number in range(4)]
    assert sorted(first) == [0, 1, 2, 3]
    assert [order(number) for number in range(4)] == first
    seen = Counter(min(order(number), 1) for number in range(400))
    assert seen == {0: 100, 1: 300}


def test_the_order_changes_from_round_to_round() -> None:
    order = BalancedOrder(list("abcdefgh"), [1] * 8, 1)
    rounds = {tuple(order(turn * 8 + place) for place in range(8)) for turn in range(5)}
    assert len(rounds) == 5
