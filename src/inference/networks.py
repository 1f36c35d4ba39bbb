"""Building a plate reader from its networks, whatever engine runs them."""

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..common.geometry import rescale
from ..generators.formats import get_format
from .decoding.plates import PlateDecoding
from .decoding.text import TextDecoder
from .detection import Detection
from .engine import PROCESSOR, Engine
from .grammar import PlateDecoder
from .reader import PlateReader, ReaderOptions
from .runtime import AnyRun, Run, onnx_run, onnx_run_any
from .search import pad_to_multiple
from .stretch import stretched

Picture = NDArray[np.uint8]


class Runs(NamedTuple):
    """The networks of a plate reader as functions. refine: the localizer's refiner, if it has one."""

    localize: AnyRun
    refine: Run | None
    read: Run


def onnx_runs(localize: Path, refine: Path | None, read: Path, engine: Engine = PROCESSOR) -> Runs:
    """Return the networks of these ONNX files; raises UserError when one is missing or damaged.

    engine: by default one thread; the networks are small, and threads of several sessions would wait for one another.
    """
    return Runs(
        onnx_run_any(localize, engine),
        None if refine is None else onnx_run(refine, engine),
        onnx_run(read, engine),
    )


def make_reader(
    runs: Runs,
    decoding: PlateDecoding,
    decoder: TextDecoder,
    plate_format: str,
    options: ReaderOptions,
) -> PlateReader:
    """Return a reader on these networks; a localizer of one picture size sees each picture once.

    decoding, decoder: of the localizer's and of the reader's raw output. Raises UserError for an unknown plate format.
    """
    if decoding.fixed_size is not None:
        options = replace(options, long_sides=[])
    return PlateReader(
        lambda image: detect(decoding, runs.localize, image, options.min_score),
        runs.refine,
        lambda plates, parse, cropped: PlateDecoder(decoder, parse).decode(
            runs.read(plates[:, None]), cropped
        ),
        get_format(plate_format),
        options,
    )


def detect(
    decoding: PlateDecoding, run: AnyRun, image: Picture, min_score: float
) -> list[Detection]:
    """Return one picture's (H, W) detections in its own pixels, best first. run: the localizer's network."""
    if decoding.fixed_size is None:
        fitted = pad_to_multiple(image, decoding.multiple)
        shown = fitted.shape  # a pixel stays a pixel
    else:
        fitted = stretched(image, decoding.fixed_size)
        shown = image.shape
    height, width = fitted.shape
    found = decoding.decode(run(fitted[None, None]), height, width, min_score)[0]
    return [Detection(rescale(d.quad, fitted.shape, shown), d.score, d.lines) for d in found]
