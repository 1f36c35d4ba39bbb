"""What pip puts on the PATH with an installed package as plates-read; plates-serve is in `console`."""

from functools import partial

from .common.errors import run_main
from .console import leaving_on_interrupt


def read(prog: str | None = None) -> None:
    """Run plates-read. prog: what its help calls it."""
    with leaving_on_interrupt():
        from .reading.command import main

    run_main(partial(main, prog=prog))
