"""Jobs on this machine: as many processes as there are to be machines."""

import os
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import FrameType

from ..common.config import ROOT
from ..common.errors import UserError
from .description import Job
from .hosts import PORT
from .platform import Platform, arguments, is_remote
from .steps import EXIT_STOPPED

# From the project's root, and ignored by git and DVC.
_OUT, _CHECKPOINTS = "out/jobs", ".cache/jobs"
_HERE = "127.0.0.1"


def write(job: Job) -> str:
    """Return a shell script of a job's processes."""
    commands = _commands(job)
    lines = ["#!/usr/bin/env bash", f"# The job {job.run}: {job.job}.", "set -euo pipefail", ""]
    lines.append(f"cd {shlex.quote(str(ROOT))}")
    if len(commands) == 1:
        return "\n".join([*lines, f"exec {shlex.join(commands[0])}", ""])
    for rank, command in enumerate(commands):
        lines.append(f"{_variables(job, rank, PORT)} {shlex.join(command)} &")
    return "\n".join([*lines, "for _ in $(jobs -p); do wait -n; done", ""])


def submit(job: Job, path: Path) -> str:
    """Run the job to its end. Exits as it does where it fails."""
    port = _free_ports()
    bin_ = str(Path(sys.executable).parent)
    path_variable = os.pathsep.join((bin_, os.environ.get("PATH", "")))
    processes: list[subprocess.Popen[bytes]] = []
    before = signal.signal(signal.SIGTERM, _leave)
    try:
        for rank, command in enumerate(_commands(job)):
            environment = {**os.environ, "PATH": path_variable}
            if job.nodes > 1:
                environment |= dict(pair.split("=") for pair in _variables(job, rank, port).split())
            processes.append(subprocess.Popen(command, cwd=ROOT, env=environment))
        codes = [process.wait() for process in processes]
    finally:
        # Where this is told to end, they are too: each ends what it has started.
        for process in processes:
            if process.poll() is None:
                process.terminate()
                process.wait()
        signal.signal(signal.SIGTERM, before)
    if any(codes):
        raise SystemExit(next(code for code in codes if code))
    return f"the result is in {_out(job)}"


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(EXIT_STOPPED)


def _out(job: Job) -> str:
    return job.out or f"{_OUT}/{job.run}"


def _commands(job: Job) -> list[list[str]]:
    """Return the command of each process, to be run in the project's root."""
    for key, place in {**{k: d.where for k, d in job.data.items()}, "start": job.start}.items():
        if is_remote(place):
            raise UserError(f"{key} is {place}: for a job on this machine name a folder of it")
    data = {channel: str(Path(one.where).absolute()) for channel, one in job.data.items()}
    words = arguments(
        job,
        data,
        {name: _here(place) for name, place in job.models.items()},
        _out(job),
        job.checkpoints or f"{_CHECKPOINTS}/{job.name}",
        f"{_out(job)}/report" if job.job == "train" else "",
        start=_here(job.start),
    )
    return [[sys.executable, "-m", "src.job", *words]] * job.nodes


def _here(place: str) -> str:
    """Return a folder's whole path; another name as it is."""
    return str(Path(place).absolute()) if place and Path(place).exists() else place


def _variables(job: Job, rank: int, port: int) -> str:
    return f"NUM_NODES={job.nodes} NODE_RANK={rank} MASTER_ADDR={_HERE} MASTER_PORT={port}"


def _free_ports() -> int:
    """Return the first of two ports, one behind the other, that are free."""
    for _ in range(100):
        with socket.create_server((_HERE, 0)) as first:
            port: int = first.getsockname()[1]
            try:
                with socket.create_server((_HERE, port + 1)):
                    return port
            except OSError:
                continue
    raise UserError("no two ports in a row are free: end what listens on this machine")


PLATFORM = Platform("local", {}, ".sh", write, submit)
