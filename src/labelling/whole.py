"""The pictures of a folder of photographs, for what is to be written of them elsewhere: all of them right, or none."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from ..common.errors import UserError
from ..datasets.decode import picture_size
from ..datasets.photos import SPLITS
from .formats.annotations import read
from .intake import plate_row, word
from .names import IMAGES, Names, picture_name, plain_name
from .record import Asked, BrokenRow, Labelled, Plate, Rejected


def whole_pictures(folder: Path, names: Names) -> tuple[int, Iterator[Labelled]]:
    """Return how many pictures a folder of photographs has, about, and those, each with its size and a name below it.

    names: gives the names, which are the pictures' paths where these are free and lead nowhere else. Raises UserError,
    while the pictures are gone through, for the first row that is broken, and for a picture that is named in two ways:
    each name would have some of its plates.
    """
    labels = read(folder, Asked(folder.name, given_order=True))
    return labels.total, _whole(folder, labels.records, names)


def _whole(
    folder: Path, records: Iterable[Labelled | Rejected], names: Names
) -> Iterator[Labelled]:
    seen: dict[int, str] = {}
    for record in records:
        faults = (record,) if isinstance(record, Rejected) else record.faults
        if isinstance(record, Rejected) or faults:
            raise _broken(folder, faults[0].where, faults[0].why)
        size = picture_size(record.picture)
        for plate in record.plates:
            _check(folder, record, plate, size)
        if record.split not in ("", *SPLITS):
            why = f"split {record.split!r} is none of {', '.join(SPLITS)}"
            raise _broken(folder, record.where, why)
        status = record.picture.stat()
        first = seen.setdefault(hash((status.st_dev, status.st_ino)), record.where)
        if first != record.where:
            raise _broken(folder, record.where, f"names the picture of {first} in another way")
        plates = tuple(
            replace(plate, group=word(plate.group), region=word(plate.region))
            for plate in record.plates
        )
        yield replace(record, plates=plates, size=size, name=_name(folder, record.picture, names))


def _check(folder: Path, record: Labelled, plate: Plate, size: tuple[int, int]) -> None:
    try:
        plate_row(plate, size)
    except BrokenRow as error:
        raise _broken(folder, plate.where or record.where, str(error)) from error


def _broken(folder: Path, where: str, why: str) -> UserError:
    repair = f"`python3 -m src.photos check {folder} --fix` repairs it"
    return UserError(f"{folder}: {where}: {why}; {repair}")


def _name(folder: Path, picture: Path, names: Names) -> str:
    """Return a path for a picture, in which its folders are kept; from outside it comes among the images."""
    inside = picture.is_relative_to(folder)
    parts = picture.relative_to(folder).parts if inside else ()
    if not parts or ".." in parts:
        parts = (IMAGES, picture.name)
    return names.free("/".join(map(plain_name, parts[:-1])), picture_name(parts[-1]))
