"""Commands that need not import torch, Lightning and DVC again: ten seconds of a processor saved by each training."""

import os
import shlex
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
# Where else the system does not say that a process has ended, commands are run as they are.
SUPPORTED = hasattr(os, "pidfd_open")


@cache
def warm_commands() -> Path:
    """Return a folder with `python`, `python3` and `dvc` of this environment, for PATH; starts server.py.

    It ends with this process.
    """
    folder = Path(tempfile.mkdtemp(prefix="warm-"))
    address = folder / "socket"
    server = subprocess.Popen(
        [sys.executable, HERE / "server.py", address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n"
    (folder / "bin").mkdir()
    stand_in = [sys.executable, "-IS", HERE / "command.py", address, sys.executable]
    for name in ("python", "python3", "dvc"):
        file = folder / "bin" / name
        file.write_text(f'#!/bin/sh\nexec {shlex.join(map(str, [*stand_in, file]))} "$@"\n')
        file.chmod(0o755)
    _kept.append(server)
    return folder / "bin"


# Its standard input, and so the server, is open as long as this is.
_kept: list[subprocess.Popen[bytes]] = []
