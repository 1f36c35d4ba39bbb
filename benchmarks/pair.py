"""How fast scrfd_mnv4 and mask_ocr_small read a picture, against the same two networks at their published size.

python3 -m benchmarks.pair [--models DIR]

Both read a picture of 640×480 with one plate, on one core and in turns. At the published size: scrfd_mnv4 looks at the
whole picture once, without a refiner, and mask_ocr at one plate of 192×48, each in torch with 32 bits (as Fickel 2024
runs them, in 80 and 48 ms on a laptop) and by ONNX Runtime; nothing but the two networks is counted. Against that the
whole of `src.read`'s work: every pass, what is looked at again, preparing, decoding, with 8 bits.

DIR is a folder with both networks, trained (localize/ and ocr/). Without it they have learned nothing and are told
where the plate is.
"""

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import torch

from benchmarks import read
from benchmarks.alone import milliseconds
from benchmarks.report import machine, table
from benchmarks.untrained import KnownPlates, save_untrained
from params import EvaluateStackParams, PrepareStackParams
from src.architectures.localizers.registry import localizer_of
from src.architectures.readers.registry import reader_of
from src.bundle.trained import onnx_files
from src.common.config import load_config
from src.common.errors import UserError, run_main
from src.generators.formats import get_format
from src.inference.card import load_card
from src.inference.runtime import onnx_run_any
from src.localize import settings as localize_settings
from src.models.store import new_card, save_model
from src.pipeline.stage import command_line
from src.pipeline.world import load_world
from src.stack.networks import load_plate_reader

SMALL = {"localize": "scrfd_mnv4", "ocr": "mask_ocr_small"}
PUBLISHED_READER, PUBLISHED_CANVAS = "mask_ocr", (48, 192)
SIZE, PICTURES = (480, 640), 20
HEAD = ("what", "by", "picture, ms", "plate, ms", "both, ms", "times as long")


def published(folder: Path) -> dict[str, tuple[float, float]]:
    """Return what the networks of the published size take by engine: ms of a picture, ms of a plate."""
    torch.manual_seed(0)
    config = load_config()
    plate_format = get_format(config.plate_format)
    localizer, reader = localizer_of(SMALL["localize"]), reader_of(PUBLISHED_READER)
    found_by = replace(localize_settings.network_settings(localizer), refiner_channels=())
    read_by = reader.settings().for_plates(plate_format.max_length, 0)
    finds = localizer.new(found_by.values(), SIZE).eval()
    reads = reader.new(read_by.values(), PUBLISHED_CANVAS, plate_format.alphabet).eval()
    for part, architecture, own, size, network in (
        ("localize", localizer, found_by, SIZE, finds),
        ("ocr", reader, read_by, PUBLISHED_CANVAS, reads),
    ):
        card = new_card(
            architecture, own, size, network, config.plate_format, plate_format.alphabet, {}
        )
        save_model(folder / part, network, card)
    find, _, told = onnx_files(folder, refined=False, int8=False)
    shapes = (1, 1, *SIZE), (1, 1, *PUBLISHED_CANVAS)
    noise = [np.random.default_rng(0).integers(0, 256, shape, np.uint8) for shape in shapes]
    calls: list[Callable[[], object]] = [
        *(
            partial(_torch, net, torch.from_numpy(n))
            for net, n in zip((finds, reads), noise, strict=True)
        ),
        *(partial(onnx_run_any(path), n) for path, n in zip((find, told), noise, strict=True)),
    ]
    picture, plate, picture_onnx, plate_onnx = milliseconds(calls)
    return {"torch": (picture, plate), "ONNX Runtime": (picture_onnx, plate_onnx)}


def _torch(network: torch.nn.Module, picture: torch.Tensor) -> None:
    with torch.inference_mode():
        network(picture)


def whole_reading(models: Path | None, folder: Path) -> float:
    """Return how many ms reading a picture takes, the mean of some; raises UserError for networks of other names."""
    config = replace(load_config(), localize_model=SMALL["localize"], ocr_model=SMALL["ocr"])
    p = EvaluateStackParams
    trained = save_untrained(folder, config) if models is None else models
    reader, _ = load_plate_reader(trained, p.MIN_SCORE, p.MIN_CONFIDENCE, p.LONG_SIDES)
    known = KnownPlates(reader) if models is None else None
    samples = read.case(
        load_world(config), SIZE, "one", PrepareStackParams.MIN_PLATE, PICTURES
    ).samples

    def read_all() -> None:
        for sample in samples:
            if known is not None:
                known.sample = sample
            reader.read(sample.image)

    (spent,) = milliseconds([read_all])
    return spent / len(samples)


def main(options: Namespace) -> None:
    """Measure and print the table."""
    if options.models is not None:
        for part, name in SMALL.items():
            found = load_card(options.models / part).name
            if found != name:
                raise UserError(f"--models {options.models}: {part} is a {found}, and no {name}")
    os.environ["CUDA_VISIBLE_DEVICES"] = ""  # it is one core of the processor that is measured
    torch.set_num_threads(1)
    with TemporaryDirectory() as one, TemporaryDirectory() as two:
        full = published(Path(one))
        whole = whole_reading(options.models, Path(two))
    rows = [
        [
            f"{SMALL['localize']} and {PUBLISHED_READER}, published size, networks alone",
            engine,
            f"{picture:.1f}",
            f"{plate:.1f}",
            f"{picture + plate:.1f}",
            f"{(picture + plate) / whole:.1f}",
        ]
        for engine, (picture, plate) in full.items()
    ]
    state = "trained" if options.models else "not trained, told where the plate is"
    rows.append(
        [
            f"{' and '.join(SMALL.values())} ({state}), all that reading does",
            "ONNX Runtime, 8 bits",
            "–",
            "–",
            f"{whole:.1f}",
            "1.0",
        ]
    )
    print(table(HEAD, rows, texts=2))
    print(f"\n{machine(['onnxruntime', 'torch'])}; 1 thread; {SIZE[1]}×{SIZE[0]}, one plate")


def add_options(parser: ArgumentParser) -> None:
    """Add what a user may choose."""
    parser.add_argument(
        "--models", type=Path, metavar="DIR", help="with localize/ and ocr/, trained"
    )


if __name__ == "__main__":
    chosen = command_line(add_options)
    cv2.setNumThreads(0)
    run_main(lambda: main(chosen))
