"""How fast each network alone is here, with 8-bit convolutions and without, against the machine's peak."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch

from benchmarks.layers import profile, rows
from benchmarks.report import table
from benchmarks.work import forward_work, peak
from src.architectures.localizers.stored import load_localizer
from src.architectures.readers.stored import load_reader
from src.bundle.trained import onnx_files
from src.inference.card import load_card
from src.inference.refiner_crop import CROP_HEIGHT, CROP_WIDTH
from src.inference.runtime import onnx_run_any

# Height and width of what the localizer sees of a picture of 640x480 in its finest pass.
SEEN = (352, 448)
# Runs of each network with either precision, in turns.
RUNS = 20
HEAD = ("network", "sees", "GFLOP", "8 bits, ms", "32 bits, ms", "GFLOP/s", "of peak", "faster")
LAYER_HEAD = ("layer", "operator", "ms", "of all")


def report(models: Path) -> str:
    """Return a table of the networks of a folder of models, and one of each network's layers with 8 bits; Markdown."""
    localizer, reader = load_localizer(models / "localize")[0], load_reader(models / "ocr")[0]
    size = load_card(models / "ocr").size
    shapes = {"localizer": (1, 1, *SEEN), "refiner": (1, 1, CROP_HEIGHT, CROP_WIDTH)}
    shapes["reader"] = (1, 1, *size)
    networks = {"localizer": localizer, "refiner": localizer.refiner, "reader": reader}
    files = {
        int8: dict(
            zip(shapes, onnx_files(models, localizer.refiner is not None, int8), strict=True)
        )
        for int8 in (True, False)
    }
    most = peak(torch.float32, time.process_time)
    table_rows, parts = [], []
    for name, network in networks.items():
        small, whole = files[True][name], files[False][name]
        if network is None or small is None or whole is None:
            continue
        work = forward_work(network, shapes[name])
        fast, slow = network_milliseconds([small, whole], shapes[name])
        rate = 1000 * work / min(fast, slow)
        table_rows.append(
            [
                name,
                f"{shapes[name][3]}x{shapes[name][2]}",
                f"{work:.3f}",
                f"{fast:.2f}",
                f"{slow:.2f}",
                f"{rate:.0f}",
                f"{rate / most:.0%}",
                "8 bits" if fast <= slow else "32 bits",
            ]
        )
        layers = table(LAYER_HEAD, rows(profile(small, shapes[name])), texts=2)
        parts.append(f"Layers of the {name}, 8 bits:\n\n{layers}")
    head = f"Peak of one thread, products of float32 matrices: {most:.0f} GFLOP/s"
    return "\n\n".join([head, table(HEAD, table_rows, texts=2), *parts])


def network_milliseconds(files: Sequence[Path], shape: tuple[int, ...]) -> list[float]:
    """Return the processor time of a run of each exported network on noise, the median, in ms; they take turns."""
    pictures = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    return milliseconds([partial(run, pictures) for run in map(onnx_run_any, files)])


def milliseconds(calls: Sequence[Callable[[], object]]) -> list[float]:
    """Return the processor time of each call, the median, in ms; they take turns."""
    spent = np.zeros((len(calls), RUNS))
    for turn in range(RUNS):
        for number, call in enumerate(calls):
            begin = time.process_time()
            call()
            spent[number, turn] = time.process_time() - begin
    medians: list[float] = (1000 * np.median(spent, axis=1)).tolist()
    return medians
