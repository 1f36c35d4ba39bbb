"""Public weights of a backbone: which of a file's tensors are which of a network's, and the reading of such files.

Nothing is downloaded, and nothing of a file is run: safetensors, or a .pth file that torch reads with ``weights_only``.
"""

import pickle
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from ..common.errors import UserError
from ..common.untrusted import check_file, one_line

# Larger files are not opened: VGG-16 with its fully connected layers has 553 MB.
MAX_BYTES = 2_000_000_000
# What reading a damaged file raises: torch's unpickling goes wrong in as many ways as there are.
_DAMAGED = (
    *(OSError, ValueError, SafetensorError, RuntimeError, EOFError, pickle.PickleError),
    *(LookupError, TypeError, AttributeError, AssertionError, OverflowError, struct.error),
)
# Under which name some files hold the tensors beside other things.
NESTED = "state_dict"


@dataclass(frozen=True)
class Source:
    """Where a tensor of a network is to come from: the key in the file, and what is made of it, itself where None."""

    key: str
    convert: Callable[[Tensor], Tensor] | None = None

    def of(self, weights: Mapping[str, Tensor]) -> Tensor | None:
        """Return the tensor as the network has it, None where the file has none.

        Raises ValueError for one of other sizes, and for what are no weights: whole numbers, or sparse ones.
        """
        found = weights.get(self.key)
        if found is None:
            return None
        if not found.is_floating_point() or found.layout != torch.strided or found.is_meta:
            raise ValueError(f"{self.key} holds no plain floating-point numbers")
        if self.convert is None:
            return found
        try:
            return self.convert(found)
        except (RuntimeError, IndexError, TypeError) as error:
            shape = "×".join(map(str, found.shape))
            raise ValueError(f"{self.key} is {shape}") from error


def prefixed(part: str, sources: Mapping[str, Source]) -> dict[str, Source]:
    """Return the sources of a network of which these are of a part, by the names there."""
    return {f"{part}.{name}": source for name, source in sources.items()}


def read_weights(path: Path) -> dict[str, Tensor]:
    """Return the tensors of a file of weights, by their keys.

    Raises UserError where there is no such file, it is damaged, or holds anything that would have to be run.
    """
    if path.suffix not in (".safetensors", ".pth", ".pt"):
        raise UserError(f"{path} is no file of weights: it must end in .safetensors, .pth or .pt")
    try:
        check_file(path, MAX_BYTES)
        if path.suffix == ".safetensors":
            return load_file(path)
        held = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise UserError(f"there is no file {path}: `weights` in params.yaml names it") from error
    except _DAMAGED as error:
        raise UserError(
            f"{path} cannot be read as weights ({one_line(error)}): get it again, as safetensors or as a .pth file "
            "that holds nothing but tensors"
        ) from error
    if isinstance(held, dict) and isinstance(held.get(NESTED), dict):
        held = held[NESTED]
    if not isinstance(held, dict) or not all(isinstance(v, Tensor) for v in held.values()):
        raise UserError(f"{path} holds no table of tensors")
    return {str(key): tensor for key, tensor in held.items()}
