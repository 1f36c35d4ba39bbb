"""Photographs that teach are frozen beside the drawn sets, and mixed into training."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import params
from src.common.config import Config, load_config
from src.common.geometry import box_quad
from src.datasets.placing import Find, FindPlates
from src.datasets.prepared import Sample, read_prepared
from src.datasets.teaching import TeachingPhoto
from src.localize.photo_windows import photo_windows, windows_to_search
from src.ocr.options import plate_options
from src.ocr.photo_plates import photo_plates, plates_to_read
from src.pipeline import photographs
from src.pipeline.mixing import frozen_photos, photo_validation, with_photos
from src.pipeline.photographs import LEFT_OUT, freeze_photos
from tests.photographs import TILTED, row, write_photos

ROWS = [
    row("a.png", "ZH1", TILTED),
    row("b.png", "ZH2", TILTED),
    row("c.png", "ZH3", box_quad(TILTED)),
    row("d.png", "ZH4", TILTED, "val"),
    row("e.png", "ZH5", TILTED, "test"),
]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    write_photos(tmp_path / "photos" / "mine", ROWS)
    return replace(load_config(), photos=tmp_path / "photos", start="none")


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(params, "MULTIPROCESSING", False)


def freeze_plates(folder: Path, config: Config, localizer: Path | None = None) -> None:
    def choose(photo: TeachingPhoto) -> Iterator[object]:
        return plates_to_read(photo, "ZH0123456789")

    freeze_photos("ocr", folder, config, 1, choose, partial(rendered, plate_options()), localizer)


def rendered(options: object, split: str, plates: Sequence[object]) -> Callable[[int], Sample]:
    return photo_plates(split, plates, options, 1)  # type: ignore[arg-type]


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def test_both_splits_are_frozen_and_what_is_not_placed_is_listed(
    tmp_path: Path, config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "ocr"
    freeze_plates(folder, config)
    train, validation = (read_prepared(folder, f"{split}_photos") for split in ("train", "val"))
    assert [plates[0].text for plates in train.plates] == ["ZH1", "ZH2"]
    assert [plates[0].text for plates in validation.plates] == ["ZH4"]
    assert train.images.shape[1:] == (128, 256)
    # Mapped from disk, whatever their number.
    assert isinstance(train.images, np.memmap)
    assert validation.images.shape[1:] == (32, 128)
    with (folder / LEFT_OUT).open(encoding="utf-8", newline="") as file:
        assert [line["plate_text"] for line in csv.DictReader(file)] == ["ZH3"]
    said = capsys.readouterr().out
    assert "2 to train on, 1 to validate on; plates left out: 1 (" in said
    assert "no model finds what labels do not say; left out for that: 1" in said


def test_the_start_model_places_what_labels_do_not(
    tmp_path: Path, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(picture: NDArray[np.uint8]) -> list[Find]:
        return [Find(TILTED, 1, "")]

    def finder(config: Config, min_score: float, localizer: Path | None) -> FindPlates:
        assert min_score == params.PreparePhotosParams.MIN_SCORE
        assert localizer == tmp_path / "trained"
        return find

    monkeypatch.setattr(photographs, "start_finder", finder)
    freeze_plates(tmp_path / "ocr", config, tmp_path / "trained")
    frozen = read_prepared(tmp_path / "ocr", "train_photos")
    assert [plates[0].text for plates in frozen.plates] == ["ZH1", "ZH2", "ZH3"]


def test_the_localizer_learns_the_place_of_boxes_too(tmp_path: Path, config: Config) -> None:
    size = (64, 64)

    def choose(photo: TeachingPhoto) -> Iterator[object]:
        return windows_to_search(photo, size)

    def render(split: str, windows: Sequence[object]) -> Callable[[int], Sample]:
        return photo_windows(split, windows, 1, size)  # type: ignore[arg-type]

    freeze_photos("localize", tmp_path, config, 1, choose, render)
    frozen = read_prepared(tmp_path, "train_photos")
    assert [plates[0].text for plates in frozen.plates] == ["ZH1", "ZH2", "ZH3"]
    assert read_prepared(tmp_path, "val_photos").images.shape == (1, *size)


@pytest.mark.parametrize("why", ["no share", "no photographs"])
def test_without_photographs_nothing_is_written_said_or_mixed(
    tmp_path: Path,
    config: Config,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    why: str,
) -> None:
    folder = tmp_path / "ocr"
    freeze_plates(folder, config)
    capsys.readouterr()
    if why == "no share":
        monkeypatch.setattr(params, "PHOTO_SHARE", 0.0)
    else:
        config = replace(config, photos=tmp_path / "none")
    assert bool(frozen_photos(folder, "train")) == (why != "no share")
    freeze_plates(folder, config)
    assert files(folder) == set()
    assert capsys.readouterr().out == ""

    def drawn(index: int) -> int:
        return index

    assert with_photos(drawn, folder, 10, lambda _: drawn) is drawn
    assert photo_validation(folder, lambda _: [], object(), "") is None  # type: ignore[arg-type]


def test_no_more_are_frozen_than_are_wanted(
    tmp_path: Path, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(params.PreparePhotosParams, "MAX_PHOTOS", 1)
    freeze_plates(tmp_path / "ocr", config)
    assert len(read_prepared(tmp_path / "ocr", "train_photos")) == 1


def test_photographs_are_a_share_of_each_batch(
    tmp_path: Path, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(params, "PHOTO_SHARE", 0.25)
    monkeypatch.setattr(params, "BATCH_SIZE", 8)
    folder = tmp_path / "ocr"
    freeze_plates(folder, config)
    mixed = with_photos(lambda _: "drawn", folder, 16, lambda frozen: lambda _: f"{len(frozen)}")
    assert [mixed(index) for index in range(8)].count("2") == 2
