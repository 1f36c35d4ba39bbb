"""Weights that training can start from: where a bundle has them, and how a release carries them.

A bundle reads with 8-bit ONNX files, from which nobody can train on. Beside them a release has both networks as
`weights/localize` and `weights/ocr`, each with its card; a bundle in out/models has them as its neighbours. What reads
plates does not look at them.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file, save

from ..bundle.bundle import Bundle
from ..bundle.files import check_sums, copy_whole, write_sums
from ..common.errors import UserError
from ..common.files import atomic_path, sha256
from ..common.untrusted import check_file, one_line
from ..inference.card import CARD, WEIGHTS
from ..inference.runtime import MAX_BYTES

FOLDER = "weights"
# In a file of rounded weights: the SHA-256 of those that they were rounded from.
_MADE_OF = "made_of"
# Behind the name of a matrix in 8 bits: the name of the numbers that its rows are multiplied by.
_SCALE = "/scale"
_LARGEST = 127
_FILES = {CARD, WEIGHTS}


def write_start_weights(bundle: Bundle, models: Path, folder: Path) -> None:
    """Write the weights of ``models``/localize and ``models``/ocr, and their cards, into the folder of a bundle.

    Matrices are rounded to 8 bits, each row by its largest number, as in the files that read: a quarter of their size.
    Raises UserError when they are not the weights that the bundle was made of.
    """
    for name in bundle.card.weights:
        source, target = models / name, folder / FOLDER / name
        _check(bundle, name, source)
        target.mkdir(parents=True)
        rounded: dict[str, NDArray[np.generic]] = {}
        for key, value in load_file(source / WEIGHTS).items():
            rounded |= _rounded(key, value)
        with atomic_path(target / WEIGHTS) as file:
            file.write_bytes(save(rounded, {_MADE_OF: sha256(source / WEIGHTS)}))
        copy_whole(source / CARD, target / CARD)
        write_sums(target, _FILES)


def start_weights(bundle: Bundle, name: str) -> Path:
    """Return the folder with weights and card of one of the networks that a bundle was made of.

    name: "localize" or "ocr". Raises UserError where there is none, or it is damaged.
    """
    for folder in _places(bundle.folder, name):
        if (folder / WEIGHTS).is_file():
            _check(bundle, name, folder)
            return folder
    raise UserError(
        f"{bundle.folder} has no weights to train on from, only what reads: {FOLDER}/{name}/{WEIGHTS} is missing; "
        "`python3 -m src.release` writes them, and out/models/stack has its own beside it"
    )


def read_start_weights(folder: Path) -> dict[str, NDArray[np.generic]]:
    """Return the weights of a folder of `start_weights`, what was rounded to 8 bits as float32.

    Raises OSError or SafetensorError for a damaged file.
    """
    values = load_file(folder / WEIGHTS)
    scales = {key: values.pop(key) for key in [key for key in values if key.endswith(_SCALE)]}
    for key, scale in scales.items():
        own = key.removesuffix(_SCALE)
        values[own] = values[own] * scale
    return values


def _places(folder: Path, name: str) -> Iterator[Path]:
    yield folder / FOLDER / name
    yield folder.parent / name


def _check(bundle: Bundle, name: str, folder: Path) -> None:
    """Raise UserError unless a folder's weights are whole and those that a bundle's network was made of."""
    path, expected = folder / WEIGHTS, bundle.card.weights.get(name)
    try:
        check_file(path, MAX_BYTES)
        if sha256(path) == expected:
            return
        with safe_open(path, "numpy") as file:
            made_of = (file.metadata() or {}).get(_MADE_OF)
        if made_of is not None:
            check_sums(folder, _FILES)
    except (OSError, ValueError, SafetensorError) as error:
        raise UserError(
            f"{path} is missing or damaged ({one_line(error)}): fetch it again"
        ) from error
    if made_of is None or made_of != expected:
        raise UserError(
            f"{path} is not what the model in {bundle.folder} was made of: run `python3 -m src.save_stack`"
        )


def _rounded(key: str, value: NDArray[np.generic]) -> dict[str, NDArray[np.generic]]:
    """Return a matrix of float32 in 8 bits, and what its rows are to be multiplied by; anything else as it is."""
    if value.ndim < 2 or value.dtype != np.float32 or not np.isfinite(value).all():
        return {key: value}
    largest = np.abs(value).max(axis=tuple(range(1, value.ndim)), keepdims=True)
    scale = np.where(largest > 0, largest / _LARGEST, 1).astype(np.float32)
    return {key: np.rint(value.astype(np.float32) / scale).astype(np.int8), f"{key}{_SCALE}": scale}
