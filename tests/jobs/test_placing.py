"""Data come to where the stages look for them, whatever they are called, and are never written to."""

from pathlib import Path

import pytest

from src.bundle.origin import folder_md5
from src.common.errors import UserError
from src.datasets.photos import load_photos
from src.jobs.placing import place, sources_of
from tests.jobs.hosted import write_channels
from tests.photographs import TILTED, row, write_photos


def photos(workspace: Path, name: str) -> dict[str, int]:
    found = load_photos(workspace / "data/datasets/photos" / name).photos
    sides = [photo.split for photo in found]
    return {side: sides.count(side) for side in sides}


def test_channels_of_a_hosted_detector(tmp_path: Path) -> None:
    write_channels(tmp_path / "data", {"train": 3, "validation": 2})
    before = folder_md5(tmp_path / "data")
    sources = sources_of(tmp_path / "data")
    assert list(sources) == ["train", "train_annotation", "validation", "validation_annotation"]
    placed = place(sources, tmp_path / "workspace")
    assert list(placed.photos) == ["channels"]
    assert photos(tmp_path / "workspace", "channels") == {"train": 3, "val": 2}
    assert folder_md5(tmp_path / "data") == before


def test_one_folder_of_ours_or_several(tmp_path: Path) -> None:
    own = write_photos(tmp_path / "own", [row("a.png", "ZH1", TILTED), row("b.png", "BE2", TILTED)])
    write_photos(tmp_path / "many/one", [row("a.png", "VD3", TILTED)])
    write_photos(tmp_path / "many/two", [row("a.png", "GE4", TILTED)])
    placed = place({"own": own, "many": tmp_path / "many"}, tmp_path / "workspace")
    assert placed.photos.keys() == {"own", "one", "two"}
    assert placed.photos["own"] == folder_md5(own)
    # Where nothing was changed, the hash of what the stages read is that of what came.
    assert folder_md5(tmp_path / "workspace/data/datasets/photos/own") == folder_md5(own)


def test_pictures_without_a_side_have_that_of_their_channel(tmp_path: Path) -> None:
    rows = [row("a.png", "ZH1", TILTED, split=""), row("b.png", "BE2", TILTED, split="test")]
    write_photos(tmp_path / "train", rows)
    write_photos(tmp_path / "validation", rows)
    write_photos(tmp_path / "street", rows)
    place(sources_of(tmp_path), tmp_path / "workspace")
    assert photos(tmp_path / "workspace", "train") == {"train": 1, "test": 1}
    assert photos(tmp_path / "workspace", "validation") == {"val": 1, "test": 1}
    assert photos(tmp_path / "workspace", "street") == {"test": 2}
    assert [p.split for p in load_photos(tmp_path / "train").photos] == ["test", "test"]


def test_other_input_is_what_its_name_says(tmp_path: Path) -> None:
    (tmp_path / "data/weights").mkdir(parents=True)
    (tmp_path / "data/weights/resnet50.pth").write_bytes(b"x")
    (tmp_path / "data/model").mkdir()
    (tmp_path / "data/.hidden").mkdir()
    placed = place(sources_of(tmp_path / "data"), tmp_path / "workspace")
    assert (tmp_path / "workspace/data/datasets/weights/resnet50.pth").read_bytes() == b"x"
    assert placed.model == tmp_path / "data/model"
    assert placed.photos == {}


def test_without_channels_there_is_nothing_to_place(tmp_path: Path) -> None:
    assert place(sources_of(tmp_path / "nothing"), tmp_path / "workspace").photos == {}


def test_what_is_no_data_is_named(tmp_path: Path) -> None:
    (tmp_path / "train").mkdir()
    (tmp_path / "train/a.png").touch()
    with pytest.raises(UserError, match=r"train holds no photographs.*train_annotation beside it"):
        place(sources_of(tmp_path), tmp_path / "workspace")
    with pytest.raises(UserError, match="which is not there"):
        place({"own": tmp_path / "own"}, tmp_path / "workspace")
    (tmp_path / "street").mkdir()
    (tmp_path / "street_annotation").mkdir()
    with pytest.raises(UserError, match="street_annotation belongs to none of train"):
        place(sources_of(tmp_path), tmp_path / "other")


def test_two_folders_of_one_name(tmp_path: Path) -> None:
    one = write_photos(tmp_path / "one", [row("a.png", "ZH1", TILTED)])
    write_photos(tmp_path / "many/one", [row("a.png", "VD3", TILTED)])
    with pytest.raises(UserError, match="two folders of photographs are called one"):
        place({"one": one, "many": tmp_path / "many"}, tmp_path / "workspace")
