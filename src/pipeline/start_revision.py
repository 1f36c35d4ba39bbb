"""Models of git revisions, taken out of git and out of DVC's cache into .cache/start."""

import io
import subprocess
import sys
import tarfile
from pathlib import Path

import yaml

from ..bundle.bundle import RELEASE, STACK
from ..bundle.files import SUMS, whole_folder
from ..bundle.origin import Thresholds
from ..bundle.trained import Origin, bundle_trained
from ..common.errors import UserError
from ..common.untrusted import printable

# Of the project's root, and ignored by git and DVC.
_CACHE = ".cache/start"
_NETWORKS = ("localize", "ocr")


def commit_of(root: Path, revision: str) -> str | None:
    """Return the commit of a branch, tag, commit or DVC experiment; None where there is no such thing, or no git."""
    # Told apart from options, which git would take.
    done = _git(
        root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
    )
    if done.returncode == 0:
        return done.stdout.decode().strip()
    # DVC keeps an experiment as refs/exps/AB/CDEF…/NAME.
    listed = _git(root, "for-each-ref", "--format=%(objectname) %(refname)", "refs/exps")
    for line in listed.stdout.decode().splitlines():
        commit, ref = line.split(" ", 1)
        if ref.count("/") > 3 and ref.split("/", 4)[4] == revision:
            return commit
    return None


def released_by(root: Path, commit: str, name: str) -> Path:
    """Return a copy of the release/ of a commit. name: as the user calls it. Raises UserError where it has none."""
    folder = root / _CACHE / commit / RELEASE.name
    if (folder / SUMS).is_file():
        return folder
    done = _git(root, "archive", "--format=tar", f"{commit}:{RELEASE.name}")
    if done.returncode:
        raise UserError(f"{name} has no {RELEASE.name}/ ({_said(done)}): write {name} alone")
    with whole_folder(folder) as partial, tarfile.open(fileobj=io.BytesIO(done.stdout)) as files:
        files.extractall(partial, filter="data")
    if not (folder / SUMS).is_file():
        raise UserError(f"{RELEASE.name}/ of {name} holds no saved model: {SUMS} is not in it")
    return folder


def trained_by(root: Path, commit: str, name: str) -> Path:
    """Return a bundle of the networks that the dvc.lock of a commit names, with the networks themselves beside it.

    name: as the user calls it. Raises UserError where it names none, or neither DVC's cache nor a remote has them.
    """
    models = root / _CACHE / commit / "models"
    stack = models / STACK.name
    if (stack / SUMS).is_file():
        return stack
    thresholds = _thresholds(root, commit, name)
    for network in _NETWORKS:
        with whole_folder(models / network) as partial:
            partial.rmdir()  # DVC makes it
            _fetch(root, commit, name, f"out/models/{network}", partial)
    created = _git(root, "show", "--no-patch", "--format=%cs", commit).stdout.decode().strip()
    return bundle_trained(models, stack, thresholds, {}, Origin(commit, created)).folder


def _thresholds(root: Path, commit: str, name: str) -> Thresholds:
    """Return the thresholds that a commit's networks were evaluated with."""
    done = _git(root, "show", f"{commit}:dvc.lock")
    try:
        stage = yaml.safe_load(done.stdout)["stages"]["evaluate_stack"]
        held = stage["params"]["params.py"]["EvaluateStackParams"]
        return Thresholds(*(held[field.upper()] for field in Thresholds._fields))
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise UserError(
            f"{name} has no models: by its dvc.lock the pipeline was not run there; commit dvc.lock after `dvc repro`, "
            f"or write {name}:{RELEASE.name}"
        ) from error


def _fetch(root: Path, commit: str, name: str, path: str, target: Path) -> None:
    """Copy a folder that DVC keeps, as it was at a commit, by a process of its own: a stage holds a lock."""
    command = [sys.executable, "-m", "dvc", "get", "--quiet", "--rev", commit]
    command += ["--out", str(target), str(root), path]
    done = subprocess.run(command, capture_output=True, check=False, cwd=root)
    if done.returncode:
        raise UserError(
            f"{path} of {name} is not in DVC's cache: fetch it with `dvc fetch --all-commits` from a remote, or write "
            f"{name}:{RELEASE.name} ({_said(done)})"
        )


def _git(root: Path, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)


def _said(done: "subprocess.CompletedProcess[bytes]") -> str:
    """Return the last line of what a command complained of."""
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return printable(lines[-1])[:300] if lines else f"exit code {done.returncode}"
