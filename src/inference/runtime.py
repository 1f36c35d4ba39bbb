"""Running a network that was exported, by ONNX Runtime, which is imported when the first one is opened."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..common.errors import UserError
from ..common.untrusted import check_file, one_line
from .onnx_file import check_self_contained

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

# What a network answers to N pictures, N rows: only its own decoding and its own loss know what it means.
Raw = NDArray[np.float32]
# Grey pictures (N, 1, H, W) uint8 → the network's raw output.
Run = Callable[[NDArray[np.uint8]], Raw]
# Names of the input and the output in an ONNX file.
PICTURES, RAW = "pictures", "raw"
# Larger files are not opened. The baselines' networks have 60 MB.
MAX_BYTES = 200_000_000


def onnx_run(path: Path, threads: int = 1) -> Run:
    """Return an exported network as a function on the processor; several threads may call it at once.

    threads: how many work on one call. Raises UserError when the file is missing, damaged, no plain file, or leaves
    numbers in other files.
    """
    if not os.path.lexists(path):
        raise UserError(f"no exported network {path}: run `dvc repro` (or `make quickstart`) first")
    try:
        check_file(path, MAX_BYTES)
        check_self_contained(path.read_bytes())
        session = _session(path, threads)
        outputs = [output.name for output in session.get_outputs()]
    except Exception as error:  # its errors have no class in common
        raise UserError(
            f"{path} is damaged or of another version ({one_line(error)}): train again with `dvc repro -f`"
        ) from error
    if outputs != [RAW]:
        raise UserError(f"{path} is no network of this project: train again with `dvc repro -f`")
    return _run_of(session)


def memory_run(exported: bytes) -> Run:
    """Return an exported network that was made just now, and is in no file, as a function."""
    return _run_of(_session(exported, 1))


def _session(model: Path | bytes, threads: int) -> "InferenceSession":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # A plan of the memory is kept for every size of picture ever seen: a server would never stop growing.
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _run_of(session: "InferenceSession") -> Run:
    def run(pictures: NDArray[np.uint8]) -> Raw:
        raw: Raw = session.run([RAW], {PICTURES: pictures})[0]
        return raw

    return run
