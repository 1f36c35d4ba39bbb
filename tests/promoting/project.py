"""Repositories with released models, for tests of how these are promoted."""

import shutil
from dataclasses import replace
from pathlib import Path

from gto import api

from src.bundle.bundle import Bundle, write_bundle
from src.bundle.promoted import read_tags
from tests.repository import git
from tests.source import ROOT


def write_release(made: Bundle, folder: Path, exact: float) -> None:
    """Write a bundle that was measured to read so many plates: another share is another content."""
    networks = {name: made.folder / name for name in made.files if name.endswith(".onnx")}
    write_bundle(folder, networks, replace(made.card, metrics={"val_acc": exact}))


def commit(root: Path, message: str) -> str:
    """Commit all there is; return the commit."""
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", message)
    return git(root, "rev-parse", "HEAD")


def release(root: Path, made: Bundle, exact: float) -> str:
    """Commit another release/ in place of the one before, and release/swiss as it was; return the commit."""
    swiss = shutil.copytree(root / "release/swiss", root.parent / "swiss")
    write_release(made, root / "release", exact)
    shutil.move(swiss, root / "release/swiss")
    return commit(root, f"release reads {exact:.0%}")


def new_project(root: Path, made: Bundle) -> Path:
    """A repository with this project's .gto and two released models; whoever commits there has a name."""
    git(root.parent, "init", "-q", str(root))
    git(root, "config", "user.name", "test")
    git(root, "config", "user.email", "test@localhost")
    shutil.copy(ROOT / ".gto", root)
    (root / ".gitignore").write_text(".cache/\n")
    write_release(made, root / "release", 0.9)
    write_release(made, root / "release/swiss", 0.95)
    commit(root, "first")
    return root


def in_stage(root: Path, stage: str, model: str = "release") -> str | None:
    """What is in a stage by GTO, which has to be what the project's own reading of the tags says."""
    theirs = api.show(root).get(model, {"stage": {}})["stage"].get(stage)
    ours = read_tags(root).serving(model, stage)
    assert theirs == (ours.version if ours else None)
    return theirs
