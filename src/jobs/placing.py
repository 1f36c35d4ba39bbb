"""A job's data, from wherever they are to where the stages look for them: linked, and never written to."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..bundle.origin import folder_md5
from ..common.errors import UserError
from ..common.files import atomic_path
from ..datasets.annotation_rows import read_rows, with_splits
from ..datasets.photos import ANNOTATIONS
from ..labelling.importing import import_labels
from ..labelling.intake import copy, link
from ..labelling.record import Asked

DATASETS = "data/datasets"
# Folders of data/datasets that hold no labelled photographs, by the channel of the same name.
OPTIONAL_INPUT = ("backgrounds", "cifar-10-batches-py", "fonts", "swiss_templates", "weights")
# Channels of a hosted detector: pictures, and a JSON for each of them.
_SIDES: Mapping[str, str] = {"train": "train", "validation": "val", "test": "test"}
_LABELS = "_annotation"
# The channel with a model to start from, and the one with an earlier annotations.csv.
MODEL, PREVIOUS = "model", "previous"
# Beside the pictures of other channels; what lies there is no data.
_HIDDEN = (".", "__MACOSX")


@dataclass
class Placed:
    """What was put in place. photos: DVC's hash of each folder of photographs as it came, by its name."""

    photos: dict[str, str] = field(default_factory=dict)
    model: Path | None = None
    previous: Path | None = None


def place(sources: Mapping[str, Path], workspace: Path, classes: tuple[str, ...] = ()) -> Placed:
    """Link data into ``workspace``/data/datasets.

    sources: folders by the name of their channel. One with `annotations.csv` is a folder of photographs of that name,
    one that holds several is all of them; `train` and `validation` with `…_annotation` beside them are a JSON for
    each picture; those of OPTIONAL_INPUT are what their names say; `model` and `previous` are only found.
    classes: of such JSON, those that are plates.

    Raises UserError for a folder that is none of these, or not there.
    """
    placed = Placed()
    labelled = {name for name in sources if f"{name}{_LABELS}" in sources}
    if labelled:
        _place_json(sources, labelled, workspace / DATASETS / "photos/channels", classes)
        placed.photos["channels"] = folder_md5(workspace / DATASETS / "photos/channels")
    for name, source in sources.items():
        if name.removesuffix(_LABELS) in labelled:
            continue
        if not source.exists():
            raise UserError(f"the data {name} are to be in {source}, which is not there")
        if name == MODEL:
            placed.model = source
        elif name == PREVIOUS:
            placed.previous = source / ANNOTATIONS if source.is_dir() else source
        elif name in OPTIONAL_INPUT:
            _link_tree(source, workspace / DATASETS / name)
        else:
            for folder_name, folder in _photo_folders(name, source):
                target = workspace / DATASETS / "photos" / folder_name
                if target.exists():
                    raise UserError(
                        f"two folders of photographs are called {folder_name}: rename one"
                    )
                _link_tree(folder, target)
                _name_side(target, _SIDES.get(name))
                placed.photos[folder_name] = folder_md5(folder)
    return placed


def sources_of(data: Path) -> dict[str, Path]:
    """Return the channels below a folder, by name; none where it is not there."""
    found = sorted(data.iterdir()) if data.is_dir() else []
    return {path.name: path for path in found if path.is_dir() and not _is_hidden(path)}


def _photo_folders(name: str, source: Path) -> Iterator[tuple[str, Path]]:
    if (source / ANNOTATIONS).is_file():
        yield name, source
        return
    inner = sorted(table.parent for table in source.glob(f"*/{ANNOTATIONS}"))
    if not inner:
        beside = f", and {name}{_LABELS} beside it" if name in _SIDES else ""
        raise UserError(
            f"{source} holds no photographs: {ANNOTATIONS} is neither in it nor in a folder of it{beside}. Bring "
            "labels in with `python3 -m src.photos import`, or name the channel as docs/containers.md does"
        )
    for folder in inner:
        yield folder.name, folder


def _name_side(folder: Path, side: str | None) -> None:
    """Let pictures without a split be on the side that their channel is called after."""
    table = folder / ANNOTATIONS
    if side is None or all(row.split for row in read_rows(table)):
        return
    text = with_splits(table, lambda row: row.split or side)
    with atomic_path(table) as partial:
        partial.write_text(text, encoding="utf-8", newline="")


def _place_json(
    sources: Mapping[str, Path], names: set[str], target: Path, classes: tuple[str, ...]
) -> None:
    unknown = sorted(names - _SIDES.keys())
    if unknown:
        raise UserError(
            f"the channel {unknown[0]}{_LABELS} belongs to none of {', '.join(_SIDES)}: rename it"
        )
    # As one folder with such channels, which is what labels are brought in from.
    together = target.with_name(".channels")
    together.mkdir(parents=True)
    for name in names:
        for one in (name, f"{name}{_LABELS}"):
            (together / one).symlink_to(sources[one].resolve(), target_is_directory=True)
    try:
        import_labels("json", together, target, Asked("channels", together, classes, "", False))
    finally:
        for each in together.iterdir():
            each.unlink()
        together.rmdir()


def _link_tree(source: Path, target: Path) -> None:
    """Link the files below a folder to the same places below another; the table of labels is copied."""
    for path in sorted(source.rglob("*")):
        inner = path.relative_to(source)
        if path.is_file() and not any(_is_hidden(Path(part)) for part in inner.parts):
            place = target / inner
            place.parent.mkdir(parents=True, exist_ok=True)
            put: Callable[[Path, Path], None] = copy if path.name == ANNOTATIONS else link
            put(path, place)


def _is_hidden(path: Path) -> bool:
    return path.name.startswith(_HIDDEN)
