"""Commands that need not import torch, Lightning and DVC again: ten seconds of a processor saved by each training."""

import os
import shlex
import socket
import struct
import subprocess
import sys
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from uuid import uuid4

from filelock import FileLock

HERE = Path(__file__).parent
# Where else the system does not say that a process has ended, commands are run as they are.
SUPPORTED = hasattr(os, "pidfd_open")

# A request that keeps the server, and runs no command.
NOTHING = b"{}"


@cache
def warm_commands() -> Path:
    """Return a folder with `python`, `python3` and `dvc` of this environment, for PATH; starts server.py.

    Processes that run the tests together share one. It ends with the last of them.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid4().hex)
    folder = Path(tempfile.gettempdir()) / f"warm-{run}"
    folder.mkdir(mode=0o700, exist_ok=True)
    with FileLock(folder / "lock"):
        _kept.append(keep(folder / "socket") or _start(folder))
    return folder / "bin"


def keep(address: Path) -> socket.socket | None:
    """Return a connection that keeps the server at an address as long as it is open; None where there is none."""
    connection = socket.socket(socket.AF_UNIX)
    with suppress(OSError):
        connection.connect(str(address))
        connection.sendall(struct.pack("!I", len(NOTHING)) + NOTHING)
        if connection.recv(1):
            return connection
    connection.close()
    return None


def _start(folder: Path) -> subprocess.Popen[bytes]:
    """Start a server, which ends when its standard input does, and write the commands that ask it."""
    address = folder / "socket"
    address.unlink(missing_ok=True)
    server = subprocess.Popen(
        [sys.executable, HERE / "server.py", address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n"
    (folder / "bin").mkdir(exist_ok=True)
    stand_in = [sys.executable, "-IS", HERE / "command.py", address, sys.executable]
    for name in ("python", "python3", "dvc"):
        file = folder / "bin" / name
        file.write_text(f'#!/bin/sh\nexec {shlex.join(map(str, [*stand_in, file]))} "$@"\n')
        file.chmod(0o755)
    return server


# The server's standard input, or a connection to it, is open as long as this process is there.
_kept: list[subprocess.Popen[bytes] | socket.socket] = []
