"""Bringing labels of others into a folder of photographs."""

import os
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..collecting.rows import RowWriter, read_back
from ..common.errors import UserError
from ..common.progress import progress, tell
from ..common.texts import printable
from ..datasets.annotation_rows import Row
from ..datasets.photos import ANNOTATIONS, photo_folders
from .folders import FileKeys, give_back, new_folder, rows_with_sides
from .formats import get_format
from .intake import Intake, Put, link
from .one_by_one import usable
from .record import TWO_SIDES, Asked, Labelled, Labels, Rejected
from .sides import Sides, key_of_file, keys_of
from .table import REJECTED, RejectedWriter, share

_DRAFT = ".rows.csv"
_ARCHIVES = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".7z", ".rar")


@dataclass
class Counts:
    """What came of an import. errors: by kind. splits: pictures by side, "" for those not assigned. others: by class.

    texts: the hash of each plate's text, for a list of numbers takes a tenth of the memory of a set.
    """

    pictures: int = 0
    plates: int = 0
    empty: int = 0
    without_place: int = 0
    unreadable: int = 0
    two_lines: int = 0
    known_lines: int = 0
    errors: dict[str, int] = field(default_factory=dict)
    splits: dict[str, int] = field(default_factory=dict)
    others: dict[str, int] = field(default_factory=dict)
    texts: "array[int]" = field(default_factory=lambda: array("q"))

    @property
    def rejected(self) -> int:
        """How many rows could not be used."""
        return sum(self.errors.values())

    def add(self, row: Row) -> None:
        """Count a row that is good."""
        if row.text or row.corners:
            self.plates += 1
            self.without_place += not row.corners
            self.unreadable += not row.text
            if row.text:
                self.texts.append(hash(row.text))
            self.known_lines += bool(row.lines)
            self.two_lines += row.lines == "2"
        else:
            self.empty += 1

    def table(self) -> dict[str, str]:
        """Return what a person wants to know, by name."""
        rows = self.plates + self.empty + self.rejected
        lines = share(self.two_lines, self.known_lines) if self.known_lines else "not known"
        sides = {name or "not assigned": number for name, number in sorted(self.splits.items())}
        table = {
            "pictures": f"{self.pictures:,}, {self.empty:,} of them without plates",
            "plates": f"{self.plates:,}",
            "unique plates": f"{len(np.unique(self.texts)):,}",
            "unreadable": share(self.unreadable, self.plates),
            "without a place": share(self.without_place, self.plates),
            "two rows of text": lines,
            "split": ", ".join(f"{name} {number:,}" for name, number in sides.items()),
        }
        if self.others:
            most = sorted(self.others.items(), key=lambda item: -item[1])
            table["of other classes"] = ", ".join(f"{name} {n:,}" for name, n in most[:10])
        table["errors"] = f"{share(self.rejected, rows)} of {rows:,} rows"
        for kind, number in sorted(self.errors.items(), key=lambda item: -item[1]):
            table[f"  {kind}"] = share(number, rows)
        return table


def import_labels(
    name: str, source: Path, target: Path, asked: Asked, put: Put = link, replace: bool = False
) -> Counts:
    """Write a folder of photographs from a source of labels, and return what came of it.

    name: of the format. source: file or folder. target: the folder to write, which is there as a whole or not at all.

    What cannot be used goes to `REJECTED` there, with the reason. Pictures, plates and groups that are known from
    folders beside the target are on the side that they have there. Raises UserError where the source is missing or
    nothing of it can be used, and as `new_folder` does.
    """
    if not source.exists():
        raise UserError(f"{source}: no such file or folder; name the one that holds the labels")
    if source.is_file() and source.suffix.lower() in _ARCHIVES:
        raise UserError(f"{source} is an archive: unpack it, and name what comes out")
    give_back(target)  # before its sides are asked for
    root = asked.pictures or (source if source.is_dir() else source.parent)
    if target.exists() and root.resolve().is_relative_to(target.resolve()):
        raise UserError(f"{target} holds what is to be imported: choose another name")
    labels = get_format(name).read(source, asked)
    sides = _kept_sides(target)
    with new_folder(target, replace) as folder:
        counts = _write(labels, folder, Intake(root, folder, put), sides, source)
    return counts


def _kept_sides(target: Path) -> Sides:
    """Return the sides that the folders beside a target, and the one that it replaces, have given."""
    sides = Sides()
    for folder in photo_folders(target.parent):
        files = FileKeys(folder)
        for row in rows_with_sides(folder / ANNOTATIONS):
            sides.keep([*keys_of(row, folder.name), *files.of(row.image)], row.split)
    return sides


def _write(labels: Labels, folder: Path, intake: Intake, sides: Sides, source: Path) -> Counts:
    counts = Counts()
    with (folder / REJECTED).open("w", encoding="utf-8", newline="") as file:
        rejected = RejectedWriter(file)
        # Sides are known when all has been read, so rows are written twice.
        with (folder / _DRAFT).open("w", encoding="utf-8", newline="") as draft:
            writer = RowWriter(draft)
            for row in _good_rows(labels, intake, sides, rejected, counts):
                writer.write(row)
                counts.add(row)
    counts.errors = rejected.counts
    for one in rejected.first:
        tell(f"note: {one.where}: {printable(one.picture)}: {one.why}")
    if not counts.plates:
        _explain_nothing(counts, source)
    with (folder / ANNOTATIONS).open("w", encoding="utf-8", newline="") as file:
        with (folder / _DRAFT).open(encoding="utf-8", newline="") as draft:
            _finish(RowWriter(file), (row for row, _ in read_back(draft)), sides, counts)
        file.flush()
        os.fsync(file.fileno())
    (folder / _DRAFT).unlink()
    return counts


def _good_rows(
    labels: Labels, intake: Intake, sides: Sides, rejected: RejectedWriter, counts: Counts
) -> Iterator[Row]:
    for record in progress(labels.records, labels.total, "labels"):
        if isinstance(record, Rejected):
            rejected.write(record)
            continue
        for other in record.others:
            counts.others[other] = counts.others.get(other, 0) + 1
        taken = usable(record.where, record.name or record.picture.name, intake.take, record)
        if isinstance(taken, Rejected):
            rejected.write(taken)
            continue
        rows, faults = taken
        for fault in faults:
            rejected.write(fault)
        if rows and not sides.propose(_keys(rows, record.picture), record.split):
            for row in rows:
                rejected.write(_on_two_sides(record, row))
            intake.forget(record.picture)
            continue
        yield from rows


def _keys(rows: list[Row], picture: Path) -> list[str]:
    keys = [key for row in rows for key in keys_of(row, "\0new")]
    return [*keys, *filter(None, (key_of_file(picture),))]


def _on_two_sides(record: Labelled, row: Row) -> Rejected:
    why = "the picture, its plates or groups are on different sides of the split already"
    return Rejected(record.where, row.image, TWO_SIDES, why)


def _finish(writer: RowWriter, rows: Iterable[Row], sides: Sides, counts: Counts) -> None:
    """Write the rows with the sides that they have in the end."""
    last = ""
    for row in rows:
        split = sides.side(keys_of(row, "\0new")[0])
        writer.write(
            Row(0, row.image, row.text, row.corners, split, row.group, row.region, row.lines)
        )
        if row.image != last:
            counts.pictures += 1
            counts.splits[split] = counts.splits.get(split, 0) + 1
            last = row.image


def _explain_nothing(counts: Counts, source: Path) -> None:
    """Raise UserError that says why no plate is left."""
    if counts.others:
        named = ", ".join(f"{name} ({n:,})" for name, n in list(counts.others.items())[:20])
        raise UserError(
            f"{source}: none of the classes is known to be the plate: {named}; say --class NAME"
        )
    errors = ", ".join(f"{kind} {n:,}" for kind, n in counts.errors.items()) or "there are none"
    raise UserError(f"{source}: holds no plate that can be used: {errors}; see the notes above")
