"""Folders of labelled photographs: `annotations.csv` and the pictures it names.

Header `image_path,plate_text`; if corners are known, `x1,y1,x2,y2,x3,y3,x4,y4`; and any of `split,group,region,lines`.
Other columns are ignored. One row per plate:

- `image_path` is relative to the CSV; how it is spelled (separators, case, Unicode form) does not matter as long as it
  is clear, and neither does it where `src.read` was run that wrote it;
- `plate_text` is what the plate says, empty when nobody could read it; a `?` is a character that nobody could read, and
  whatever is read there is right;
- the corners are pixels of the picture as it is shown (EXIF orientation applied), clockwise from
  the plate's own top left; all eight or none;
- a picture without plates has one row with neither text nor corners;
- `split` is `train`, `val` or `test`, the same in all rows of a picture. Empty is `test`: nothing is trained on by
  accident;
- `group` names what stays on one side of a split together, in whatever folders it lies: a track, a video, a burst;
- `region` is where the plate is from, in any words; `lines` is 1 or 2, the rows of its text.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..common.errors import UserError
from ..common.plates import LabelledPlate, NoText
from .annotation_checks import LINES, SPLITS, Split, check_row, named, other_side, repeats, side
from .annotation_rows import Row, read_rows
from .decode import picture_size, read_picture
from .picture_paths import PictureFinder
from .plate_texts import clean_text, invisible

__all__ = [
    "ANNOTATIONS",
    "SPLITS",
    "Photo",
    "PhotoSet",
    "Split",
    "clean_text",
    "load_photos",
    "photo_folders",
    "read_picture",
    "validate",
]


ANNOTATIONS = "annotations.csv"
_SHOWN_PROBLEMS = 10


@dataclass(frozen=True)
class Photo:
    """One picture and its plates, in the order of the CSV; none for a picture without plates.

    row: the number of the first one that names it. split: what it may be used for. groups: what stays on that side
    with it, sorted; none where it stands alone.
    """

    path: Path
    plates: tuple[LabelledPlate, ...]
    row: int
    split: Split = "test"
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class PhotoSet:
    """All pictures of one folder, in the order in which the CSV first names them.

    strange: a line for each row with a text that a plate format does not have, if one was asked.
    """

    name: str
    photos: tuple[Photo, ...]
    strange: tuple[str, ...] = ()

    def of(self, split: Split) -> tuple[Photo, ...]:
        """Return the pictures on one side of the split; "test" has those that were never assigned too."""
        return tuple(photo for photo in self.photos if photo.split == split)


def photo_folders(parent: Path) -> list[Path]:
    """Return the folders under a parent that hold annotated photographs, by name."""
    # A hidden one is what an import was writing when it was killed.
    found = (path.parent for path in parent.glob(f"*/{ANNOTATIONS}"))
    return sorted(path for path in found if not path.name.startswith("."))


def load_photos(
    folder: Path, alphabet: str | None = None, doubt: Callable[[str], str | None] | None = None
) -> PhotoSet:
    """Read a folder of labelled photographs. Pixels are left to `read_picture`.

    folder: holds `annotations.csv`.
    alphabet: the characters a text may have, or None to accept all of them: to score plates of other countries, which
        then simply count as read wrongly.
    doubt: says why a text is none of a plate format, None where it is one. That is no fault of the CSV: such rows
        count, and are named as ``strange``.

    Raises UserError when the CSV is missing or broken; the message names the first rows at fault.
    """
    photos, problems, rows = _examine(folder, alphabet, decode=False)
    if problems:
        shown = problems[:_SHOWN_PROBLEMS]
        if len(problems) > len(shown):
            shown.append(f"and {len(problems) - len(shown)} more")
        gap = " " if len(problems) == 1 else "\n  "
        raise UserError(f"{folder / ANNOTATIONS}: correct or remove{gap}" + "\n  ".join(shown))
    doubts = [(row, doubt(clean_text(row.text))) for row in rows if doubt and row.text]
    strange = tuple(named(row, why) for row, why in doubts if why)
    return PhotoSet(folder.resolve().name, tuple(photos), strange)


def validate(folder: Path, alphabet: str | None = None) -> list[str]:
    """Return every problem of a folder of photographs, one line each; decodes each picture whole.

    Never raises for what the folder holds: a CSV that cannot be read is the one problem reported.
    """
    try:
        return _examine(folder, alphabet, decode=True)[1]
    except UserError as error:
        return [str(error)]


class _Pictures:
    """The pictures that rows name: each of them once, however often and by whatever path it is named."""

    def __init__(self, folder: Path, decode: bool) -> None:
        self._finder = PictureFinder(folder)
        self._decode = decode
        self._known: dict[str, _Picture] = {}
        self._files: dict[tuple[int, int], _Picture] = {}

    def named(self, written: str) -> "_Picture":
        """Return the picture that a row names."""
        if written not in self._known:
            self._known[written] = self._look(written)
        return self._known[written]

    def _look(self, written: str) -> "_Picture":
        if not written:
            return _Picture(Path(), "names no picture")
        try:
            path = self._finder.find(written)
            status = path.stat()
        except UserError as error:
            return _Picture(Path(written), str(error))
        except (OSError, ValueError):
            unseen = invisible(written)
            why = f", and its path has characters that nobody sees: {unseen}" if unseen else ""
            return _Picture(Path(written), f"no such picture{why}")
        identity = (status.st_dev, status.st_ino)
        if identity not in self._files:
            self._files[identity] = _Picture(path, _size(path, self._decode))
        return self._files[identity]


@dataclass(frozen=True, eq=False)
class _Picture:
    """A picture that rows name. size: (width, height), or what is wrong with it."""

    path: Path
    size: tuple[int, int] | str


def _examine(
    folder: Path, alphabet: str | None, decode: bool
) -> tuple[list[Photo], list[str], list[Row]]:
    """Return the pictures, what is wrong with the rows, and the rows."""
    pictures = _Pictures(folder, decode)
    plates: dict[_Picture, list[LabelledPlate]] = {}
    empty: dict[_Picture, Row] = {}
    first: dict[_Picture, Row] = {}
    groups: dict[_Picture, set[str]] = {}
    seen: dict[tuple[_Picture, str, tuple[float, ...] | tuple[str, ...]], Row] = {}
    problems: list[str] = []
    rows = list(read_rows(folder / ANNOTATIONS))
    for row in rows:
        picture = pictures.named(row.image)
        text = clean_text(row.text)
        quad, wrong = check_row(row, picture.size, alphabet)
        numbers = tuple(quad.flatten().tolist()) if quad is not None else row.corners
        key = (picture, text, numbers)
        if key in seen:
            wrong.append(repeats(seen[key], row))
        seen.setdefault(key, row)
        problems += [named(row, what) for what in wrong]
        known = plates.setdefault(picture, [])
        if problem := other_side(first.setdefault(picture, row), row):
            problems.append(named(row, problem))
        groups.setdefault(picture, set()).update({row.group} - {""})
        if text or row.corners:
            lines = int(row.lines) if row.lines in LINES else None
            known.append(LabelledPlate(text or NoText.UNREADABLE, lines=lines, quad=quad))
        else:
            empty.setdefault(picture, row)
    problems += [
        named(row, "says that the picture has no plate, other rows name one")
        for picture, row in empty.items()
        if plates[picture]
    ]
    photos = [
        Photo(
            one.path, tuple(known), first[one].number, side(first[one]), tuple(sorted(groups[one]))
        )
        for one, known in plates.items()
    ]
    return photos, problems, rows


def _size(path: Path, decode: bool) -> tuple[int, int] | str:
    """Return (width, height) of a picture, or what is wrong with it."""
    try:
        if decode:
            height, width = read_picture(path).shape
            return width, height
        return picture_size(path)
    except UserError as error:
        return str(error).removeprefix(f"{path}: ")
