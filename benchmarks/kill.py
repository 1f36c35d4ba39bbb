"""Whether stages that are killed leave anything behind: ``python3 -m benchmarks.kill [--moments 50] [--change]``.

Every stage, and src.save_stack, runs at the smallest sizes in a copy of the project, is killed by SIGKILL at random
moments, once or twice in a row, and started again. What it then writes is compared with what an undisturbed run wrote,
file by file; only the speed of training is left out. With ``--change`` parameters of the prepare stages are changed
between the kill and the next run, which then has to end like an undisturbed run with the new ones.
"""

import argparse
import importlib
import multiprocessing
import os
import random
import runpy
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from dvc.utils.hydra import apply_overrides

from benchmarks.outputs import contents, put, remove
from benchmarks.report import machine, table
from src.common.errors import UserError, run_main
from tests.checkout import clone

# What the stages import and a killed run need not import again: the moments then fall into its work.
LIBRARIES = (
    "cv2", "dvclive", "lightning", "matplotlib.pyplot", "onnxruntime.quantization",
    "tensorboard.summary.writer.record_writer", "torch.onnx", "torch.distributed.launcher.api",
)  # fmt: skip
SMALL = [
    "MULTIPROCESSING=False",
    "BATCH_SIZE=4",
    "PrepareLocalizeParams.MAX_IMAGES=30",
    "PrepareLocalizeParams.KEPT_PLATES=4",
    "PrepareOCRParams.MAX_IMAGES=30",
    "PrepareStackParams.MAX_IMAGES=8",
    "LocalizeModelParams.CHANNELS=[8,8,8,8]",
    "LocalizeModelParams.REFINER_CHANNELS=[8,8,8]",
    "LocalizeModelParams.REFINER_HIDDEN=8",
    "OCRModelParams.CHANNELS=[8,8,8,8]",
    "OCRModelParams.HIDDEN=8",
    "TrainLocalizeParams.EPOCHS=4",
    "TrainOCRParams.EPOCHS=4",
]
# Nothing but the pictures changes: their number, and all that the networks are told, stays.
CHANGED = [f"Prepare{name}Params.EMPTY_SHARE=0.5" for name in ("Localize", "OCR", "Stack")]
# Kills in a row before a run is left alone.
MOST_IN_A_ROW = 2
LIMIT_S = 600


@dataclass
class Stage:
    """A command, what it reads of other stages and what it writes; and how it took being killed."""

    name: str
    module: str
    inputs: list[str]
    outputs: list[str]
    seconds: float = 0.0
    kills: int = 0
    resumed: int = 0
    different: list[str] = field(default_factory=list)


def all_stages(root: Path) -> list[Stage]:
    """Return the stages of dvc.yaml, each after those that it reads from, and src.save_stack."""
    listed = yaml.safe_load((root / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    stages = []
    for name, stage in listed.items():
        entries = [e for kind in ("outs", "metrics", "plots") for e in stage.get(kind, [])]
        written = [e if isinstance(e, str) else next(iter(e)) for e in entries]
        read = [dep for dep in stage["deps"] if dep.startswith(("data/prepared/", "out/"))]
        stages.append(Stage(name, stage["cmd"].split()[-1], read, written))
    models, stack = ["out/models/localize", "out/models/ocr"], "out/models/stack"
    return [*stages, Stage("save_stack", "src.save_stack", models, [stack])]


def with_inputs(stages: Sequence[Stage], names: Sequence[str]) -> list[Stage]:
    """Return the named stages and all that they read from, in order."""
    wanted = set(names)
    for stage in reversed(stages):
        if stage.name in wanted:
            wanted |= {one.name for one in stages if set(one.outputs) & set(stage.inputs)}
    return [stage for stage in stages if stage.name in wanted]


class Runs:
    """Runs of stages in a copy of the project, each in a process of its own."""

    def __init__(self, root: Path) -> None:
        self.root, self.log = root, root.parent / "log.txt"
        self._fork = multiprocessing.get_context("fork")

    def run(self, stage: Stage, after: float | None = None) -> bool:
        """Run a stage; with ``after``, kill it after so many seconds. Say whether it was killed.

        Raises UserError when it fails.
        """
        process = self._fork.Process(target=_stage, args=(stage.module, self.root, self.log))
        process.start()
        process.join(LIMIT_S if after is None else after)
        if process.is_alive():
            assert process.pid is not None
            os.kill(process.pid, signal.SIGKILL)
            process.join()
        if process.exitcode == -signal.SIGKILL and after is not None:
            return True
        if process.exitcode != 0:
            raise UserError(f"{stage.name} failed: {self.log.read_text(encoding='utf-8')[-2000:]}")
        return False


def _stage(module: str, root: Path, log: Path) -> None:
    """Be the process of a stage of another copy of the project: nothing of this one's source is known to it."""
    for name in [n for n in sys.modules if n.split(".")[0] in ("src", "params", "benchmarks")]:
        del sys.modules[name]
    os.chdir(root)
    sys.path[0] = str(root)
    sys.argv = [module]
    with log.open("w", encoding="utf-8") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    runpy.run_module(module, run_name="__main__", alter_sys=True)
    sys.stdout.flush()


def undisturbed(runs: Runs, stages: Sequence[Stage], kept: Path, overrides: Sequence[str]) -> None:
    """Run all stages with some parameters, and keep what they have written, and the parameters."""
    apply_overrides(runs.root / "params.py", list(overrides))
    for stage in stages:
        remove(runs.root, stage.outputs)
        begin = time.perf_counter()
        runs.run(stage)
        stage.seconds = time.perf_counter() - begin
        put(runs.root, kept, stage.outputs)
    put(runs.root, kept, ["params.py"])


def disturbed(
    runs: Runs, stage: Stage, moments: random.Random, most: int, before: Path, after: Path
) -> int:
    """Kill a stage up to ``most`` times, let it run to its end, and note what differs; return how often it was killed.

    before, after: what undisturbed runs have left with the parameters before and after the last kill.
    """
    remove(runs.root, [*stage.outputs, "out/checkpoints"])
    put(before, runs.root, ["params.py", *stage.inputs])
    kills = 0
    for _ in range(min(most, moments.randint(1, MOST_IN_A_ROW))):
        if not runs.run(stage, moments.uniform(0, stage.seconds)):
            remove(runs.root, stage.outputs)
            continue
        kills += 1
    put(after, runs.root, ["params.py", *stage.inputs])
    runs.run(stage)
    stage.kills += kills
    stage.resumed += "resuming" in runs.log.read_text(encoding="utf-8")
    got, expected = (contents(root, stage.outputs) for root in (runs.root, after))
    different = [n for n in {*got, *expected} if got.get(n) != expected.get(n)]
    stage.different += different
    print(f"{stage.name}: killed {kills} times, {len(different)} files differ", flush=True)
    return kills


def soak(names: Sequence[str], count: int, seed: int, change: bool) -> list[Stage]:
    """Kill the named stages ``count`` times in all, in turns; return them and what they have suffered."""
    for library in LIBRARIES:
        importlib.import_module(library)
    moments = random.Random(seed)
    with TemporaryDirectory() as folder:
        runs = Runs(clone(Path(folder)).root)
        needed = with_inputs(all_stages(runs.root), names)
        stages = [stage for stage in needed if stage.name in names]
        before, after = Path(folder) / "before", Path(folder) / "after"
        undisturbed(runs, needed, before, SMALL)
        if change:
            undisturbed(runs, needed, after, CHANGED)
        left = count
        while left > 0:
            for stage in stages:
                left -= disturbed(runs, stage, moments, left, before, after if change else before)
                if left <= 0:
                    break
    return stages


def main() -> None:
    """Kill, compare, and print a table. Raises UserError when anything differs."""
    parser = argparse.ArgumentParser(
        prog="python3 -m benchmarks.kill",
        description="Kill stages and compare what they then write.",
    )
    parser.add_argument("--moments", type=int, default=50, help="how often to kill, in all")
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    parser.add_argument("--change", action="store_true", help="change parameters after the kill")
    known = [stage.name for stage in all_stages(Path(__file__).resolve().parents[1])]
    parser.add_argument(
        "--stages", nargs="+", choices=known, default=known, metavar="STAGE",
        help="kill only these: " + ", ".join(known),
    )  # fmt: skip
    arguments = parser.parse_args()
    stages = soak(arguments.stages, arguments.moments, arguments.seed, arguments.change)
    rows = [
        [s.name, f"{s.seconds:.1f}", str(s.kills), str(s.resumed), str(len(s.different))]
        for s in stages
    ]
    print(machine(["torch", "lightning"]))
    head = ("stage", "seconds undisturbed", "killed", "went on", "files that differ")
    print(f"\n{table(head, rows, texts=1)}")
    different = sorted({name for stage in stages for name in stage.different})
    if different:
        raise UserError(f"after a kill these differ: {', '.join(different)}")


if __name__ == "__main__":
    run_main(main)
