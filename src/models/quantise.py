"""Exported networks with 8-bit convolutions: less than half of the time, a quarter of the bytes.

Static quantisation after training (Jacob et al. 2018, arXiv:1712.05877): weights per channel, activations by the range
that they take on pictures like those of the training set.
"""

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)

from ..common.files import atomic_path
from ..common.progress import tell
from ..inference.agreement import agreement
from ..inference.runtime import PICTURES, onnx_run_any
from ..inference.settings import Size
from .export import noise

# What is quantised. Recurrent layers take little of the time, and their rounding errors add up.
OPERATORS = ("Conv", "Gemm")
# What ends a convolution in 8 bits too: otherwise its outputs are converted to 32 bits and back for that alone.
_ACTIVATIONS = ("Relu",)
# Least share of the raw output's variance that must be left as it was. Measured: 0.995 and more, trained or not.
LEAST_AGREEMENT = 0.95
# Operators that change no number.
_ARRANGING = ("Concat", "Flatten", "Reshape", "Transpose", "Squeeze", "Unsqueeze")
# What is logged and is no concern: it advises a step that was measured to change nothing, for the exporter has folded
# what there is to fold, and it leaves a few biases as they are.
_HARMLESS = ("Please consider", "Expected bias")


def quantise(
    source: Path, pictures: Sequence[NDArray[np.uint8]], size: Size, target: Path
) -> float:
    """Write an exported network's 8-bit twin and return how much of its raw output's variance is the same, up to 1.

    pictures: those to calibrate and to compare with, each (H, W) and typical of what the network will see; noise of
    ``size`` where there are none. A network without any such layer stays as it is, and so does one whose twin agrees
    with it by less than LEAST_AGREEMENT, which stderr says. Same files and
    pictures → same bytes.
    """
    if not _quantised(source):
        return _whole(source, target)
    if not pictures:
        pictures = list(noise(np.random.default_rng(0), 8, *size)[:, 0])
    with atomic_path(target) as temporary:
        logging.getLogger().addFilter(_no_advice)
        try:
            quantize_static(
                source,
                temporary,
                _Calibration(pictures),
                quant_format=QuantFormat.QDQ,
                op_types_to_quantize=[*OPERATORS, *_ACTIVATIONS],
                nodes_to_exclude=_last(source),
                per_channel=True,
                # Without it sums overflow on processors that lack 8-bit dot products (VNNI).
                reduce_range=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                calibrate_method=CalibrationMethod.MinMax,
            )
        finally:
            logging.getLogger().removeFilter(_no_advice)
        whole, small = (
            [run(picture[None, None]) for picture in pictures]
            for run in (onnx_run_any(source), onnx_run_any(temporary))
        )
        kept = agreement(whole, small)
    if kept >= LEAST_AGREEMENT:
        return kept
    tell(
        f"{source} stays in 32 bits: with 8-bit convolutions {kept:.1%} of what it computes would stay, less than "
        f"{LEAST_AGREEMENT:.0%}"
    )
    return _whole(source, target)


def _whole(source: Path, target: Path) -> float:
    """Write a network as it is in place of an 8-bit twin; return how much of its output stays: all."""
    with atomic_path(target) as temporary:
        temporary.write_bytes(source.read_bytes())
    return 1.0


class _Calibration(CalibrationDataReader):  # type: ignore[misc]
    """Pictures one at a time, as ONNX Runtime's calibration asks for them."""

    def __init__(self, pictures: Sequence[NDArray[np.uint8]]) -> None:
        self._rest: Iterator[NDArray[np.uint8]] = iter(pictures)

    def get_next(self) -> dict[str, Any] | None:
        """Return the next picture, or None after the last."""
        picture = next(self._rest, None)
        return None if picture is None else {PICTURES: picture[None, None]}


def _quantised(path: Path) -> list[str]:
    """Return the names of the layers that are quantised."""
    last = _last(path)
    nodes = onnx.load(path).graph.node
    return [node.name for node in nodes if node.op_type in OPERATORS and node.name not in last]


def _last(path: Path) -> list[str]:
    """Return the names of the layers whose outputs are the network's, put in order and side by side or not.

    One grey level there is a large part of a corner.
    """
    graph = onnx.load(path).graph
    made_by = {name: node for node in graph.node for name in node.output}
    waiting = [output.name for output in graph.output]
    last: list[str] = []
    while waiting:
        node = made_by.get(waiting.pop())
        if node is None or node.name in last:
            continue
        if node.op_type in _ARRANGING:
            waiting += node.input
        else:
            last.append(node.name)
    return last


def _no_advice(record: logging.LogRecord) -> bool:
    return not record.getMessage().startswith(_HARMLESS)
