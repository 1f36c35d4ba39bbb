"""The folder in which a job runs: the code of one revision, its data, and DVC without git."""

import shutil
import tarfile
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from string import Template
from typing import Any

import yaml

from ..bundle.files import copy_whole, whole_folder
from ..bundle.origin import git_revision
from ..common.errors import UserError
from ..common.files import atomic_path
from ..common.git import git, said
from .placing import DATASETS

# What the stages need of a checkout.
CODE = ("src", "params.py", "params.yaml", "dvc.yaml", ".dvc/config", ".dvcignore", "release")
# What stages write that is small, and that DVC does not keep.
_SMALL = ("out/prepared", "out/runs", "out/evaluations")
_LOCK = "dvc.lock"
# The file of an image that says of which revision it is (docker/train.Dockerfile).
REVISION = "REVISION"


def revision_of(root: Path) -> str:
    """Return the revision of a checkout or of an image's code; "unknown" where neither says it."""
    named = root / REVISION
    if named.is_file():
        return named.read_text(encoding="utf-8").strip() or "unknown"
    return git_revision(root)


def make_workspace(folder: Path, root: Path, revision: str | None = None) -> str:
    """Write a workspace, in place of what was there, and return the revision that it is of.

    root: of a checkout, or of an image's code. revision: of the checkout, committed; None for its files as they are.
    Raises UserError for a revision that is not there: code without git has one only.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if revision is None:
        named = revision_of(root)
        for name in CODE:
            _copy(root / name, folder / name)
    else:
        named = _archive(root, revision, folder)
    for stage in read_stages(folder).values():
        for dep in stage["deps"]:
            if dep.startswith(DATASETS):
                (folder / dep).mkdir(parents=True, exist_ok=True)
                # As in a checkout; DVC warns of folders in which nothing is.
                (folder / dep / "README.md").write_text("What a job was given lies here.\n")
    return named


def keep_in(folder: Path, workspace: Path) -> None:
    """Let a workspace go on from what ``folder`` keeps of an earlier try: DVC's cache, and interrupted trainings."""
    (folder / "training").mkdir(parents=True, exist_ok=True)
    (workspace / "out").mkdir(exist_ok=True)
    (workspace / "out/checkpoints").symlink_to(
        (folder / "training").resolve(), target_is_directory=True
    )
    with atomic_path(workspace / ".dvc/config.local") as partial:
        partial.write_text(
            "[core]\n    no_scm = true\n[cache]\n"
            f"    dir = {(folder / 'cache').resolve()}\n    type = reflink,hardlink,copy\n"
        )
    for name in _SMALL:
        if (folder / name).is_dir():
            shutil.copytree(folder / name, workspace / name, dirs_exist_ok=True)
    if (folder / _LOCK).is_file():
        copy_whole(folder / _LOCK, workspace / _LOCK)


def keep(workspace: Path, folder: Path) -> None:
    """Keep what the stages have written by now, besides what DVC's cache and checkpoints keep."""
    for name in _SMALL:
        if (workspace / name).is_dir():
            with whole_folder(folder / name) as partial:
                shutil.copytree(workspace / name, partial, dirs_exist_ok=True)
    # Last: it says that the others are there.
    if (workspace / _LOCK).is_file():
        copy_whole(workspace / _LOCK, folder / _LOCK)


def read_stages(root: Path) -> dict[str, dict[str, Any]]:
    """Return the stages of a dvc.yaml in order: deps and outs are paths, with the names of params.yaml filled in."""
    names = yaml.safe_load((root / "params.yaml").read_text(encoding="utf-8"))
    listed = yaml.safe_load((root / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    return {
        stage: {
            "cmd": content["cmd"],
            "deps": [Template(dep).safe_substitute(names) for dep in content["deps"]],
            "outs": [out for out in content.get("outs", []) if isinstance(out, str)],
        }
        for stage, content in listed.items()
    }


def needed(stages: dict[str, dict[str, Any]], targets: Iterable[str]) -> list[str]:
    """Return the stages that some need, themselves included, in an order in which they can run."""
    makers = {out: name for name, stage in stages.items() for out in stage["outs"]}
    found: list[str] = []

    def add(name: str) -> None:
        if name not in found:
            for dep in stages[name]["deps"]:
                if dep in makers and makers[dep] != name:
                    add(makers[dep])
            found.append(name)

    for target in targets:
        if target not in stages:
            raise UserError(f"there is no stage {target!r}: name one of {', '.join(stages)}")
        add(target)
    return found


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, target, ignore=ignored, dirs_exist_ok=True)
    elif source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    else:
        raise UserError(
            f"{source} is not there: a job needs a checkout, or the image of docker/train.Dockerfile"
        )


def _archive(root: Path, revision: str, folder: Path) -> str:
    """Copy the code of a revision out of git; return its commit."""
    wanted = f"{revision}^{{commit}}"
    named = said(root, "rev-parse", "--verify", "--quiet", "--end-of-options", wanted)
    if named is None:
        own = revision_of(root)
        if own == revision:
            for name in CODE:
                _copy(root / name, folder / name)
            return own
        raise UserError(
            f"there is no revision {revision!r} in {root}, which is {own}: commit it, or use the image of that revision"
        )
    listed = (said(root, "ls-tree", "-r", "--name-only", named, "--", *CODE) or "").split("\n")
    names: Sequence[str] = [
        name for name in CODE if any(f"{one}/".startswith(f"{name}/") for one in listed)
    ]
    content = git(root, "archive", "--format=tar", named, "--", *names).stdout
    with tarfile.open(fileobj=BytesIO(content)) as files:
        files.extractall(folder, filter="data")
    return named
