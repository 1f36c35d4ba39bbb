"""How fast one core draws what both models train on: ``python3 -m benchmarks.generate`` (about 20 seconds).

Draws scenes and plate views with the parameters of params.py in this process, in one thread, and prints what it
measured. "Per CPU second" leaves out the time in which other programs had the core; on an idle machine it equals
"per second".
"""

import os
import platform
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from src.common.config import load_config
from src.datasets.prepared import Sample
from src.localize.options import scene_options
from src.localize.recipe import SceneRecipe
from src.ocr.options import plate_options
from src.ocr.recipe import PlateRecipe
from src.pipeline.world import load_world

# Items before the measurement, in which letters and backgrounds that are kept get drawn.
WARM_UP = 1500
# Seconds of measuring per row.
SECONDS = 6.0
SEED = 0


class Row(NamedTuple):
    """What was measured of one kind of item; times in seconds."""

    item: str
    size: str
    first: float
    drawn: int
    per_second: float
    per_cpu_second: float
    p50: float
    p95: float


def measure(
    item: str,
    size: str,
    draw: Callable[[int], Sample],
    seconds: float = SECONDS,
    warm_up: int = WARM_UP,
) -> Row:
    """Draw items 0, 1, 2 … for some seconds after a warm-up and return how long they took."""
    first = _timed(draw, 0)
    for index in range(1, warm_up):
        draw(index)
    times: list[float] = []
    begin, cpu = time.perf_counter(), time.process_time()
    while not times or time.perf_counter() - begin < seconds:
        times.append(_timed(draw, warm_up + len(times)))
    wall, cpu = time.perf_counter() - begin, time.process_time() - cpu
    p50, p95 = np.percentile(times, (50, 95)).tolist()
    return Row(item, size, first, len(times), len(times) / wall, len(times) / cpu, p50, p95)


def _timed(draw: Callable[[int], Sample], index: int) -> float:
    begin = time.perf_counter()
    draw(index)
    return time.perf_counter() - begin


def table(rows: list[Row]) -> str:
    """Return the rows as a Markdown table, times in milliseconds."""
    head = ("item", "size", "first, ms", "drawn", "per s", "per CPU s", "p50, ms", "p95, ms")
    lines = [head, tuple("---" if column < 2 else "---:" for column in range(len(head)))]
    for row in rows:
        first, p50, p95 = (f"{1000 * value:.2f}" for value in (row.first, row.p50, row.p95))
        speeds = (f"{row.per_second:,.0f}", f"{row.per_cpu_second:,.0f}")
        lines.append((row.item, row.size, first, f"{row.drawn:,}", *speeds, p50, p95))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def machine() -> str:
    """Return one line on the processor and the versions that matter here."""
    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        models = (
            line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")
        )
        name = next(models, f": {name}").partition(": ")[2]
    return (
        f"{name}, {os.cpu_count()} cores, {platform.system()}; Python {platform.python_version()}, "
        f"numpy {np.__version__}, OpenCV {cv2.__version__}; 1 process, 1 thread"
    )


def peak_memory() -> float:
    """Return the most memory that this process has held, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def main() -> None:
    """Measure both and print the table."""
    cv2.setNumThreads(0)
    world, scenes, plates = load_world(load_config()), scene_options(), plate_options()
    before = peak_memory()
    rows = [
        measure(
            "scene", f"{scenes.height}×{scenes.width}", SceneRecipe(world, scenes, SEED, "train")
        ),
        measure(
            "plate view",
            f"{plates.height}×{plates.width}",
            PlateRecipe(world, plates, SEED, "train"),
        ),
    ]
    print(f"{machine()}\n\n{table(rows)}\n")
    print(f"Peak memory {peak_memory():.0f} MB, {before:.0f} MB of it before the first drawing")


if __name__ == "__main__":
    main()
