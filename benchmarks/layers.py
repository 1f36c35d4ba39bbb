"""Where the time of a network goes, layer by layer, as ONNX Runtime runs it on one thread."""

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

from src.inference.runtime import PICTURES, RAW

# Runs that are measured, after as many again that are not.
RUNS = 12
# Rows of the table of a network; what is left goes into one more.
MOST_LAYERS = 8
_TIME = "_kernel_time"


class Layer(NamedTuple):
    """One operation of a network, and the milliseconds that it takes in a run."""

    name: str
    operator: str
    ms: float


def profile(path: Path, shape: Sequence[int]) -> list[Layer]:
    """Return the layers of an exported network on pictures (N, 1, H, W) of noise, the slowest first."""
    import onnxruntime

    with TemporaryDirectory() as folder:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.enable_profiling = True
        options.profile_file_prefix = str(Path(folder) / "profile")
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        pictures = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
        for _ in range(2 * RUNS):
            session.run([RAW], {PICTURES: pictures})
        events = json.loads(Path(session.end_profiling()).read_text())
    times: dict[str, list[float]] = defaultdict(list)
    operators: dict[str, str] = {}
    for event in events:
        if event["name"].endswith(_TIME):
            name = event["name"].removesuffix(_TIME)
            times[name].append(event["dur"] / 1000)
            operators[name] = event["args"]["op_name"]
    layers = [
        Layer(name, operators[name], float(np.median(spent[RUNS:])))
        for name, spent in times.items()
    ]
    return sorted(layers, key=lambda layer: -layer.ms)


def rows(layers: Sequence[Layer]) -> list[list[str]]:
    """Return a row for each of the slowest layers, and one for all others."""
    rest, total = layers[MOST_LAYERS:], sum(layer.ms for layer in layers)
    others = Layer("the others", "", sum(layer.ms for layer in rest))
    return [
        [x.name.strip("/"), x.operator, f"{x.ms:.2f}", f"{x.ms / total:.0%}"]
        for x in [*layers[:MOST_LAYERS], others]
    ]
