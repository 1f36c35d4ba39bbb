"""Splitting folders of photographs into what is trained on, what is validated on and what is measured."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..common.errors import UserError
from ..common.files import atomic_path
from ..datasets.annotation_rows import Row, with_splits
from ..datasets.photos import ANNOTATIONS, SPLITS, photo_folders
from .folders import FileKeys, rows_in, rows_with_sides
from .near import Near
from .sides import Sides, keys_of, measured_as


@dataclass
class Split:
    """What a split did. pictures: by folder (a second one of a name by its path) and side. assigned: pictures that had
    no side before. moved: pictures whose side an earlier split had given, and that had to change since they belong to a
    plate, group or picture on another. near: pictures that are nearly the same as another one.
    """

    pictures: dict[str, dict[str, int]] = field(default_factory=dict)
    assigned: int = 0
    moved: int = 0
    near: int = 0


def split_folders(
    folders: Sequence[Path],
    shares: Mapping[str, float],
    seed: int = 0,
    anew: bool = False,
    keep: Path | None = None,
    near: Near | None = None,
) -> Split:
    """Give each picture of some folders a side, and write it into their `annotations.csv`.

    shares: of each folder's pictures, by side. seed: another one puts others on each side. anew: forget the sides that
    the folders say; else only what has none is given one. keep: an earlier `annotations.csv`, whose plates and groups
    stay where they are. near: finds pictures that are nearly the same; None for not looking.

    All pictures of a plate, of a group, or nearly the same, and all names of one file, are on one side, those of
    folders beside them too, which are not written. Each file is written as a whole; a run that was killed can be run
    again. Raises UserError for broken annotations and shares that do not add up.
    """
    # Asked so that what is no number does not pass.
    if not (abs(sum(shares.values()) - 1) <= 1e-6 and all(share >= 0 for share in shares.values())):
        listed = " ".join(map(str, shares.values()))
        raise UserError(f"the shares {listed} must be at least 0, and must add up to 1")
    done, sides = Split(), Sides()
    tables = {
        folder: list(rows_in(folder) if anew else rows_with_sides(folder / ANNOTATIONS))
        for folder in folders
    }
    _keep_others(folders, sides)
    for row in rows_with_sides(keep) if keep else ():
        if row.split:
            sides.keep(_keys(row, Path("\0kept")), row.split)
    for folder, rows in tables.items():
        files = FileKeys(folder)
        for row in rows:
            keys = [*_keys(row, folder), *files.of(row.image)]
            if row.split and not anew:
                sides.keep(keys, row.split)
            else:
                sides.join(keys)
    if near is not None:
        for one, other in near.pairs(folders):
            sides.join([_key(*one), _key(*other)])
            done.near += 1
    _assign(tables, sides, shares, seed)
    for folder, rows in tables.items():
        _write(folder, rows, sides, done, anew)
    return done


def _keys(row: Row, folder: Path) -> list[str]:
    return keys_of(row, str(folder.resolve()) if folder.name != "\0kept" else "\0kept")


def _key(folder: Path, image: str) -> str:
    return keys_of(Row(0, image, "", ()), str(folder.resolve()))[0]


def _keep_others(folders: Sequence[Path], sides: Sides) -> None:
    """Keep the sides of folders that lie beside those to be split; what has none there is test."""
    given = {folder.resolve() for folder in folders}
    for parent in {folder.resolve().parent for folder in folders}:
        for folder in photo_folders(parent):
            if folder.resolve() not in given:
                files = FileKeys(folder)
                for row in rows_with_sides(folder / ANNOTATIONS):
                    keys = [*_keys(row, folder), *files.of(row.image)]
                    sides.keep(keys, measured_as(row.split))


def _assign(
    tables: Mapping[Path, list[Row]], sides: Sides, shares: Mapping[str, float], seed: int
) -> None:
    """Give each set without a side the one that its folders lack the most, in an order that the seed draws."""
    sizes: dict[int, Counter[Path]] = {}
    names: dict[int, str] = {}
    totals: Counter[Path] = Counter()
    numbers: Counter[tuple[Path, str]] = Counter()
    keys: dict[int, str] = {}
    for folder, rows in tables.items():
        for image, row in _pictures(rows).items():
            key = _keys(row, folder)[0]
            totals[folder] += 1
            if kept := sides.kept(key):
                numbers[folder, kept] += 1
                continue
            one = sides.set_of(key)
            keys[one] = key
            sizes.setdefault(one, Counter())[folder] += 1
            drawn = hashlib.sha256(f"{seed}\0{folder.name}\0{image}".encode()).hexdigest()
            names[one] = min(drawn, names.get(one, drawn))
    # Large ones first, while small ones can still make up for them.
    for one in sorted(sizes, key=lambda one: (-sizes[one].total(), names[one])):
        lacks = {
            side: sum(
                size * (shares[side] * totals[folder] - numbers[folder, side])
                for folder, size in sizes[one].items()
            )
            for side in SPLITS
        }
        side = max(SPLITS, key=lambda side: lacks[side])
        sides.give(keys[one], side)
        for folder, size in sizes[one].items():
            numbers[folder, side] += size


def _pictures(rows: Iterable[Row]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in rows:
        found.setdefault(row.image, row)
    return found


def _write(folder: Path, rows: list[Row], sides: Sides, done: Split, anew: bool) -> None:
    """Write the sides into a folder's table, and leave all else as it is."""
    table = folder / ANNOTATIONS
    side_of = {image: sides.side(_keys(row, folder)[0]) for image, row in _pictures(rows).items()}
    counts = dict.fromkeys(map(str, SPLITS), 0)
    for image, row in _pictures(rows).items():
        counts[measured_as(side_of[image])] += 1
        done.assigned += not row.split or anew
        done.moved += bool(row.split) and row.split != side_of[image] and not anew
    done.pictures[str(folder) if folder.name in done.pictures else folder.name] = counts
    if all(row.split == side_of[row.image] for row in rows):
        return
    text = with_splits(table, lambda row: side_of[row.image])
    with atomic_path(table) as partial:
        partial.write_text(text, encoding="utf-8", newline="")
