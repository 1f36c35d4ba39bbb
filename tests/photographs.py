"""A small drawn stand-in for labelled photographs."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from src.datasets.photos import ANNOTATIONS

HEADER = "image_path,plate_text,x1,y1,x2,y2,x3,y3,x4,y4,split,lines"
SIZE = (240, 320)
TILTED = np.array([[100, 100], [200, 110], [198, 134], [98, 124]], np.float32)


def picture(*quads: NDArray[np.float32], seed: int = 1) -> NDArray[np.uint8]:
    """Grey noise with white plates that have a black edge."""
    noise = np.random.default_rng(seed).integers(60, 120, SIZE, dtype=np.uint8)
    for quad in quads:
        corners = np.round(quad).astype(np.int32)
        cv2.fillPoly(noise, [corners], (240,))
        cv2.polylines(noise, [corners], True, (0,), 2)
    return noise


def row(
    name: str,
    text: str = "",
    quad: NDArray[np.float32] | None = None,
    split: str = "train",
    lines: str = "1",
) -> str:
    """A row of annotations.csv."""
    corners = [""] * 8 if quad is None else [f"{value:g}" for value in quad.ravel().tolist()]
    return ",".join([name, text, *corners, split, lines])


def write_photos(folder: Path, rows: Sequence[str]) -> Path:
    """Write a folder of the pictures that rows name, each with a plate at TILTED."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(dict.fromkeys(one.split(",")[0] for one in rows)):
        Image.fromarray(picture(TILTED, seed=number)).save(folder / name)
    (folder / ANNOTATIONS).write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return folder
