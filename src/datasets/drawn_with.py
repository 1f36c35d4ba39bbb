"""The source that a prepared set was drawn with, as a list of files and checksums beside it.

Whoever trains on a set, or is measured on it, draws with the same files, and the stage depends on them by this list,
which is a file of the set: what draws nothing for the chosen plate format, such as another country, is not in it and
makes nothing out of date.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ..common.config import ROOT
from ..common.errors import UserError
from ..common.files import sha256, write_json
from ..generators import formats, scripts
from ..generators.formats import format_shares, get_format
from ..generators.shapes import script_of

DRAWN_WITH = "drawn_with.json"
_GENERATORS = Path(formats.__path__[0]).parent


def write_drawn_with(folder: Path, plate_format: str) -> None:
    """Write the list for a plate format into the folder of a set; raises UserError for an unknown format."""
    files = drawing_files(plate_format)
    write_json(folder / DRAWN_WITH, {f.relative_to(ROOT).as_posix(): sha256(f) for f in files})


def read_drawn_with(folder: Path) -> Mapping[str, str]:
    """Return the list beside a set, SHA-256 by path from the project's root; empty where there is none.

    Raises UserError when it is damaged.
    """
    path = folder / DRAWN_WITH
    if not path.is_file():
        return {}
    try:
        return {str(file): str(digest) for file, digest in json.loads(path.read_bytes()).items()}
    except (ValueError, AttributeError) as error:
        raise UserError(
            f"{path} is damaged ({error!r}): make it anew with `dvc repro -f`"
        ) from error


def drawing_files(plate_format: str) -> list[Path]:
    """Return the source files that pictures of a plate format, or of a mixture, are drawn with, sorted.

    What all formats share, the folders of the format's parts and of what these are based on, and the scripts that their
    alphabets are written in. Raises UserError for an unknown format.
    """
    parts = [get_format(name) for name in format_shares(plate_format)]
    folders = {part.name for part in parts}.union(*(part.based_on for part in parts))
    return sorted(_files(folders, get_format(plate_format).alphabet))


def _files(folders: Iterable[str], alphabet: str) -> Iterator[Path]:
    shared, written = Path(formats.__path__[0]), Path(scripts.__path__[0])
    yield from _GENERATORS.glob("*.py")
    yield from shared.glob("*.py")
    for folder in folders:
        own = (path for path in (shared / folder).rglob("*") if path.is_file())
        yield from (path for path in own if "__pycache__" not in path.parts)
    yield written / "__init__.py"
    for script in {script_of(char) for char in alphabet} - {None}:
        # A script that is too long for one file has others, which are called as it is and begin so.
        yield from written.glob(f"{script}*.py")
