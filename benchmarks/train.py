"""How fast both networks train, and what stands in the way: ``python3 -m benchmarks.train`` (90 seconds, if alone).

For each network, in pictures per second: drawing alone; forward and backward alone, over and over on one batch, which
is the limit; the stage's own loop, drawing included. Where both are done by the same cores, no loop could be faster
than "in turns", which follows from the first two. Then what a picture costs in FLOP, layer by
layer, what the whole training does, and which share of the machine's own peak is reached.
"""

import os
import time
from contextlib import nullcontext
from itertools import islice
from typing import Any

import cv2
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

import params
from benchmarks.jobs import Job, localize_job, localize_world, read_job, read_world, train_job
from benchmarks.report import machine, peak_memory, table, take_no_options
from benchmarks.work import peak, work
from src.common.errors import run_main
from src.common.workers import worker_count
from src.training.batch import Batch
from src.training.data import AHEAD, AheadLoader, training_batches
from src.training.parts import Losses, Parts, part_count
from src.training.precision import best_precision

# Steps of the loop and of forward and backward alone: turns of so many, of which the best counts.
# On a busy machine turns differ.
STEPS, TURNS, BARE_STEPS = 3 * AHEAD, 5, 20
# Passes over all batches of the loop before drawing is measured: workers draw first what they keep.
FILLING_PASSES = 2
# Steps before the bare ones are measured.
WARM_UP = 5
# Pictures of a validation set that is only there because the loop wants one.
VALIDATION = range(8)
HEAD = (
    "network", "picture", "weights", "drawing alone", "forward and backward", "in turns", "whole loop", "of the limit"
)  # fmt: skip


WORK_HEAD = (
    "network", "GFLOP a picture", "pictures", "TFLOP in all", "GFLOP/s", "of the peak", "of the peak in the loop"
)  # fmt: skip


def drawing_rate(loader: DataLoader[Any] | AheadLoader[Any], steps: int) -> float:
    """Return pictures drawn per second, with all workers, once each of them has drawn what it keeps."""
    for _ in range(FILLING_PASSES):
        for _ in loader:
            pass
    begin = time.perf_counter()
    pictures = sum(len(batch["images"]) for batch in islice(loader, steps))
    return pictures / (time.perf_counter() - begin)


class Bare:
    """Forward, loss and backward alone, in the number format and the parts of `fit`."""

    def __init__(self, job: Job, batch: Any) -> None:
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._job, self._mixed = job, best_precision() == "bf16-mixed"
        self._network = job.network.to(self.device, memory_format=torch.channels_last).train()  # type: ignore[call-overload]
        self._batch: Any = {
            k: v.to(self.device) if isinstance(v, Tensor) else v for k, v in batch.items()
        }
        count = part_count(self._network) if self.device.type == "cpu" else 1
        self._parts = Parts(self._network, count) if count > 1 else None

    def loss(self, network: nn.Module, batch: Batch) -> Losses:
        """Return the losses of a batch."""
        images = batch["images"].to(memory_format=torch.channels_last)
        return self._job.objective.loss(network, network(images), batch, 0)

    def whole_loss(self) -> Tensor:
        """Return the loss of the batch in one piece."""
        return self.loss(self._network, self._batch)["loss"]

    def rate(self, steps: int) -> float:
        """Return pictures per second."""
        self._run(WARM_UP)
        return max(self._run(steps) for _ in range(TURNS))

    def step(self) -> None:
        """Give the weights the gradients of the batch; on a GPU too they are there when it returns."""
        self._network.zero_grad(set_to_none=True)
        with torch.autocast(self.device.type, torch.bfloat16) if self._mixed else nullcontext():
            losses = (
                self._parts.learn(self.loss, self._batch)
                if self._parts
                else self.loss(self._network, self._batch)
            )
        losses["loss"].backward()  # type: ignore[no-untyped-call]
        if self.device.type == "cuda":
            torch.cuda.synchronize()

    def _run(self, count: int) -> float:
        begin = time.perf_counter()
        for _ in range(count):
            self.step()
        return count * len(self._batch["images"]) / (time.perf_counter() - begin)


def loop_rate(job: Job, loader: DataLoader[Any] | AheadLoader[Any]) -> float:
    """Return pictures per second of an epoch of the stage's own loop, in a folder of its own."""
    return train_job(job, loader, [job.validation(i) for i in VALIDATION], epochs=1)[1]


def measure(
    job: Job, loader: DataLoader[Any] | AheadLoader[Any], steps: int, bare_steps: int, most: float
) -> tuple[list[str], list[str], list[list[str]]]:
    """Measure one network; return its row of the table of rates, that of work, and the rows of its layers.

    most: the machine's peak in GFLOP/s.
    """
    bare = Bare(job, job.collate([job.draw(i) for i in range(params.BATCH_SIZE)]))
    each, layers = work(bare.whole_loss, params.BATCH_SIZE)
    drawing, limit = drawing_rate(loader, steps), bare.rate(bare_steps)
    loop = loop_rate(job, loader)
    # On a machine with a GPU the slower of the two sets the pace; they go on side by side.
    turns = min(drawing, limit) if torch.cuda.is_available() else 1 / (1 / drawing + 1 / limit)
    weights = sum(p.numel() for p in job.network.parameters())
    rates = [f"{rate:,.0f}" for rate in (drawing, limit, turns, loop)]
    width, height = job.size
    pictures = job.pictures * job.settings.epochs
    return (
        [job.name, f"{width}×{height}", f"{weights:,}", *rates, f"{loop / limit:.0%}"],
        [
            job.name,
            f"{each:.3f}",
            f"{pictures:,}",
            f"{each * pictures / 1e3:.0f}",
            f"{each * limit:.0f}",
            f"{each * limit / most:.0%}",
            f"{each * loop / most:.0%}",
        ],
        layers,
    )


def main() -> None:
    """Measure both networks and print the table."""
    take_no_options("benchmarks.train", __doc__)
    cv2.setNumThreads(0)
    workers = worker_count(params.MULTIPROCESSING)
    jobs = [localize_job(localize_world()), read_job(read_world())]
    # All workers before anything trains: threads do not survive a fork.
    loaders = [
        training_batches(
            job.draw, job.collate, STEPS * params.BATCH_SIZE, params.BATCH_SIZE, workers
        )
        for job in jobs
    ]
    most = peak(torch.bfloat16 if best_precision() == "bf16-mixed" else torch.float32)
    measured = [
        measure(job, loader, AHEAD, BARE_STEPS, most)
        for job, loader in zip(jobs, loaders, strict=True)
    ]
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"\n{machine(['torch', 'lightning', 'numpy', 'opencv-python-headless'])}")
    print(
        f"{torch.get_num_threads()} threads, {workers} workers, batches of {params.BATCH_SIZE}, "
        f"{best_precision()}, {STEPS} steps; load of the machine {load}"
    )
    print(
        f"\nPictures per second:\n\n{table(HEAD, [rates for rates, _, _ in measured], texts=1)}\n"
    )
    print(
        f"The machine's peak: {most:.0f} GFLOP/s in products of large matrices. Of the default run:\n"
    )
    print(f"{table(WORK_HEAD, [done for _, done, _ in measured], texts=1)}\n")
    for job, (_, _, layers) in zip(jobs, measured, strict=True):
        print(
            f"{table([f'layer of the {job.name}', 'MFLOP a picture, forward', 'share'], layers, texts=1)}\n"
        )
    print(f"Peak memory {peak_memory():.0f} MB, workers not counted")


if __name__ == "__main__":
    run_main(main)
