"""Environments with nothing in them, and what installs into them."""

import subprocess
import sys
from pathlib import Path

from tests.source import ROOT

# Of the thousands of modules that come, few are imported: those are compiled then.
PINNED = ("--quiet", "--no-compile", "--constraint", str(ROOT / "constraints.txt"))


def new_environment(folder: Path) -> Path:
    """Make an environment without even pip; return its python."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder / "bin" / "python3"


def pip_of(python: Path) -> list[str]:
    """Return the command that is pip for another environment: that of the tests' own."""
    return [sys.executable, "-m", "pip", "--python", str(python)]
