"""The start of a training, frozen beside its prepared set: a training depends on these files alone."""

import shutil
from pathlib import Path

from safetensors.numpy import save

from ..bundle.bundle import load_trusted
from ..bundle.files import copy_whole, whole_folder
from ..common.files import sha256
from ..datasets.start_origin import START, StartOrigin, write_origin
from ..inference.card import CARD, WEIGHTS
from .start import start_bundle
from .start_weights import read_start_weights, start_weights


def freeze_start(start: str, folder: Path) -> None:
    """Write the weights that training starts from into a prepared set's folder, with a note of where they are from.

    start: as in params.yaml. folder: ends in the network's name, "localize" or "ocr". With "none" there is nothing, and
    nothing is left of an earlier start. Raises UserError where there is no such model, or it has no weights.
    """
    found = start_bundle(start)
    if found is None:
        shutil.rmtree(folder / START, ignore_errors=True)
        return
    bundle = load_trusted(found)
    source = start_weights(bundle, folder.name)
    with whole_folder(folder / START) as partial:
        copy_whole(source / CARD, partial / CARD)
        (partial / WEIGHTS).write_bytes(save(read_start_weights(source)))
        origin = StartOrigin(
            start,
            bundle.card.version,
            bundle.card.plate_format,
            bundle.card.revision,
            sha256(partial / WEIGHTS),
        )
        write_origin(partial, origin)
    print(f"{folder.name}: training starts from {bundle.title}")
