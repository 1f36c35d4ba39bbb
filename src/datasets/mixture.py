"""Training on drawings and photographs: which of both a picture of the training is, and which photograph."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

S = TypeVar("S")


@dataclass(frozen=True)
class Mixture(Generic[S]):
    """Draws picture ``index`` of a training, or takes a photograph in its place: the same one whenever it is asked for.

    drawn: of the training's numbers. photo: of the photographs', counted from 0 over all epochs. length: pictures of an
    epoch. batch_size: pictures of a batch. share: of each batch that is photographs, in (0, 1]; at least one of them.
    """

    drawn: Callable[[int], S]
    photo: Callable[[int], S]
    length: int
    batch_size: int
    share: float

    def __call__(self, index: int) -> S:
        """Return a drawing or a photograph. Drawings are those of a training without photographs, but fewer."""
        epoch, place = divmod(index, self.length)
        number = self._photos(place)
        if self._photos(place + 1) == number:
            return self.drawn(index)
        return self.photo(epoch * self._photos(self.length) + number)

    def _photos(self, pictures: int) -> int:
        """Return how many of an epoch's first pictures are photographs, which lie evenly in each batch."""
        whole, rest = divmod(pictures, self.batch_size)
        each = max(1, round(self.batch_size * self.share))
        return whole * each + rest * each // self.batch_size


class BalancedOrder:
    """Which sample comes when: in each round every key once, in another order, and of its samples the next one.

    So a plate that was photographed a hundred times is seen as often as one that was once. times: how often a sample's
    key comes in a round; that of the key's first sample counts.
    """

    def __init__(self, keys: Sequence[str], times: Sequence[int], seed: int) -> None:
        samples: dict[str, list[int]] = {}
        for number, key in enumerate(keys):
            samples.setdefault(key, []).append(number)
        self._samples = list(samples.values())
        self._times = [times[numbers[0]] for numbers in self._samples]
        # Of each turn in a round, whose it is, and which one of that key's.
        self._turns = [(key, nth) for key, many in enumerate(self._times) for nth in range(many)]
        self._seed = seed
        self._round: tuple[int, NDArray[np.int64]] = (-1, np.zeros(0, np.int64))

    def __call__(self, number: int) -> int:
        """Return the sample of a number, counted from 0."""
        turn, place = divmod(number, len(self._turns))
        if self._round[0] != turn:
            order = np.random.default_rng([self._seed, turn]).permutation(len(self._turns))
            self._round = (turn, order)
        key, nth = self._turns[int(self._round[1][place])]
        samples = self._samples[key]
        return samples[(turn * self._times[key] + nth) % len(samples)]
