"""What git says of a repository."""

import subprocess
from pathlib import Path

from .untrusted import printable

Done = subprocess.CompletedProcess[bytes]
# How a shell says that there is no such command.
_NO_COMMAND = 127


def git(root: Path, *arguments: str) -> Done:
    """Run git in a repository; return how it ended, without raising where it failed or is not installed."""
    command = ["git", "-C", str(root), *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        return Done(command, _NO_COMMAND, b"", b"git is not installed")


def said(root: Path, *arguments: str) -> str | None:
    """Return what git says, without white space at its ends; None where it fails, as outside a repository."""
    done = git(root, *arguments)
    return done.stdout.decode(errors="replace").strip() if done.returncode == 0 else None


def complaint(done: Done) -> str:
    """Return the last line of what a command complained of."""
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return printable(lines[-1])[:300] if lines else f"exit code {done.returncode}"
