"""Run a stage in double precision, in which several processes and one do not drift apart: ``MODULE`` as its argument.

The drift is that of any other order of summing up: in single precision it starts at 1e-6 of a gradient, and a hundred
steps later two trainings differ, as they do on two machines. A wrong mean would stand out here from the first step.
"""

import importlib
import sys

import torch

import src.training.fit
from src.pipeline.stage import run_stage

if __name__ == "__main__":
    vars(src.training.fit)["best_precision"] = lambda: "64-true"
    # What the networks and losses do with single precision on purpose.
    torch.Tensor.float = torch.Tensor.double  # type: ignore[method-assign]
    stage = importlib.import_module(sys.argv.pop(1))
    # ONNX Runtime convolves no such numbers, so nothing is exported: what is looked at is the last checkpoint.
    for name in ("save_trained", "try_exports"):
        setattr(stage, name, lambda *_: None)
    run_stage(stage.main)
