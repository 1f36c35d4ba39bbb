"""A process with the libraries of the stages and of DVC imported, which forks for each command: ``server.py SOCKET``.

Of the project itself it has imported nothing: what a command runs is the source of the checkout that it is run in. It
ends when its standard input has, which is when the tests that have started it are no more, and with it the connections
of all others that keep it (see `start.py`).
"""

import atexit
import gc
import importlib
import io
import json
import os
import resource
import runpy
import selectors
import signal
import socket
import struct
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NoReturn

# Without ONNX Runtime, which starts a thread that no fork would have.
LIBRARIES = (
    *("cv2", "dvclive", "lightning.pytorch", "matplotlib.pyplot", "onnx.reference"),
    *("safetensors.torch", "tensorboard.summary.writer.record_writer", "torch.onnx"),
    *("torch.distributed.launcher.api", "torch.utils.data", "yaml"),
    # What DVC imports when it is first needed.
    *("dvc.cli", "dvc.repo.experiments.queue.tempdir", "dvc.repo.reproduce", "dvc.stage.run"),
    *("dvc.repo.push", "dvc.repo.fetch", "dvc.commands.experiments.run", "dvc_task.app"),
    *("dvc.repo.index", "dvc.repo.plots", "dvc.utils.hydra", "dulwich.porcelain", "hydra"),
    *("networkx", "platformdirs", "pygit2"),
    # What Lightning and dvclive import when they first write.
    *("dvc.api", "s3fs", "torch.utils.tensorboard"),
)


@dataclass
class Command:
    """A command that runs: the connection to who asked, and its process, which leads a group of its own."""

    connection: socket.socket
    pid: int
    ended: int

    def signal(self, number: int) -> None:
        """Send a signal to the process and to all that it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)


def serve(listener: socket.socket) -> dict[str, Any] | None:
    """Fork for each request. Returns that request in the process that is to run it, and None in the end."""
    events = selectors.DefaultSelector()
    events.register(listener, selectors.EVENT_READ)
    events.register(sys.stdin, selectors.EVENT_READ)
    keepers: list[IO[str] | socket.socket] = [sys.stdin]
    running: list[Command] = []
    while keepers:
        for key, _ in events.select():
            if key.fileobj in keepers:
                events.unregister(key.fileobj)
                keepers.remove(key.fileobj)
            elif key.fileobj is listener:
                connection, _ = listener.accept()
                request, files = _request(connection)
                if request is None:
                    connection.close()
                    continue
                if not request:
                    events.register(connection, selectors.EVENT_READ)
                    keepers.append(connection)
                    with suppress(BrokenPipeError):
                        connection.sendall(b"1")
                    continue
                pid = os.fork()
                if pid == 0:
                    os.setsid()
                    events.close()
                    _take(files)
                    for each in (*keepers, *(one.connection for one in running)):
                        if each is not sys.stdin:
                            each.close()
                    listener.close()
                    connection.close()
                    return request
                for file in files:
                    os.close(file)
                command = Command(connection, pid, os.pidfd_open(pid))
                running.append(command)
                events.register(connection, selectors.EVENT_READ, command)
                events.register(command.ended, selectors.EVENT_READ, command)
            elif key.data not in running:
                continue  # ended in the same moment
            elif key.fd == key.data.connection.fileno():
                numbers = key.data.connection.recv(16)
                if not numbers:
                    # Killed, and with it what it stands for.
                    events.unregister(key.data.connection)
                for number in numbers or [signal.SIGKILL]:
                    key.data.signal(number)
            else:
                running.remove(key.data)
                _end(key.data, events)
    for command in running:
        command.signal(signal.SIGKILL)
    return None


def _end(command: Command, events: selectors.BaseSelector) -> None:
    """Say to who asked for a command how it ended."""
    _, status = os.waitpid(command.pid, 0)
    events.unregister(command.ended)
    os.close(command.ended)
    if command.connection in events.get_map():
        events.unregister(command.connection)
        with suppress(BrokenPipeError):
            command.connection.sendall(b"%d" % os.waitstatus_to_exitcode(status))
    command.connection.close()


def _request(connection: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    """Return what a command is to do, and its standard input, output and error; None where its asker is gone."""
    head, files, _, _ = socket.recv_fds(connection, 4, 3)
    body = connection.recv(struct.unpack("!I", head)[0], socket.MSG_WAITALL) if head else b""
    try:
        request: dict[str, Any] = json.loads(body)
    except ValueError:
        for file in files:
            os.close(file)
        return None, []
    return request, files


def _take(files: list[int]) -> None:
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)


def run(request: dict[str, Any]) -> None:
    """Be the process of a command: do what ``python3 -m`` does, where and with what variables it was asked for."""
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["variables"])
    os.umask(request["umask"])
    for name, limits in request["limits"].items():
        resource.setrlimit(getattr(resource, name), limits)
    sys.argv = [request["module"], *request["arguments"]]
    sys.path[0] = request["folder"]
    sys.executable = request["python"]
    # DVC has wrapped sys.stdout for its colours.
    assert isinstance(sys.__stdout__, io.TextIOWrapper)
    sys.__stdout__.reconfigure(write_through=request["unbuffered"])
    status: str | int | None = 0
    try:
        runpy.run_module(request["module"], run_name="__main__", alter_sys=True)
    except SystemExit as asked:
        status = asked.code
    # Only now the exception is gone, and with it what its frames held.
    _leave(status)


def _leave(status: str | int | None) -> NoReturn:
    """End as Python does, but for taking apart what was imported: that is most of what a small command costs."""
    if isinstance(status, str):
        print(status, file=sys.stderr)
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status if isinstance(status, int) else int(status is not None))


def main() -> None:
    """Import, say so by a line, and serve."""
    for library in LIBRARIES:
        importlib.import_module(library)
    address = Path(sys.argv[1])
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(address))
    listener.listen(64)
    gc.freeze()
    assert len(list(Path("/proc/self/task").iterdir())) == 1, (
        "one of the libraries has started a thread"
    )
    print("ready", flush=True)
    request = serve(listener)
    if request is not None:
        run(request)


if __name__ == "__main__":
    main()
