"""Answers on stdout, everything else on stderr, and neither through a progress bar."""

import os
import sys
from pathlib import Path

from tqdm import tqdm

from ..common.errors import UserError
from ..common.progress import tell
from ..common.texts import printable

__all__ = [
    "EXIT_BROKEN_PIPE",
    "give",
    "give_file_names_as_they_are",
    "need_stdout",
    "nobody_reads",
    "tell",
]

EXIT_BROKEN_PIPE = 141  # 128 + SIGPIPE, what a shell expects of a command that lost its reader


def give(text: str) -> None:
    """Write an answer, whole lines, on stdout, at once; on a terminal without what that would act on.

    Raises BrokenPipeError when nobody reads it any more, and UserError when it cannot be written, as on a full disk.
    """
    if sys.stdout.isatty():
        text = "\n".join(map(printable, text.replace("\r\n", "\n").split("\n")))
    try:
        with tqdm.external_write_mode(file=sys.stdout):
            sys.stdout.write(text)
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _forget_what_is_left()
        raise UserError(
            f"cannot write the answers to stdout ({error.strerror}): free some space, or send them elsewhere"
        ) from error


def need_stdout() -> None:
    """Raise UserError when whoever started this has closed stdout; where stderr is closed, write it to nowhere."""
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - until the end
    if sys.stdout is None:
        raise UserError("stdout is closed, so there is nowhere to write the answers: leave it open")


def give_file_names_as_they_are() -> None:
    """Write file names that are no UTF-8 as their bytes, and line ends as they are."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)  # a test's stream may have none
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="surrogateescape", newline="")


def nobody_reads() -> int:
    """Return the exit code after a `BrokenPipeError`, and keep Python from writing what is left."""
    _forget_what_is_left()
    return EXIT_BROKEN_PIPE


def _forget_what_is_left() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
