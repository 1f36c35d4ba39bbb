"""How a stage, or another command without options of its own, runs."""

import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

import cv2

from ..common.errors import run_main
from ..common.files import write_json
from .limits import check_parameters
from .times import write_time

AddOptions = Callable[[ArgumentParser], None]


def run_stage(main: Callable[..., None], add_options: AddOptions | None = None) -> None:
    """Run a stage's main as `run_command` does: after checking params.py, and with one cv2 thread in each process.

    add_options: adds options to the command line, which main then gets as its argument. How long the stage took is
    recorded, unless options were given. cv2's own threads gain nothing on small pictures, fight with those of the other
    processes, and do not survive a fork.
    """
    options = command_line(add_options)
    cv2.setNumThreads(0)

    def run() -> None:
        started = time.monotonic()
        check_parameters(vars(sys.modules["params"]))
        main(*(() if add_options is None else (options,)))
        if not sys.argv[1:]:
            write_time(_started(), time.monotonic() - started)

    run_main(run)


class Review(Protocol):
    """What a network does on a whole set."""

    def metrics(self) -> Mapping[str, object]:
        """Return the metrics, as JSON takes them."""

    def save_pictures(self, folder: Path, count: int) -> None:
        """Write sheets of ``count`` pictures into a folder."""


def write_evaluation(folder: Path, review: Review, pictures: int) -> Mapping[str, object]:
    """Write metrics.json and plots/images of a review into a folder; return the metrics.

    pictures: how many each sheet shows. Raises UserError when the disk is full.
    """
    metrics = review.metrics()
    write_json(folder / "metrics.json", metrics)
    review.save_pictures(folder / "plots/images", pictures)
    return metrics


def run_command(main: Callable[[], None]) -> None:
    """Run a command that has no options: --help runs nothing, and the user's errors become one line."""
    command_line()
    run_main(main)


def command_line(add_options: AddOptions | None = None) -> Namespace:
    """Return what the command line says; ends with 0 for --help, with 2 for what is not known.

    The help is the first line of the docstring of the module that was started.
    """
    summary = (sys.modules["__main__"].__doc__ or "").partition("\n")[0]
    parser = ArgumentParser(prog=f"python3 -m {_started()}", description=summary)
    if add_options is not None:
        add_options(parser)
    return parser.parse_args()


def _started() -> str:
    """Return the name of the module that was started as a command."""
    spec = sys.modules["__main__"].__spec__
    return spec.name if spec else sys.argv[0]
