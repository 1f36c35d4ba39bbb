"""Answers on stdout, everything else on stderr, and neither through a progress bar."""

import os
import sys

from tqdm import tqdm

EXIT_BROKEN_PIPE = 141  # 128 + SIGPIPE, what a shell expects of a command that lost its reader


def tell(text: str) -> None:
    """Write a line for people on stderr."""
    with tqdm.external_write_mode(file=sys.stderr):
        print(printable(text), file=sys.stderr, flush=True)


def give(text: str) -> None:
    """Write an answer, whole lines, on stdout, at once.

    Raises BrokenPipeError when nobody reads it any more.
    """
    with tqdm.external_write_mode(file=sys.stdout):
        sys.stdout.write(text)
        sys.stdout.flush()


def printable(text: str) -> str:
    """Return a text without what would move the cursor or break the line: file names may hold anything."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def give_file_names_as_they_are() -> None:
    """Let names that are no UTF-8 leave as the bytes they are, and ends of lines as they were written."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)  # a test's stream may have none
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="surrogateescape", newline="")


def nobody_reads() -> int:
    """Return the exit code after a `BrokenPipeError`, and keep Python from writing what is left."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return EXIT_BROKEN_PIPE
