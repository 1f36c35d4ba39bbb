"""Writing a folder of photographs in a format of others."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..common.errors import UserError
from ..common.progress import progress, tell
from .folders import new_folder
from .formats import get_format
from .formats.base import Export
from .intake import Put, link
from .names import Names
from .record import Labelled
from .whole import whole_pictures


@dataclass
class Exported:
    """What an export wrote. left_out: pictures that the format cannot hold, since a plate has no place."""

    pictures: int = 0
    plates: int = 0
    left_out: int = 0


def export_labels(
    folder: Path,
    name: str,
    out: Path,
    put: Put = link,
    shape: str = "obb",
    url: str = "",
    replace: bool = False,
) -> Exported:
    """Write a folder of photographs into another folder, in a format called `name`, and return what was written.

    Raises UserError where the format cannot be written, `annotations.csv` is broken, or as `new_folder` does.
    """
    label_format = get_format(name)
    if label_format.write is None:
        raise UserError(f"the format '{name}' is only read")
    if folder.resolve().is_relative_to(out.resolve()) or out.resolve() == folder.resolve():
        raise UserError(f"{out} holds what is to be exported: choose another folder")
    done = Exported()
    total, whole = whole_pictures(folder, Names())
    with new_folder(out, replace) as partial:

        def place(picture: Labelled, path: str) -> Path:
            target = partial / path
            target.parent.mkdir(parents=True, exist_ok=True)
            put(picture.picture, target)
            return target

        def pictures() -> Iterator[Labelled]:
            for picture in progress(whole, total, f"export {folder.name}"):
                if not label_format.without_corners and any(
                    plate.corners is None for plate in picture.plates
                ):
                    done.left_out += 1
                    continue
                done.pictures += 1
                done.plates += len(picture.plates)
                yield picture

        label_format.write(pictures(), Export(partial, place, shape, url))
    if done.left_out:
        tell(
            f"note: pictures left out, since '{name}' cannot say of a plate that its place is unknown: {done.left_out}"
        )
    return done
