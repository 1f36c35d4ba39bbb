"""Stands in for `python3` or `dvc`: has the server run what it can, and runs the rest as it is.

As ``command.py SOCKET PYTHON ITSELF ARGUMENT...``, by a Python without site-packages: it starts for each command.
"""

import json
import os
import resource
import signal
import socket
import struct
import sys
from collections.abc import Sequence
from pathlib import Path

# What the server has the libraries of.
MODULES = ("dvc", "torch.distributed.run")
PACKAGES = ("src.", "tests.")
LIMITS = ("RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_CORE")
FORWARDED = (signal.SIGINT, signal.SIGTERM)


def module_of(name: str, arguments: Sequence[str]) -> tuple[str, list[str]] | None:
    """Return the module that a command runs, and its arguments, where the server can run it."""
    if name == "dvc":
        return name, list(arguments)
    if arguments[:1] == ["-u"]:
        arguments = arguments[1:]
    if len(arguments) < 2 or arguments[0] != "-m":
        return None
    module, rest = arguments[1], list(arguments[2:])
    return (module, rest) if module in MODULES or module.startswith(PACKAGES) else None


def main() -> int:
    """Return the exit status of a command."""
    address, python, stand_in, *arguments = sys.argv[1:]
    asked = module_of(Path(stand_in).name, arguments)
    if asked is None:
        os.execv(python, [python, *arguments])
    module, rest = asked
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(address)
    for number in FORWARDED:
        # What a shell has started deaf to a signal stays so.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda number, _: connection.sendall(bytes([number])))
    umask = os.umask(0)
    os.umask(umask)
    request = {
        "module": module,
        "arguments": rest,
        # What it starts in turn comes here again.
        "python": str(Path(stand_in).with_name("python3")),
        "unbuffered": arguments[:1] == ["-u"],
        "folder": str(Path.cwd()),
        "variables": dict(os.environ),
        "umask": umask,
        "limits": {limit: resource.getrlimit(getattr(resource, limit)) for limit in LIMITS},
    }
    body = json.dumps(request).encode()
    socket.send_fds(connection, [struct.pack("!I", len(body))], [0, 1, 2])
    connection.sendall(body)
    status = int(connection.recv(16) or b"1")
    if status < 0:  # by a signal
        signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    return status


if __name__ == "__main__":
    sys.exit(main())
