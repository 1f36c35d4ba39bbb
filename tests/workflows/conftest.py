"""Small repositories in which the scripts of the workflows run."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.workflows.actions import SCRIPTS
from tests.workflows.stubs import Stubs


@pytest.fixture
def stubs(tmp_path: Path) -> Stubs:
    """No programs yet."""
    (tmp_path / "stubs").mkdir()
    return Stubs(tmp_path / "stubs")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with the scripts and nothing else in it."""
    folder = tmp_path / "checkout"
    shutil.copytree(SCRIPTS, folder / ".github/scripts")
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder
