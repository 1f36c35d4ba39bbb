"""What whoever starts a process that decodes needs to know: where it finds the code, how it ended, its pipes."""

import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

HOME = Path(__file__).resolve().parents[2]
"""Where this package lies: started there, `python -m PACKAGE.module` finds it, wherever the command was started."""

_PIPE_BYTES = 1 << 20
# Signals by which a library that fails on a picture ends its process. All others come from outside.
_CRASHES = {
    known
    for known in signal.Signals
    if known.name in ("SIGSEGV", "SIGBUS", "SIGABRT", "SIGFPE", "SIGILL")
}


def has_crashed(exit_code: int) -> bool:
    """Say whether a process ended by a fault of its own, and was not ended. exit_code: as `subprocess` has it."""
    return -exit_code in _CRASHES


def widen(stream: IO[bytes] | None) -> None:
    """Let a pipe hold a picture of common size in one piece, where the system allows that."""
    if stream is not None and sys.platform == "linux":
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(stream.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
