"""Run a job on this machine: what platforms start, and the entry of the training container (docs/containers.md).

python3 -m src.job train|preprocess|augment|test [--root DIR] [--data NAME=PATH …] [--NAME VALUE …]

`python3 -m src.submit` writes such command lines from a job's description.
"""

import argparse
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from .common.config import ROOT
from .common.errors import EXIT_USER_ERROR, UserError
from .jobs.contract import (
    Folders,
    check_channels,
    read_hosts,
    read_hyperparameters,
    write_failure,
)
from .jobs.hosts import hosts_of, port_of
from .jobs.hyperparameters import overrides_of
from .jobs.overrides import known_values
from .jobs.placing import sources_of
from .jobs.request import JOBS, Request
from .jobs.running import run
from .jobs.steps import EXIT_STOPPED

EXIT_USAGE, EXIT_DEFECT = 2, 70
"""Of a wrong command line, as argparse's; and of what is no user's to mend, as in sysexits.h."""

# Hyper-parameters that are options of this command.
_OPTIONS = ("tag", "name", "class", "stage", "devices")


class _Usage(Exception):
    """A command line that is wrong."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _Usage(f"{message}; --help shows what can be said")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a job; exits with 0, 1 (to be mended by its user), 2 (command line), 70 (a defect), 130 or 143 (ended)."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    folders: Folders | None = None
    why, code = "", 0
    try:
        options, rest = _parser().parse_known_args(given)
        folders = Folders(options.root) if options.root else None
        run(_request(options, rest, folders))
    except _Usage as error:
        why, code = str(error), EXIT_USAGE
    except UserError as error:
        why, code = str(error), EXIT_USER_ERROR
    except Exception as error:
        traceback.print_exc()
        why, code = f"{type(error).__name__}: {error}", EXIT_DEFECT
    if code:
        print(f"error: {why}", file=sys.stderr)
        _report(folders or _folders_of(given), why)
        raise SystemExit(code)


def _report(folders: Folders | None, why: str) -> None:
    """Write the file that says why, where there is a place for it."""
    if folders is not None:
        try:
            write_failure(folders, why)
        except (OSError, UserError) as error:
            print(f"error: {folders.failure} cannot be written ({error})", file=sys.stderr)


def _folders_of(given: Sequence[str]) -> Folders | None:
    """Return the folders that a wrong command line names all the same."""
    for place, word in enumerate(given):
        name, equals, value = word.partition("=")
        if name == "--root" and (equals or len(given) > place + 1):
            return Folders(Path(value if equals else given[place + 1]))
    return None


def _request(options: argparse.Namespace, rest: list[str], folders: Folders | None) -> Request:
    values: dict[str, str] = {}
    hosts = hosts_of(os.environ)
    sources = dict(options.data)
    if folders is not None:
        hosts = read_hosts(folders, port_of(os.environ)) if hosts.count == 1 else hosts
        check_channels(folders, hosts)
        sources = sources_of(folders.data) | sources
        values = read_hyperparameters(folders)
    if options.job == "train":
        values |= _pairs(rest)
        rest = []
    own = {name: values.pop(name) for name in _OPTIONS if name in values}
    overrides = [*overrides_of(values, known_values(ROOT)), *options.set]
    out = options.out or (folders.model if folders else None)
    checkpoints = options.checkpoints or (folders.checkpoints if folders else None)
    if out is None or checkpoints is None:
        raise _Usage("say where to write: --root, or both --out and --checkpoints")
    devices = options.devices or own.get("devices")
    if devices is not None and not str(devices).isdecimal():
        raise UserError(f"devices is {devices!r}: give a whole number")
    return Request(
        job=options.job,
        out=out,
        checkpoints=checkpoints,
        extra=options.extra or (folders.output if folders else None),
        sources=sources,
        md5=dict(options.md5),
        start=options.start or "",
        models=dict(options.models),
        overrides=overrides,
        revision=options.revision,
        stages=tuple(options.stage or ([own["stage"]] if "stage" in own else [])),
        hosts=hosts,
        devices=int(devices) if devices else None,
        classes=tuple(options.classes or ([own["class"]] if "class" in own else [])),
        options=tuple(rest),
        name=options.name or own.get("name") or os.environ.get("TRAINING_JOB_NAME", ""),
        tag=options.tag or own.get("tag", ""),
        scratch=folders.root if folders else None,
    )


def _pairs(rest: Sequence[str]) -> Mapping[str, str]:
    """Return `--name value` and `--name=value` as text by name."""
    found: dict[str, str] = {}
    waiting = list(rest)
    while waiting:
        word = waiting.pop(0)
        if not word.startswith("--") or len(word) < 3:
            raise _Usage(f"{word!r} is neither an option nor --NAME VALUE")
        name, equals, value = word[2:].partition("=")
        if not equals:
            if not waiting or waiting[0].startswith("--"):
                raise _Usage(f"--{name} has no value")
            value = waiting.pop(0)
        found[name] = value
    return found


def _named_path(text: str) -> tuple[str, Path]:
    name, path = _named(text)
    return name, Path(path)


def _named(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not value or not name or Path(name).name != name or name.startswith("."):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not NAME=VALUE, with a NAME that a folder can have"
        )
    return name, value


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python3 -m src.job",
        description="Run a job on this machine.",
        epilog="Of a training, --NAME VALUE is a hyper-parameter; else what else there is goes to `src.photos`. exit "
        f"codes: 0 done; 1 an error; 2 wrong usage; {EXIT_DEFECT} a defect; 130 Ctrl-C; {EXIT_STOPPED} told to end",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("job", choices=JOBS)
    add(
        "--root", type=Path, metavar="DIR", help="with the folders of a hosted training, as /opt/ml"
    )
    add(
        "--data",
        type=_named_path,
        action="append",
        default=[],
        metavar="NAME=DIR",
        help="a channel",
    )
    add(
        "--md5",
        type=_named,
        action="append",
        default=[],
        metavar="NAME=HASH",
        help="of photographs",
    )
    add("--start", metavar="MODEL", help="to train on from: a folder, or as in params.yaml")
    add("--models", type=_named, action="append", default=[], metavar="NAME=MODEL", help="to test")
    add("--out", type=Path, metavar="DIR", help="where the result goes")
    add("--extra", type=Path, metavar="DIR", help="where metrics and pictures of a training go")
    add("--checkpoints", type=Path, metavar="DIR", help="what the next try goes on from")
    add(
        "--stage",
        action="append",
        metavar="STAGE",
        help="a stage to end with; default: all of them",
    )
    add("--devices", metavar="N", help="processes on each machine; default: one for each GPU")
    add("--class", dest="classes", action="append", metavar="NAME", help="a class that is a plate")
    add("--revision", metavar="REV", help="of the code; default: the files as they are")
    add("--name", metavar="NAME", help="of the job")
    add("--tag", metavar="TAG", help="a word of your own, for the model's card")
    add(
        "-S", "--set", action="append", default=[], metavar="NAME=VALUE", help="as of `dvc exp run`"
    )
    return parser


if __name__ == "__main__":
    main()
