"""Networks that a git revision trained, taken out of DVC's cache into .cache/start."""

import subprocess
import sys
from pathlib import Path

import yaml

from ..bundle.bundle import RELEASE, STACK
from ..bundle.files import SUMS, whole_folder
from ..bundle.origin import Thresholds
from ..bundle.revision import CACHE
from ..bundle.trained import Origin, bundle_trained
from ..common.errors import UserError
from ..common.git import complaint, git

_NETWORKS = ("localize", "ocr")


def trained_by(root: Path, commit: str, name: str) -> Path:
    """Return a bundle of the networks that the dvc.lock of a commit names, with the networks themselves beside it.

    name: as the user calls it. Raises UserError where it names none, or neither DVC's cache nor a remote has them.
    """
    models = root / CACHE / commit / "models"
    stack = models / STACK.name
    if (stack / SUMS).is_file():
        return stack
    thresholds = _thresholds(root, commit, name)
    for network in _NETWORKS:
        with whole_folder(models / network) as partial:
            partial.rmdir()  # DVC makes it
            _fetch(root, commit, name, f"out/models/{network}", partial)
    created = git(root, "show", "--no-patch", "--format=%cs", commit).stdout.decode().strip()
    return bundle_trained(models, stack, thresholds, {}, Origin(commit, created)).folder


def _thresholds(root: Path, commit: str, name: str) -> Thresholds:
    """Return the thresholds that a commit's networks were evaluated with."""
    done = git(root, "show", f"{commit}:dvc.lock")
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
            f"{name}:{RELEASE.name} ({complaint(done)})"
        )
