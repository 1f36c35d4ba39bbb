"""Writing `rejected.csv`, and tables for people."""

import csv
from collections.abc import Mapping
from typing import IO

from ..common.texts import printable
from .record import Rejected

REJECTED = "rejected.csv"


class RejectedWriter:
    """Writes what cannot be used, with its reason, and counts it by kind."""

    def __init__(self, file: IO[str]) -> None:
        self._writer = csv.writer(file)
        self._writer.writerow(("where", "image_path", "error", "reason"))
        self.counts: dict[str, int] = {}
        self.first: list[Rejected] = []

    def write(self, one: Rejected) -> None:
        """Write one."""
        self.counts[one.kind] = self.counts.get(one.kind, 0) + 1
        if len(self.first) < 5:
            self.first.append(one)
        cells = (one.where, one.picture, one.kind, one.why)
        self._writer.writerow([cell.encode("utf-8", "replace").decode() for cell in cells])

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.counts.values())


def print_pairs(title: str, pairs: Mapping[str, str]) -> None:
    """Print names and values below each other on stdout."""
    print(printable(title))
    width = max(len(name) for name in pairs)
    for name, value in pairs.items():
        print(f"  {name:<{width}}  {printable(value)}")


def share(part: int, whole: int) -> str:
    """Return a number and its share of a whole."""
    return f"{part:,} ({part / whole:.1%})" if whole else f"{part:,}"


def print_sides(pictures: Mapping[str, Mapping[str, int]]) -> None:
    """Print how many pictures of each folder are on each side."""
    shown = {printable(name): row for name, row in pictures.items()}
    width = max(len("folder"), *(len(name) for name in shown))
    sides = list(next(iter(pictures.values())))
    print(f"{'folder':<{width}}" + "".join(f"{side:>9}" for side in sides))
    for name, row in shown.items():
        print(f"{name:<{width}}" + "".join(f"{row[side]:>9,}" for side in sides))
