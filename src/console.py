"""How commands begin that load large libraries: the server, with streams that may be closed, and early interrupts."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from types import FrameType

from .common.errors import EXIT_INTERRUPTED, UserError, run_main


def serve(prog: str | None = None) -> None:
    """Run plates-serve; where the server's packages are missing, say how they are installed.

    prog: what its help calls it.
    """
    _open_what_is_closed()
    with leaving_on_interrupt():
        run_main(_import_server)
    from .serving.command import console

    console(prog)


@contextmanager
def leaving_on_interrupt() -> Iterator[None]:
    """Let Ctrl-C end the process at once; to be used while libraries load, which make other errors of an interrupt."""
    usual = signal.getsignal(signal.SIGINT)
    # A shell has what it runs in the background ignore interrupts.
    if usual is signal.default_int_handler:
        signal.signal(signal.SIGINT, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)


def _leave(number: int, frame: FrameType | None) -> None:
    with suppress(OSError):
        os.write(2, b"interrupted\n")
    os._exit(EXIT_INTERRUPTED)


def _open_what_is_closed() -> None:
    """Open standard streams that whoever started this has closed: nothing comes in there, and what goes out is lost.

    Else files and sockets would get their numbers, and what libraries write there.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            # The lowest number that is free is this one.
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 - until the end
            with suppress(OSError):
                os.dup2(getattr(sys, name).fileno(), number)


def _import_server() -> None:
    try:
        import_module(".serving.command", __package__)
    except ModuleNotFoundError as error:
        raise UserError(
            f"the server needs {error.name}: run pip install 'plate-pipeline[serve]' (in a checkout: '.[serve]')"
        ) from error
