"""Records that are read one by one: what is wrong with one is its own, and does not stop the others."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import ParamSpec, TypeVar

from ..common.untrusted import one_line
from .record import BROKEN, BrokenRow, Labelled, Rejected

P = ParamSpec("P")
R = TypeVar("R")


def usable(
    where: str, picture: str, take: Callable[P, R], *args: P.args, **kwargs: P.kwargs
) -> R | Rejected:
    """Return what a function makes of one record, or why it can make nothing of it.

    where, picture: as in `Rejected`. take: raises BrokenRow for what it knows to be wrong, and ValueError or OSError
    for whatever else there may be in a file of others: numbers of thousands of digits, names that no file can have.
    """
    try:
        return take(*args, **kwargs)
    except (ValueError, OSError) as error:
        return rejected(error, where, picture)


def rejected(error: ValueError | OSError, where: str, picture: str) -> Rejected:
    """Return an error as what is counted."""
    if isinstance(error, BrokenRow):
        return error.rejected(where, picture)
    return Rejected(where, picture, BROKEN, one_line(error))


def each_file(
    files: Iterable[Path], root: Path, take: Callable[[Path, str], Labelled]
) -> Iterator[Labelled | Rejected]:
    """Yield what a function makes of each label file, which it gets with its path below a folder."""
    for path in files:
        where = path.relative_to(root).as_posix()
        if path.is_dir():
            why = "this folder cannot be listed; give yourself the right to"
            yield Rejected(where, path.name, BROKEN, why)
            continue
        yield usable(where, path.stem, take, path, where)
