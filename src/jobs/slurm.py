"""Jobs on a Slurm cluster: a batch script, run in a checkout on a file system that all nodes share."""

import re
import shlex
from pathlib import Path
from typing import Any

from ..common.errors import UserError
from .description import Job
from .hosts import PORT
from .platform import Platform, Setting, arguments, call, is_remote, settings_of

# Characters that an option of sbatch can have here: no spaces, no line ends.
_PLAIN = re.compile(r"[\w.,:/@%+=*-]+")

SETTINGS = {
    "workdir": Setting(
        "a checkout that is set up (make setup), on a file system that all nodes share"
    ),
    "partition": Setting("the partition; default: the cluster's", ""),
    "account": Setting("the account; default: yours", ""),
    "gpus": Setting("GPUs of each node, a whole number", 1),
    "cpus": Setting("processors of each node, a whole number", 8),
    "memory": Setting("memory of each node, as 32G", "32G"),
    "options": Setting("more options of sbatch, a list", []),
    "python": Setting("the Python of the checkout's environment", ".venv/bin/python"),
}


def write(job: Job) -> str:
    """Return the batch script."""
    settings = settings_of(job, PLATFORM)
    options = {
        "job-name": job.run,
        "comment": "plates",
        "nodes": job.nodes,
        "ntasks-per-node": 1,
        "cpus-per-task": settings["cpus"],
        "mem": settings["memory"],
        "gpus-per-node": settings["gpus"] or "",
        "partition": settings["partition"],
        "account": settings["account"],
        "time": _time(job.seconds),
        # One that was taken away comes again, and goes on after the last whole epoch.
        "requeue": None,
        "open-mode": "append",
        # Before its time is over, and not only to the script.
        "signal": "TERM@60",
        "chdir": settings["workdir"],
        "output": f"{settings['workdir']}/slurm-{job.run}-%j.log",
    }
    lines = [
        f"#SBATCH --{name}" + ("" if value is None else f"={_plain(name, value)}")
        for name, value in options.items()
        if value != ""
    ]
    lines += [f"#SBATCH {_plain('options', option)}" for option in settings["options"]]
    command = shlex.join([settings["python"], "-m", "src.job", *_words(job)])
    several = ""
    if job.nodes > 1:
        several = f"""
# The first node is where all meet.
mapfile -t nodes < <(scontrol show hostnames "$SLURM_JOB_NODELIST")
export MASTER_ADDR="${{nodes[0]}}" MASTER_PORT={PORT} NUM_NODES={job.nodes}
"""
    rank = "export NODE_RANK=$SLURM_NODEID; " if job.nodes > 1 else ""
    return f"""#!/usr/bin/env bash
{chr(10).join(lines)}

# The job {job.run}: {job.job}.
set -euo pipefail
{several}
# What stands in single quotes is for each node.
# shellcheck disable=SC2016
exec srun --kill-on-bad-exit=1 bash -c {shlex.quote(f"{rank}exec {command}")}
"""


def _plain(name: str, value: Any) -> str:
    text = str(value)
    if not _PLAIN.fullmatch(text):
        raise UserError(f"slurm: {name} is {text[:80]!r}: write it without spaces and quotes")
    return text


def _time(seconds: int) -> str:
    """Return a length of time as Slurm takes it: days-hours:minutes:seconds."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours // 24}-{hours % 24:02}:{minutes:02}:{rest:02}"


def _words(job: Job) -> list[str]:
    out = _shared("out", job.out or f"out/jobs/{job.run}")
    return arguments(
        job,
        {channel: _shared(f"data.{channel}", one.where) for channel, one in job.data.items()},
        {name: _shared(f"models.{name}", place) for name, place in job.models.items()},
        f"{out}/model" if job.job == "train" else out,
        _shared("checkpoints", job.checkpoints or f".cache/jobs/{job.name}"),
        f"{out}/report" if job.job == "train" else "",
        start=_shared("start", job.start),
    )


def _shared(key: str, place: str) -> str:
    if is_remote(place):
        raise UserError(f"{key} is {place}: name a path that all nodes see")
    return place


def submit(job: Job, path: Path) -> str:
    """Hand the script to sbatch."""
    said = call(
        ["sbatch", "--parsable", str(path)],
        "run this where Slurm's commands are, or take the file there",
    )
    number = said.partition(";")[0]
    log = f"{settings_of(job, PLATFORM)['workdir']}/slurm-{job.run}-{number}.log"
    return f"job {number} of Slurm\nfollow it: tail -F {log}"


PLATFORM = Platform("slurm", SETTINGS, ".sh", write, submit)
