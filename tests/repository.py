"""Git repositories that tests make."""

import subprocess
from pathlib import Path


def git(root: Path, *arguments: str) -> str:
    """Return what git says, in the name of a test: of whoever runs it nothing is set."""
    who = ("-c", "user.name=test", "-c", "user.email=test@localhost")
    command = ["git", "-C", str(root), *who, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
