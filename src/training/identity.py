"""What the result of a training stage depends on: an interrupted run resumes only if all of it is the same."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template
from types import ModuleType

import torch
import yaml

from ..common.config import ROOT
from ..common.files import sha256
from ..datasets.drawn_with import read_drawn_with

# Where a stage trains, not what: a run may resume with another number of processes.
PLACES = {"DEVICES", "NUM_NODES"}
# How many differences are named.
MOST_NAMED = 3


def stage_identity(stage: str, params: ModuleType, root: Path = ROOT) -> dict[str, object]:
    """Return what dvc.yaml says that a stage depends on, each by its name.

    The values of its parameters; a checksum of each of its deps: source, prepared set, templates, backgrounds; of each
    file that the set was drawn with, as it is now; and the version of torch. params: the module params.py, whose values
    are those that the stage goes by.
    """
    listed = yaml.safe_load((root / "dvc.yaml").read_text(encoding="utf-8"))["stages"][stage]
    names = yaml.safe_load((root / "params.yaml").read_text(encoding="utf-8"))
    identity: dict[str, object] = {"torch": torch.__version__.split("+")[0]}
    for entry in listed["params"]:
        if isinstance(entry, str):
            identity[entry] = names[entry]
            continue
        for name in entry["params.py"]:
            identity |= dict(_values(name, getattr(params, name)))
    # DVC writes the value of a key of params.yaml in the same way.
    deps = [Template(dep).substitute(names) for dep in listed["deps"]]
    files = [file for dep in deps for file in (dep, *read_drawn_with(root / dep))]
    return identity | {file: content_of(root / file) for file in files}


def differences(before: Mapping[str, object], now: Mapping[str, object]) -> str:
    """Return how two identities differ, as part of a line; "" if they do not."""
    names = sorted(
        (name for name in {*before, *now} if before.get(name) != now.get(name)),
        key=lambda name: ("/" in name, name),  # values before files
    )
    said = [
        f"{name} has changed"
        if "/" in name
        else f"{name} was {before.get(name)}, not {now.get(name)}"
        for name in names[:MOST_NAMED]
    ]
    rest = len(names) - len(said)
    return ", ".join([*said, *([f"and {rest} more"] if rest else [])])


def _values(name: str, value: object) -> Iterator[tuple[str, object]]:
    """Yield a value of params.py by its name, or those of a class by theirs."""
    if not isinstance(value, type):
        yield name, value
        return
    for key, each in vars(value).items():
        if key.isupper() and key not in PLACES:
            yield f"{name}.{key}", each


def content_of(path: Path) -> str:
    """Return a checksum of a file, or of a folder's file names and contents; of nothing where the path is not there."""
    digest = hashlib.sha256()
    for file in [path] if path.is_file() else sorted(path.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            digest.update(f"{file.relative_to(path.parent).as_posix()}\n{sha256(file)}\n".encode())
    return digest.hexdigest()
