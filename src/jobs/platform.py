"""What a platform does with a job: write what it is to run, and hand that to its own client."""

import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ..common.errors import UserError
from ..common.untrusted import printable
from .description import Job

_SHOWN = 2000


@dataclass(frozen=True)
class Setting:
    """A setting of a platform. default: None where it has to be given; a value of its kind else."""

    doc: str
    default: Any = None


@dataclass(frozen=True)
class Platform:
    """A place where jobs run.

    settings: by their names in a description. suffix: of the file that is written. write: returns its text. submit:
    hands that file to the platform's client and returns what to tell people. check: raises UserError for a job that
    this platform cannot run.
    """

    name: str
    settings: Mapping[str, Setting]
    suffix: str
    write: Callable[[Job], str]
    submit: Callable[[Job, Path], str]


def settings_of(job: Job, platform: Platform) -> dict[str, Any]:
    """Return a job's settings with their defaults; raises UserError for one that is not known, missing or no such."""
    for key in job.settings:
        if key not in platform.settings:
            near = get_close_matches(str(key), platform.settings, n=1)
            meant = (
                f"did you mean {near[0]}?" if near else f"there are {', '.join(platform.settings)}"
            )
            raise UserError(f"{platform.name} has no setting {str(key)[:80]!r}: {meant}")
    found = {}
    for key, setting in platform.settings.items():
        value = job.settings.get(key, setting.default)
        if value is None:
            raise UserError(f"{platform.name}.{key} is missing: {setting.doc}")
        kinds: tuple[type, ...] = (
            (type(setting.default),) if setting.default is not None else (str,)
        )
        kinds = (int, float) if kinds == (float,) else kinds
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise UserError(f"{platform.name}.{key} is {value!r:.80}: {setting.doc}")
        if isinstance(value, int | float) and value < 0:
            raise UserError(f"{platform.name}.{key} is {value}: {setting.doc}")
        if isinstance(value, str) and printable(value) != value:
            raise UserError(f"{platform.name}.{key} is {value!r:.80}: {setting.doc}")
        found[key] = value
    return found


def arguments(
    job: Job,
    data: Mapping[str, str],
    models: Mapping[str, str],
    out: str,
    checkpoints: str,
    extra: str = "",
    start: str | None = None,
    overrides: bool = True,
) -> list[str]:
    """Return the words of `python3 -m src.job` for a job.

    data, models, start, out, checkpoints, extra: where these are on the machine that runs it. overrides: whether they
    are said here, and not elsewhere.
    """
    words = [job.job]
    for option, value in (("--out", out), ("--checkpoints", checkpoints), ("--extra", extra)):
        words += [option, value] if value else []
    for channel, place in data.items():
        words += ["--data", f"{channel}={place}"]
    words += [w for c, d in job.data.items() if d.md5 for w in ("--md5", f"{c}={d.md5}")]
    for model, place in models.items():
        words += ["--models", f"{model}={place}"]
    begin = job.start if start is None else start
    named = {
        "--start": begin,
        "--tag": job.tag,
        "--name": job.run,
        "--revision": job.revision,
        "--devices": str(job.devices or ""),
    }
    words += [word for option, value in named.items() if value for word in (option, value)]
    words += [word for stage in job.stages for word in ("--stage", stage)]
    words += [word for name in job.classes for word in ("--class", name)]
    if overrides:
        words += [word for value in job.overrides for word in ("-S", value)]
    return [*words, *job.options]


def call(command: Sequence[str], missing: str) -> str:
    """Return what a client prints; raises UserError with what it complains of, or with ``missing`` where it is not."""
    if shutil.which(command[0]) is None:
        raise UserError(f"there is no {command[0]} on PATH: {missing}")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = printable(" ".join((done.stderr or done.stdout).split()))[:_SHOWN]
        raise UserError(f"{command[0]} does not take it (exit code {done.returncode}): {said}")
    return done.stdout.strip()


def is_remote(place: str) -> bool:
    """Say whether a place is an address, and no path."""
    return "://" in place or place.startswith("azureml:")
