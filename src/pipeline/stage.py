"""How a stage runs as a command."""

from collections.abc import Callable

import cv2

from src.common.errors import run_main


def run_stage(main: Callable[[], None]) -> None:
    """Run a stage's main: the user's errors become one line, and cv2 keeps to one thread per process.

    cv2's own threads gain nothing on small pictures, fight with those of the other processes, and do not
    survive a fork.
    """
    cv2.setNumThreads(0)
    run_main(main)
