"""Networks as ONNX files, and the check that ONNX Runtime computes what torch does."""

import copy
import re
import warnings
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ..common.errors import UserError
from ..common.files import atomic_path
from ..common.untrusted import one_line
from ..inference.agreement import arrays
from ..inference.runtime import PICTURES, AnyRun, memory_run, onnx_run_any, output_names
from ..inference.settings import Size
from .torch_runtime import Output, torch_run_any

# Largest difference allowed between the raw outputs of both engines. Corners are in units of at least 32 pixels and
# scores are logits: this is far below anything that a reading shows, and far above what rounding has made.
TOLERANCE = 1e-3
# Pictures at a time: the batches that the check tries.
BATCHES = (1, 3)
# The newest version of the operators that the exporter knows without a further conversion.
OPSET = 17
# What the exporter warns of and is no concern here: it is the older of torch's two (see `_trace`), and the
# recurrent layer compares sizes while it is traced, hence the check with several.
HARMLESS = (
    "You are using the legacy TorchScript-based ONNX export",
    "The feature will be removed. Please remove usage of this function",
    "Exporting a model to ONNX with a batch_size other than 1",
)
RECURRENT = r"torch\.nn\.modules\.rnn"


def export_onnx(network: nn.Module, sizes: Sequence[Size], path: Path) -> float:
    """Write a network as an ONNX file and return how far its raw output then is from torch's, as a number.

    sizes: of the pictures to check it with. With one, it will take pictures of this size only, with several, of any
    size that the network itself takes; any number at a time. The network stays as it is. Same weights → same bytes.
    Raises UserError, and leaves no new file, when the two differ by more than TOLERANCE.
    """
    frozen = _frozen(network)
    with atomic_path(path) as temporary:
        _trace(frozen, sizes, temporary)
        return check_parity(torch_run_any(frozen), onnx_run_any(temporary), sizes, path)


def try_export(network: nn.Module, sizes: Sequence[Size], name: str) -> None:
    """Export a network into memory as `export_onnx` would: to be called before it is trained, which takes longer.

    name: of the file that it is to become. The network and torch's random numbers stay as they are. Raises UserError
    when it cannot be exported, or ONNX Runtime does not compute what torch does.
    """
    frozen, exported = _frozen(network), BytesIO()
    try:
        _trace(frozen, sizes, exported)
        check_parity(torch_run_any(frozen), memory_run(exported.getvalue()), sizes, Path(name))
    except Exception as error:  # the exporter's and ONNX Runtime's have no class in common
        what = "" if isinstance(error, UserError) else f"{type(error).__name__}: "
        raise UserError(
            f"{type(network).__name__} cannot be exported as {name}, which is tried before it is trained: "
            f"{what}{one_line(error)}"
        ) from error


def check_parity(reference: AnyRun, candidate: AnyRun, sizes: Sequence[Size], path: Path) -> float:
    """Return the largest difference between the outputs of two engines for one network, on noise and on plain grey.

    path: of the exported one, for the message. Raises UserError when it is above TOLERANCE or not finite.
    """
    worst = 0.0
    rng = np.random.default_rng(0)
    for height, width in sizes:
        for count in BATCHES:
            pictures = noise(rng, count, height, width)
            expected, got = arrays(reference(pictures)), arrays(candidate(pictures))
            shapes = [raw.shape for raw in expected], [raw.shape for raw in got]
            if shapes[0] != shapes[1]:
                raise UserError(
                    f"{path} answers {_listed(shapes[1])} where torch answers {_listed(shapes[0])}: {_REMEDY}"
                )
            for one, other in zip(expected, got, strict=True):
                worst = float(np.maximum(worst, np.abs(one - other).max()))  # keeps NaN
    if not worst <= TOLERANCE:
        raise UserError(
            f"{path} differs from the weights by {worst:.1e}, more than {TOLERANCE:g}: {_REMEDY}"
        )
    return worst


def _listed(shapes: Sequence[tuple[int, ...]]) -> str:
    return ", ".join(map(str, shapes))


_REMEDY = (
    "train again with `dvc repro -f`; if it stays, something in the network's `forward` depends on the picture in a "
    "way that tracing cannot follow"
)


def _frozen(network: nn.Module) -> nn.Module:
    """Return a copy as it is exported: on the processor, in evaluation mode."""
    frozen = copy.deepcopy(network).cpu().float().eval()
    return frozen.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload, no-any-return]


def _trace(network: nn.Module, sizes: Sequence[Size], file: Path | BytesIO) -> None:
    """Write what the network does with one picture of the first size, as ONNX.

    torch has two exporters. The newer one (dynamo=True) gave other bytes each time for a recurrent network (seen in
    torch 2.13), which DVC would take for another model; it took 5 s in place of 0.1 s, and it needs two more packages.
    """
    height, width = sizes[0]
    free = {0: "count"}
    if len(sizes) > 1:
        free |= {2: "height", 3: "width"}
    picture = torch.zeros(1, 1, height, width, dtype=torch.uint8)
    with torch.inference_mode():
        output: Output = network(picture)
    names = output_names(len(output) if isinstance(output, tuple) else 1)
    with warnings.catch_warnings():
        for message in HARMLESS:
            warnings.filterwarnings("ignore", re.escape(message))
        warnings.filterwarnings("ignore", "Converting a tensor to a Python", module=RECURRENT)
        torch.onnx.export(
            network,
            (picture,),
            file,  # type: ignore[arg-type]
            input_names=[PICTURES],
            output_names=names,
            dynamic_axes={PICTURES: free} | {name: {0: "count"} for name in names},
            opset_version=OPSET,
            dynamo=False,
        )


def noise(rng: np.random.Generator, count: int, height: int, width: int) -> NDArray[np.uint8]:
    """Return noise (count, 1, height, width) of 256, of 2 and of 1 grey value, in turn."""
    whole = rng.integers(0, 256, (count, 1, height, width), np.uint8)
    shift = np.resize(np.array([0, 7, 8], np.uint8), count)
    return whole >> shift[:, None, None, None]
