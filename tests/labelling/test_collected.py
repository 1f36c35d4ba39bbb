"""Pictures that servers have collected, taken from their folder to be labelled."""

import csv
import io
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from src.collecting.folder import collected
from src.collecting.rows import as_read, corrected
from src.collecting.store import Collection
from src.common.errors import UserError
from src.datasets.photos import load_photos, validate
from src.labelling import command
from src.labelling.importing import import_labels
from src.labelling.record import Asked
from tests.labelling.test_prelabelling import read
from tests.reading.made import reading

SIZE = (300, 200)


def picture(level: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", SIZE, level).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four pictures: one as it was read, one that a client has mended, one that is said to be wrong, one without."""
    bundle = SimpleNamespace(title="the model", reader=SimpleNamespace(read=read))
    monkeypatch.setattr(command, "choose_model", lambda name: bundle)
    collection = Collection(tmp_path / "collected", 10_000_000, 30)
    kept = as_read("", "gate-7", [reading("ZH10", 0.5)], *SIZE)
    said = {1: kept, 2: corrected(kept, ["ZH 18"]), 3: corrected(kept, [])}
    said[4] = corrected(as_read("", "other", [], *SIZE), ["GE 7"])
    for number, rows in said.items():
        collection.add(f"{number:032x}", ".png", picture(100 + 20 * number), rows)
    return tmp_path / "collected"


def label(*arguments: object) -> None:
    command.main(["label", *map(str, arguments)])


def labelled(out: Path) -> list[tuple[int, str, str]]:
    """Number, text and group of each row, in their order."""
    with (out / "annotations.csv").open(encoding="utf-8", newline="") as file:
        return [
            (int(Path(row["image_path"]).stem, 16), row["plate_text"], row["group"])
            for row in csv.DictReader(file)
        ]


def test_what_clients_say_comes_first_and_stays(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "gate"
    label(folder, "--out", out)
    assert labelled(out) == [
        (2, "ZH18", "gate-7"),
        (3, "ZH10", "gate-7"),  # read anew: who knows what is wrong
        (4, "GE7", "other"),
        (1, "ZH10", "gate-7"),
    ]
    assert validate(out) == []
    assert {path.name for path in out.iterdir()} == {
        *("annotations.csv", "labelstudio.json", "labelstudio.xml", "cvat.xml", "pictures")
    }
    assert '<attribute name="text">GE7</attribute>' in (out / "cvat.xml").read_text()


def test_it_is_then_imported_and_groups_stay(folder: Path, tmp_path: Path) -> None:
    label(folder, "--out", tmp_path / "gate")
    counts = import_labels(
        "annotations", tmp_path / "gate", tmp_path / "photos/gate", Asked("gate")
    )
    assert (counts.pictures, counts.rejected) == (4, 0)
    photos = load_photos(tmp_path / "photos/gate").photos
    assert sorted(photo.groups for photo in photos) == [("gate-7",)] * 3 + [("other",)]


def test_what_servers_remove_later_stays_there(folder: Path, tmp_path: Path) -> None:
    label(folder, "--out", tmp_path / "gate")
    Collection(folder, 10_000_000, 0).expire()
    with collected(folder) as pictures:
        assert pictures == []
    assert len(list((tmp_path / "gate/pictures").iterdir())) == 4
    assert not any(path.is_symlink() for path in (tmp_path / "gate/pictures").iterdir())
    with pytest.raises(UserError, match="nothing is collected there yet"):
        label(folder, "--out", tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_texts_that_were_hashed_are_read_anew(tmp_path: Path, folder: Path) -> None:
    said = corrected(as_read("", "g", [reading("ZH10")], *SIZE), ["ZH18"])
    rows = [one.hashed(lambda text: "00") for one in said]
    Collection(folder, 10_000_000, 30).add("f" * 32, ".png", picture(150), rows)
    label(folder, "--out", tmp_path / "gate")
    assert (int("f" * 32, 16), "ZH10", "g") in labelled(tmp_path / "gate")


def test_it_asks_for_a_folder_and_for_one_that_is_free(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="say --out DIR"):
        label(folder)
    (tmp_path / "mine").mkdir()
    with pytest.raises(UserError, match="--out is for folders into which servers collect"):
        label(tmp_path / "mine", "--out", tmp_path / "gate")
    (tmp_path / "mine/notes.txt").write_text("mine")
    for more in ([], ["--replace"]):
        with pytest.raises(UserError, match="mine is "):
            label(folder, "--out", tmp_path / "mine", *more)
    label(folder, "--out", tmp_path / "gate")
    with pytest.raises(UserError, match="is there already"):
        label(folder, "--out", tmp_path / "gate")
    label(folder, "--out", tmp_path / "gate", "--replace")
