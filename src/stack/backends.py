"""Which engine runs the trained networks."""

from pathlib import Path

from ..bundle.trained import onnx_files
from ..common.errors import UserError
from ..inference.networks import Runs, onnx_runs

# By name, the default first: ONNX Runtime on the processor, with 8-bit convolutions or without, and torch, which uses a
# GPU where there is one.
RUNTIMES = ("onnx-int8", "onnx", "torch")


def load_runs(runtime: str, models: Path, refined: bool) -> Runs:
    """Return the networks of ``models``/localize and ``models``/ocr, run by the engine of this name.

    refined: has the localizer a corner refiner? Raises UserError for an unknown name, or when a file that the engine
    needs is missing or damaged.
    """
    if runtime not in RUNTIMES:
        raise UserError(f"unknown runtime {runtime!r}: choose one of {', '.join(RUNTIMES)}")
    if runtime == "torch":
        return _torch_runs(models)
    return onnx_runs(*onnx_files(models, refined, int8=runtime == "onnx-int8"))


def _torch_runs(models: Path) -> Runs:
    # Here and not above: ONNX Runtime reads plates where there is no torch.
    import torch

    from ..architectures.localizers.stored import load_localizer
    from ..architectures.readers.stored import load_reader
    from ..models.torch_runtime import torch_run, torch_run_any

    localizer, reader = load_localizer(models / "localize")[0], load_reader(models / "ocr")[0]
    if torch.cuda.is_available():
        localizer.to("cuda"), reader.to("cuda")
    refine = None if localizer.refiner is None else torch_run(localizer.refiner)
    return Runs(torch_run_any(localizer), refine, torch_run(reader))
