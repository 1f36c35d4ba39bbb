"""A sheet of plates as a format draws them, to look at before anything is trained.

python3 -m src.sheet FORMAT FILE [--seed N]    e.g. python3 -m src.sheet chinese chinese.jpg
"""

import argparse
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from .common.config import load_config
from .common.errors import UserError, run_main
from .common.files import atomic_path
from .generators.formats.base import PlateSpec
from .generators.plate import draw_plate
from .generators.scene import World
from .pictures.draw import TRUTH, Overlay, contact_sheet, draw_tile
from .pipeline.world import load_world

# Plates of each layout, and how many are drawn to find that many of the rare ones.
_COLUMNS, _DRAWS = 4, 1000
_PLATE_HEIGHTS = {1: 64, 2: 96}
# Of a tile in pixels: a plate, and its text above it.
_TILE = (136, 300)
_ENDINGS = (".jpg", ".png")


def main() -> None:
    """Draw the sheet."""
    parser = argparse.ArgumentParser(
        prog="python3 -m src.sheet", description="Draw a sheet with plates of each layout."
    )
    parser.add_argument(
        "format", metavar="FORMAT", help="a plate format, or several with + between"
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="where to: a .jpg or .png")
    parser.add_argument("--seed", type=int, default=0, help="another one draws others (0)")
    options = parser.parse_args()
    if options.file.suffix not in _ENDINGS:
        raise UserError(f"{options.file} is to be called {' or '.join(_ENDINGS)} at its end")
    if options.seed < 0:
        raise UserError(f"--seed {options.seed} must be at least 0")
    world = load_world(replace(load_config(), plate_format=options.format))
    draw_sheet(world, options.file, np.random.default_rng(options.seed))
    print(f"wrote {options.file}")


def draw_sheet(world: World, file: Path, rng: np.random.Generator) -> None:
    """Write a sheet with a row of plates for each layout, in the order of the layouts' names, each with its text."""
    rows: dict[str, list[PlateSpec]] = {}
    for _ in range(_DRAWS):
        spec = world.plate_format.sample(rng)
        row = rows.setdefault(spec.layout, [])
        if len(row) < _COLUMNS:
            row.append(spec)
    tiles = []
    for _, row in sorted(rows.items()):
        for spec in row:
            plate = draw_plate(spec, rng, _PLATE_HEIGHTS[spec.lines], world.templates)
            tiles.append(draw_tile(plate.image, [Overlay(None, spec.text, TRUTH)], *_TILE))
        tiles += [np.full((*_TILE, 3), 255, np.uint8)] * (_COLUMNS - len(row))
    # In full, whatever its bytes: pictures that are committed are smaller (`write_picture`).
    content = cv2.imencode(file.suffix, contact_sheet(tiles, _COLUMNS, *_TILE))[1]
    with atomic_path(file) as partial:
        partial.write_bytes(content.tobytes())


if __name__ == "__main__":
    run_main(main)
