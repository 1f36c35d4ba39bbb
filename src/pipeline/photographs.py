"""Freezing photographs that teach beside the drawn sets, for the prepare stages."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

import params
from params import PreparePhotosParams

from ..common.config import Config
from ..common.workers import worker_count
from ..datasets.annotation_checks import Split
from ..datasets.photos import photo_folders
from ..datasets.prepared import Render, photo_set, write_prepared
from ..datasets.teaching import (
    NO_START,
    TEACHING,
    LeftOut,
    TeachingPhoto,
    placed_photos,
    teaching_photos,
    write_left_out,
)
from .finder import start_finder

LEFT_OUT = "photos_left_out.csv"
V = TypeVar("V")


def freeze_photos(
    name: str,
    folder: Path,
    config: Config,
    seed: int,
    choose: Callable[[TeachingPhoto], Iterable[V | LeftOut]],
    render: Callable[[Split, Sequence[V]], Render],
    localizer: Path | None = None,
) -> None:
    """Freeze the photographs whose split is train or val as sets of their own in the folder of the drawn ones.

    Nothing is written, and nothing said, where there are none and where PHOTO_SHARE is 0. What does not teach is listed
    in LEFT_OUT beside them.

    name: "localize" or "ocr". seed: of which photographs are taken where there are more than MAX_PHOTOS. choose: what
    of a photograph is frozen, and what is left out. render: draws what was chosen of a split by number. localizer: as
    of `start_finder`.

    Raises UserError for broken folders, for pictures that cannot be read and when the disk is full.
    """
    for split in TEACHING:
        for suffix in ("csv", "npy"):
            (folder / f"{photo_set(split)}.{suffix}").unlink(missing_ok=True)
    (folder / LEFT_OUT).unlink(missing_ok=True)
    photos = teaching_photos(photo_folders(config.photos)) if params.PHOTO_SHARE else []
    if not photos:
        return
    chosen: dict[Split, list[V]] = {split: [] for split in TEACHING}
    left_out: list[LeftOut] = []
    find = start_finder(config, PreparePhotosParams.MIN_SCORE, localizer)
    for photo in placed_photos(photos, find):
        for one in choose(photo):
            if isinstance(one, LeftOut):
                left_out.append(one)
            else:
                chosen[photo.photo.split].append(one)
    most = PreparePhotosParams.MAX_PHOTOS
    surplus = sum(max(0, len(found) - most) for found in chosen.values())
    for split, found in chosen.items():
        kept = _some(found, most, seed)
        if kept:
            workers = worker_count(params.MULTIPROCESSING)
            write_prepared(folder, photo_set(split), render(split, kept), len(kept), workers)
    write_left_out(folder / LEFT_OUT, left_out)
    _say(name, [min(len(found), most) for found in chosen.values()], left_out, surplus)


def _some(found: Sequence[V], most: int, seed: int) -> Sequence[V]:
    """Return at most so many, drawn at random and in their order."""
    if len(found) <= most:
        return found
    drawn = np.random.default_rng(seed).permutation(len(found))[:most]
    return [found[place] for place in sorted(drawn.tolist())]


def _say(name: str, frozen: Sequence[int], left_out: Sequence[LeftOut], surplus: int) -> None:
    train, validation = frozen
    more = f", and {surplus} by MAX_PHOTOS" if surplus else ""
    print(
        f"{name}: photographs frozen: {train} to train on, {validation} to validate on; plates left out: "
        f"{len(left_out)} (data/prepared/{name}/{LEFT_OUT}){more}"
    )
    if without := sum(row.reason == NO_START for row in left_out):
        print(
            f"{name}: start is none in params.yaml, so that no model finds what labels do not say; left out for that: "
            f"{without}"
        )
