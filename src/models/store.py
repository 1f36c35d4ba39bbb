"""Trained networks on disk: weights as safetensors (no pickle, nothing runs on loading), ONNX files and a card."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import nn

from ..common.errors import UserError
from ..common.files import atomic_path, sha256, write_json
from ..common.untrusted import check_file, one_line
from ..inference.card import (
    CARD,
    ONNX,
    ONNX_INT8,
    REFINER_ONNX,
    REFINER_ONNX_INT8,
    WEIGHTS,
    Card,
    load_card,
)
from ..inference.refiner_crop import CROP_HEIGHT, CROP_WIDTH
from ..inference.runtime import MAX_BYTES, onnx_run_any
from ..inference.settings import Size
from ..inference.stretch import stretched
from .architecture import Architecture, S
from .base import Localizer, Reader
from .export import check_parity, export_onnx, try_export
from .quantise import quantise
from .torch_runtime import torch_run_any

N = TypeVar("N", bound=nn.Module)
# Pictures that are enough to find the ranges of 8-bit numbers by.
CALIBRATION = 200


@dataclass(frozen=True)
class Samples:
    """Calibration samples, from which the ranges of 8-bit numbers are found.

    pictures: (H, W). crops: what its refiner sees, (64, 128).
    """

    pictures: Sequence[NDArray[np.uint8]] = ()
    crops: Sequence[NDArray[np.uint8]] = ()


def save_model(
    folder: Path, network: Localizer | Reader, card: Card, samples: Samples | None = None
) -> None:
    """Write weights, ONNX files and card into a folder, the card last: a folder with a card is whole.

    samples: None for noise alone. Raises UserError when ONNX Runtime does not compute what torch does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in (CARD, ONNX, REFINER_ONNX, ONNX_INT8, REFINER_ONNX_INT8):
        (folder / name).unlink(missing_ok=True)
    state = {
        name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()
    }
    with atomic_path(folder / WEIGHTS) as temporary:
        # Its own way into a file does not say what was wrong in a way that could be told apart.
        temporary.write_bytes(save(state))
    deviation, agreement = 0.0, 1.0
    files: dict[str, str] = {}
    for part in _parts(network, card.size, samples or Samples()):
        file, int8 = folder / part.file, folder / part.int8
        deviation = max(deviation, export_onnx(part.network, part.sizes, file))
        agreement = min(agreement, quantise(file, part.pictures, part.sizes[0], int8))
        files[part.int8] = sha256(int8)
    saved = replace(card, onnx_deviation=deviation, int8_agreement=agreement, int8_files=files)
    content = dict(vars(saved))
    for name, absent in (("ancestry", None), ("countries", ())):
        if content[name] == absent:
            del content[name]
    write_json(folder / CARD, content)


def new_card(
    architecture: Architecture[S],
    settings: S,
    size: Size,
    network: Localizer | Reader,
    plate_format: str,
    alphabet: str,
    metrics: Mapping[str, float],
    countries: Sequence[str] = (),
) -> Card:
    """Return the card of a network that was trained; the rest as in Card."""
    return Card(
        name=architecture.name,
        decoding=architecture.decoding,
        settings=settings.values(),
        height=size[0],
        width=size[1],
        plate_format=plate_format,
        alphabet=alphabet,
        metrics=metrics,
        parameters=sum(p.numel() for p in network.parameters()),
        refined=isinstance(network, Localizer) and network.refiner is not None,
        countries=countries,
    )


def try_exports(network: Localizer | Reader, size: Size) -> None:
    """Export a network as `save_model` will, and keep nothing; raises UserError as `try_export` does.

    size: of its pictures.
    """
    for part in _parts(network, size, Samples()):
        try_export(part.network, part.sizes, part.file)


def check_onnx(folder: Path, network: Localizer | Reader, card: Card) -> float:
    """Return the largest difference of the raw output of a folder's ONNX files from that of the network in it.

    Raises UserError when it is above the tolerance of export.py, when an 8-bit file is not the one that was made of
    these, or a file is missing or damaged.
    """
    deviation = 0.0
    for part in _parts(network, card.size, Samples()):
        file, int8 = folder / part.file, folder / part.int8
        far = check_parity(torch_run_any(part.network), onnx_run_any(file), part.sizes, file)
        deviation = max(deviation, far)
        onnx_run_any(int8)  # says what to do when it is missing or damaged
        if sha256(int8) != (card.int8_files or {}).get(part.int8):
            raise UserError(
                f"{int8} is not what training made of {file.name}: train again with `dvc repro -f`"
            )
    return deviation


def load_network(folder: Path, build: Callable[[Card], N]) -> tuple[N, Card]:
    """Return the trained network of a folder in evaluation mode, and its card; UserError when missing or damaged.

    build: makes it, without its weights, of the card.
    """
    card = load_card(folder)
    try:
        _check_size(folder / WEIGHTS, lambda: build(card))
        network = build(card)
        network.load_state_dict(load_file(folder / WEIGHTS))
    except (OSError, SafetensorError, RuntimeError, LookupError, TypeError, ValueError) as error:
        line = one_line(error)
        raise UserError(
            f"the model in {folder} is damaged or of another version ({line}): train again with `dvc repro -f`"
        ) from error
    return network.eval(), card


class _Part(NamedTuple):
    """A part of a network with ONNX files of its own. sizes: as `export_onnx` takes them. pictures: as in Samples."""

    file: str
    int8: str
    network: nn.Module
    sizes: list[Size]
    pictures: Sequence[NDArray[np.uint8]]


def _parts(network: Localizer | Reader, size: Size, samples: Samples) -> Iterator[_Part]:
    (height, width), sizes, pictures = size, [size], samples.pictures
    if isinstance(network, Localizer):
        if network.fixed_size is None:
            least = network.multiple
            sizes += [(least, 3 * least), (height + least, 2 * width)]
        elif network.fixed_size != size:
            sizes = [network.fixed_size]
            pictures = [stretched(picture, network.fixed_size) for picture in pictures]
    yield _Part(ONNX, ONNX_INT8, network, sizes, pictures)
    if isinstance(network, Localizer) and network.refiner is not None:
        crop = [(CROP_HEIGHT, CROP_WIDTH)]
        yield _Part(REFINER_ONNX, REFINER_ONNX_INT8, network.refiner, crop, samples.crops)


def _check_size(weights: Path, build: Callable[[], nn.Module]) -> None:
    """Raise ValueError where a file of weights is no plain file, too large, or too small for the network of the card.

    The network is built without memory for its weights: a card that asks for more than there is must not get it.
    """
    check_file(weights, MAX_BYTES)
    with torch.device("meta"):
        state = build().state_dict()
    if sum(tensor.nbytes for tensor in state.values()) > weights.stat().st_size:
        raise ValueError(f"{weights.name} is too small for the network that {CARD} describes")
