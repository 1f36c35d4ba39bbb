"""How fast one core draws what both models train on: ``python3 -m benchmarks.generate`` (about 30 seconds).

Draws scenes and plate views with the parameters of params.py in this process, in one thread, and prints what it
measured. "Per CPU second" leaves out the time in which other programs had the core; on an idle machine it equals
"per second". To be repeatable where the machine is shared, a row is measured in turns, and the best turn is given
beside the mean of all.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np

from benchmarks.report import machine, peak_memory, table, take_no_options
from params import PrepareLocalizeParams, PrepareStackParams
from src.common.config import load_config
from src.datasets.prepared import Sample
from src.datasets.scenes import SceneRecipe
from src.generators.scene import SceneOptions, World
from src.generators.splits import Split
from src.localize.options import scene_options
from src.ocr.options import plate_options
from src.ocr.recipe import PlateRecipe
from src.pipeline.world import load_world

# Items before the measurement, in which letters and backgrounds that are kept get drawn.
WARM_UP = 4000
# Turns of measuring per row, and how long each takes in seconds.
TURNS, SECONDS = 4, 1.0
SEED = 0
TRAIN: Split = "train"
TEST: Split = "test"
HEAD = (
    "item",
    "size",
    "drawn",
    "per s",
    "per CPU s",
    "best turn",
    "p50, ms",
    "p95, ms",
    "peak, MB",
)


class Row(NamedTuple):
    """What was measured of one kind of item; times in seconds, memory in MB."""

    item: str
    size: str
    drawn: int
    per_second: float
    per_cpu_second: float
    best: float
    p50: float
    p95: float
    memory: float


def measure(
    item: str,
    size: str,
    draw: Callable[[int], Sample],
    seconds: float = SECONDS,
    warm_up: int = WARM_UP,
) -> Row:
    """Draw items 0, 1, 2 … in turns of some seconds after a warm-up and return how long they took."""
    for index in range(warm_up):
        draw(index)
    times: list[float] = []
    wall, cpu, speeds = 0.0, 0.0, []
    for _ in range(TURNS):
        before, begin, cpu_begin = len(times), time.perf_counter(), time.process_time()
        while len(times) == before or time.perf_counter() - begin < seconds:
            times.append(_timed(draw, warm_up + len(times)))
        took = time.process_time() - cpu_begin
        wall, cpu = wall + time.perf_counter() - begin, cpu + took
        speeds.append((len(times) - before) / took)
    p50, p95 = np.percentile(times, (50, 95)).tolist()
    count = len(times)
    return Row(
        item, size, count, count / wall, count / cpu, max(speeds), p50, p95, peak_memory()
    )  # fmt: skip


def _timed(draw: Callable[[int], Sample], index: int) -> float:
    begin = time.perf_counter()
    draw(index)
    return time.perf_counter() - begin


def cells(row: Row) -> list[str]:
    """Return a row as text, times in milliseconds."""
    speeds = (f"{speed:,.0f}" for speed in (row.per_second, row.per_cpu_second, row.best))
    times = (f"{1000 * value:.2f}" for value in (row.p50, row.p95))
    return [row.item, row.size, f"{row.drawn:,}", *speeds, *times, f"{row.memory:.0f}"]


def measure_all(world: World) -> list[Row]:
    """Measure the localizer's scenes at two sizes, the test scenes, and the reader's plates."""
    small, plates, stack = scene_options(), plate_options(), PrepareStackParams
    tests = SceneOptions(
        height=stack.IMG_HEIGHT, width=stack.IMG_WIDTH, max_plates=stack.MAX_PLATES,
        empty_share=stack.EMPTY_SHARE, min_plate=stack.MIN_PLATE, max_plate=stack.MAX_PLATE,
    )  # fmt: skip
    large = replace(small, height=256, width=256)
    rows = []
    for name, o, split in (
        ("training scene", small, TRAIN),
        ("training scene", large, TRAIN),
        ("test scene", tests, TEST),
    ):
        kept = PrepareLocalizeParams.KEPT_PLATES if split == TRAIN else 0
        draw = SceneRecipe(replace(world, kept_plates=kept), o, SEED, split)
        rows.append(measure(name, f"{o.height}×{o.width}", draw))
    view = PlateRecipe(world, plates, SEED, TRAIN)
    return [*rows, measure("plate view", f"{plates.height}×{plates.width}", view)]


def main() -> None:
    """Measure all and print the table."""
    take_no_options("benchmarks.generate", __doc__)
    cv2.setNumThreads(0)
    world = load_world(load_config())
    before = peak_memory()
    first = _timed(SceneRecipe(world, scene_options(), SEED, TRAIN), 0)
    rows = measure_all(world)
    print(f"{machine(['numpy', 'opencv-python-headless'])}; 1 process, 1 thread\n")
    print(f"{table(HEAD, [cells(row) for row in rows], texts=2)}\n")
    print(f"First scene of a new process: {1000 * first:.0f} ms. Before it: {before:.0f} MB")


if __name__ == "__main__":
    main()
