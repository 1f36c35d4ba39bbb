"""Dockerfiles as far as the tests ask: instructions in order, build arguments filled in."""

import json
import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tests.source import ROOT


@dataclass(frozen=True)
class Instruction:
    """One instruction. word: in capitals. rest: what follows, on one line, with ARG values filled in."""

    word: str
    rest: str

    @property
    def listed(self) -> list[str]:
        """The words of an instruction in the form of a JSON list, which starts no shell."""
        words = json.loads(self.rest)
        assert isinstance(words, list)
        return words


def instructions(path: Path) -> list[Instruction]:
    """Return a Dockerfile's instructions."""
    lines = [line for line in path.read_text().splitlines() if not line.lstrip().startswith("#")]
    found, arguments = [], dict[str, str]()
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        if not line.strip():
            continue
        word, _, rest = line.strip().partition(" ")
        for name, value in arguments.items():
            rest = rest.replace(f"${{{name}}}", value)
        if word == "ARG" and "=" in rest:
            name, _, value = rest.partition("=")
            arguments[name] = value
        found.append(Instruction(word, rest.strip()))
    return found


def stages(path: Path) -> list[list[Instruction]]:
    """Return the instructions of each stage, FROM first."""
    split: list[list[Instruction]] = []
    for instruction in instructions(path):
        if instruction.word == "FROM":
            split.append([])
        if split:
            split[-1].append(instruction)
    return split


def copies(stage: list[Instruction]) -> list[tuple[list[str], str]]:
    """Return sources and target of each COPY that is out of the repository."""
    found = []
    for instruction in stage:
        if instruction.word == "COPY" and "--from=" not in instruction.rest:
            *sources, target = (w for w in instruction.rest.split() if not w.startswith("--"))
            found.append((sources, target))
    return found


def environment(stage: list[Instruction]) -> dict[str, str]:
    """Return what ENV sets in a stage."""
    pairs = [word for i in stage if i.word == "ENV" for word in shlex.split(i.rest)]
    return dict(pair.split("=", 1) for pair in pairs)


def lay_out(stage: list[Instruction], folder: Path, instead: dict[str, Path]) -> None:
    """Copy into a folder what a stage copies into its working directory.

    instead: other places for sources that may be missing here. What goes elsewhere is left out.
    """
    for sources, target in copies(stage):
        if PurePosixPath(target).is_absolute():
            continue
        for source in sources:
            origin = instead.get(source, ROOT / source)
            into = folder / PurePosixPath(target)
            if origin.is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(origin, into, dirs_exist_ok=True, ignore=ignored)
            else:
                into = into / origin.name if target.endswith("/") else into
                into.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(origin, into)
