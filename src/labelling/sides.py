"""Which side of a split pictures are on, so that no plate and no group is on two."""

from array import array
from collections.abc import Iterable
from pathlib import Path

from ..datasets.annotation_rows import Row
from ..datasets.plate_texts import clean_text

# By their numbers, from what may be trained on to what is held back the most. "" is as good as test, and gives way to
# it. The first one is where there is none.
_SIDES: tuple[str | None, ...] = (None, "train", "val", "", "test")


def measured_as(split: str) -> str:
    """Return the side that a cell of `annotations.csv` stands for."""
    return split or "test"


def most_held_back(splits: Iterable[str]) -> str:
    """Return the one of some sides that may be used for the least: test before val before train; others count most."""
    return max(splits, key=lambda split: _SIDES.index(split) if split in _SIDES else len(_SIDES))


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


def key_of_file(path: Path) -> str:
    """Return what all names of one file share, links and other spellings too; "" where there is none."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return ""
    return f"f\0{status.st_dev}\0{status.st_ino}"


class Sides:
    """Sets of keys that are on one side together, and the side of each.

    A side is *kept* where an earlier split gave it, and *proposed* where somebody else's did.
    """

    def __init__(self) -> None:
        # A set is a tree of keys, known by its root. There are many keys: each is a hash, and takes few bytes.
        self._places: dict[int, int] = {}
        self._parents = array("L")
        self._kept = bytearray()
        self._proposed = bytearray()

    def keep(self, keys: Iterable[str], split: str) -> None:
        """Join keys, on a side that was given earlier; of several sides they are on the one that is held back most."""
        root = self._join(keys)
        self._kept[root] = max(self._kept[root], _SIDES.index(split))

    def propose(self, keys: list[str], split: str) -> bool:
        """Join keys that are new; return False, and do nothing, where they tie sides together that are kept apart.

        The side that is proposed counts where none is kept.
        """
        roots = {
            self._root(place) for key in keys if (place := self._places.get(hash(key))) is not None
        }
        kept = {measured_as(_SIDES[self._kept[root]] or "") for root in roots if self._kept[root]}
        if len(kept) > 1:
            return False
        root = self._join(keys)
        self._proposed[root] = max(self._proposed[root], _SIDES.index(split))
        return True

    def join(self, keys: Iterable[str]) -> None:
        """Join keys without saying on which side they are."""
        self._join(keys)

    def give(self, key: str, split: str) -> None:
        """Put a known key's set on a side."""
        self._kept[self.set_of(key)] = _SIDES.index(split)

    def side(self, key: str) -> str:
        """Return the side of a known key's set: "train", "val", "test", or "" where none is given."""
        root = self.set_of(key)
        return _SIDES[self._kept[root] or self._proposed[root]] or ""

    def kept(self, key: str) -> str | None:
        """Return the side that a known key's set has kept; None where it has none."""
        return _SIDES[self._kept[self.set_of(key)]]

    def set_of(self, key: str) -> int:
        """Return a number that all keys of a known key's set share."""
        return self._root(self._places[hash(key)])

    def _join(self, keys: Iterable[str]) -> int:
        roots = [self._root(self._place(key)) for key in keys]
        first = roots[0]
        for other in dict.fromkeys(roots[1:]):
            if other != first:
                self._parents[other] = first
                for sides in (self._kept, self._proposed):
                    sides[first] = max(sides[first], sides[other])
        return first

    def _place(self, key: str) -> int:
        place = self._places.setdefault(hash(key), len(self._parents))
        if place == len(self._parents):
            self._parents.append(place)
            self._kept.append(0)
            self._proposed.append(0)
        return place

    def _root(self, place: int) -> int:
        while self._parents[place] != place:
            self._parents[place] = self._parents[self._parents[place]]
            place = self._parents[place]
        return place
