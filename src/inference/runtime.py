"""Running a network that was exported, by ONNX Runtime, which is imported when the first one is opened."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..common.errors import UserError
from ..common.untrusted import check_file, one_line
from .engine import PROCESSOR, PROVIDER, Engine, EngineError
from .onnx_file import check_self_contained

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

# What a network answers to N pictures, N rows: only its own decoding and its own loss know what it means.
Raw = NDArray[np.float32]
# What a localizer answers: one such array, or several of N rows each.
Raws = Raw | tuple[Raw, ...]
# Grey pictures (N, 1, H, W) uint8 → the network's raw output: of one array, of as many as it has.
Run = Callable[[NDArray[np.uint8]], Raw]
AnyRun = Callable[[NDArray[np.uint8]], Raws]
# Names of the input and of a single output in an ONNX file.
PICTURES, RAW = "pictures", "raw"
# Larger files are not opened. MaskOCR at its published size has 226 MB.
MAX_BYTES = 400_000_000


def output_names(count: int) -> list[str]:
    """Return the names of a network's outputs in its ONNX file: RAW alone, or with a number each."""
    return [RAW] if count == 1 else [f"{RAW}_{number}" for number in range(count)]


def only(raw: Raws) -> Raw:
    """Return the one array of a raw output that has no others; raises ValueError where it has."""
    if isinstance(raw, tuple):
        raise ValueError(f"the network has {len(raw)} outputs, and one is expected")
    return raw


def single(run: AnyRun) -> Run:
    """Return a network's function as one of a network with a single output, which it has to be."""
    return lambda pictures: only(run(pictures))


def onnx_run(path: Path, engine: Engine = PROCESSOR) -> Run:
    """Return an exported network with a single output as a function; see `onnx_run_any`."""
    return single(onnx_run_any(path, engine))


def onnx_run_any(path: Path, engine: Engine = PROCESSOR) -> AnyRun:
    """Return an exported network as a function; several threads may call it at once.

    engine: what computes it, by default one thread of the processor. Raises UserError when the file is missing,
    damaged, no plain file, or leaves numbers in other files.
    """
    if not os.path.lexists(path):
        raise UserError(f"no exported network {path}: run `dvc repro` (or `make quickstart`) first")
    try:
        check_file(path, MAX_BYTES)
        check_self_contained(path.read_bytes())
        session = _session(path, engine)
        outputs = [output.name for output in session.get_outputs()]
    except Exception as error:  # its errors have no class in common
        raise UserError(
            f"{path} is damaged or of another version ({one_line(error)}): train again with `dvc repro -f`"
        ) from error
    if session.get_providers()[0] != engine.providers[0]:
        raise EngineError(
            f"{PROVIDER} is {engine.provider!r}, and ONNX Runtime cannot start it here, which it says above: install "
            f"what it needs, or set {PROVIDER} to cpu"
        )
    if not outputs or outputs != output_names(len(outputs)):
        raise UserError(f"{path} is no network of this project: train again with `dvc repro -f`")
    return _run_of(session)


def memory_run(exported: bytes) -> AnyRun:
    """Return an exported network that was made just now, and is in no file, as a function."""
    return _run_of(_session(exported, PROCESSOR))


def _session(model: Path | bytes, engine: Engine) -> "InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = engine.threads
    # A plan of the memory is kept for every size of picture ever seen: a server would never stop growing.
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(model, options, providers=engine.providers)


def _run_of(session: "InferenceSession") -> AnyRun:
    def run(pictures: NDArray[np.uint8]) -> Raws:
        raws: list[Raw] = session.run(None, {PICTURES: pictures})
        return raws[0] if len(raws) == 1 else tuple(raws)

    return run
