"""Which side of a split pictures are on, so that no plate and no group is on two."""

from collections.abc import Iterable

from ..datasets.annotation_rows import Row
from ..datasets.plate_texts import clean_text

# From what may be trained on to what is held back the most. "" is as good as test, and gives way to it.
_HELD_BACK = ("train", "val", "", "test")


def measured_as(split: str) -> str:
    """Return the side that a cell of `annotations.csv` stands for."""
    return split or "test"


def keys_of(row: Row, folder: str = "") -> list[str]:
    """Return what a row shares with others that have to be on its side: its picture, its text, its group.

    folder: tells pictures of one name in different folders apart.
    """
    keys = [f"p\0{folder}\0{row.image}"]
    if text := clean_text(row.text):
        keys.append(f"t\0{text}")
    if row.group:
        keys.append(f"g\0{row.group}")
    return keys


class Sides:
    """Sets of keys that are on one side together, and the side of each.

    A side is *kept* where an earlier split gave it, and *proposed* where somebody else's did.
    """

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._parents: list[int] = []
        self._kept: dict[int, str] = {}
        self._proposed: dict[int, str] = {}

    def keep(self, keys: Iterable[str], split: str) -> None:
        """Join keys, on a side that was given earlier; of several sides they are on the one that is held back most."""
        root = self._join(keys)
        self._kept[root] = _most_held_back(self._kept.get(root), split)

    def propose(self, keys: list[str], split: str) -> bool:
        """Join keys that are new; return False, and do nothing, where they tie sides together that are kept apart.

        The side that is proposed counts where none is kept.
        """
        roots = {self._root(place) for key in keys if (place := self._places.get(key)) is not None}
        kept = {measured_as(self._kept[root]) for root in roots if root in self._kept}
        if len(kept) > 1:
            return False
        root = self._join(keys)
        self._proposed[root] = _most_held_back(self._proposed.get(root), split)
        return True

    def join(self, keys: Iterable[str]) -> None:
        """Join keys without saying on which side they are."""
        self._join(keys)

    def give(self, key: str, split: str) -> None:
        """Put a key's set on a side."""
        self._kept[self._root(self._places[key])] = split

    def side(self, key: str) -> str:
        """Return the side of a known key's set: "train", "val", "test", or "" where none is given."""
        root = self._root(self._places[key])
        return self._kept.get(root, self._proposed.get(root, ""))

    def kept(self, key: str) -> str | None:
        """Return the side that a known key's set has kept; None where it has none."""
        return self._kept.get(self._root(self._places[key]))

    def set_of(self, key: str) -> int:
        """Return a number that all keys of a known key's set share."""
        return self._root(self._places[key])

    def _join(self, keys: Iterable[str]) -> int:
        roots = [self._root(self._place(key)) for key in keys]
        first = roots[0]
        for other in dict.fromkeys(roots[1:]):
            if other == first:
                continue
            self._parents[other] = first
            for sides in (self._kept, self._proposed):
                if other in sides:
                    sides[first] = _most_held_back(sides.get(first), sides.pop(other))
        return first

    def _place(self, key: str) -> int:
        place = self._places.setdefault(key, len(self._parents))
        if place == len(self._parents):
            self._parents.append(place)
        return place

    def _root(self, place: int) -> int:
        while self._parents[place] != place:
            self._parents[place] = self._parents[self._parents[place]]
            place = self._parents[place]
        return place


def _most_held_back(one: str | None, other: str) -> str:
    return other if one is None else max(one, other, key=_HELD_BACK.index)
