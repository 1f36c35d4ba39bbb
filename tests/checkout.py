"""A copy of this repository in which commands are run as its users run them."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.source import ROOT
from tests.warm.start import SUPPORTED, warm_commands

# As small as it gets: the first experiment of the documentation, with fewer pictures.
TINY = {
    "MULTIPROCESSING": False,
    "PrepareLocalizeParams.MAX_IMAGES": 64,
    "PrepareOCRParams.MAX_IMAGES": 64,
    "PrepareStackParams.MAX_IMAGES": 40,
    "PrepareStackParams.HARD_IMAGES": 8,
    "TrainLocalizeParams.EPOCHS": 1,
    "TrainOCRParams.EPOCHS": 1,
}
# Newer than whatever a command writes.
FUTURE = 4_000_000_000
# Whatever hangs is stopped by then; nothing here takes a quarter as long.
LIMIT_S = 400
Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Checkout:
    """A working tree in a folder of its own, and commands in it that know no home and no git identity.

    warm: `python3` and `dvc` are forked from a process that has their libraries imported, where the system can.
    """

    root: Path
    home: Path
    warm: bool = SUPPORTED

    def run(self, *command: str) -> Done:
        """Run a command to its end, whatever that is."""
        return subprocess.run(
            command,
            cwd=self.root,
            env=self._environment(),
            text=True,
            capture_output=True,
            timeout=LIMIT_S,
            check=False,
        )

    def ok(self, *command: str) -> str:
        """Run a command that has to work; return what it printed, errors too."""
        done = self.run(*command)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def until(self, ready: Callable[[], bool], kill: signal.Signals, *command: str) -> Done:
        """Start a command and send its whole process group a signal as soon as ``ready`` says so."""
        process = self.start(*command)
        end = time.monotonic() + LIMIT_S
        while not ready() and process.poll() is None and time.monotonic() < end:
            time.sleep(0.005)
        assert process.poll() is None, f"{command} ended by itself: {process.communicate()}"
        os.killpg(process.pid, kill)
        out, error = process.communicate(timeout=LIMIT_S)
        return subprocess.CompletedProcess(command, process.returncode, out, error)

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Start a command in a process group of its own."""
        return subprocess.Popen(
            command,
            cwd=self.root,
            env=self._environment(),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def copy(self, root: Path, *without: str) -> "Checkout":
        """Return a copy in another folder; ``without`` are names that are left out."""
        shutil.copytree(self.root, root, symlinks=True, ignore=shutil.ignore_patterns(*without))
        return Checkout(root, self.home)

    def with_identity(self) -> "Checkout":
        """Give the repository a git identity, without which DVC cannot set changes aside for an experiment."""
        self.ok("git", "config", "user.name", "test")
        self.ok("git", "config", "user.email", "test@localhost")
        return self

    def edit(self, file: str, pattern: str, text: str) -> None:
        """Replace the one place of a file that matches a pattern."""
        path = self.root / file
        content, count = re.subn(pattern, text, path.read_text(encoding="utf-8"))
        assert count == 1, f"{pattern} is in {file} {count} times"
        path.write_text(content, encoding="utf-8")

    def _environment(self) -> dict[str, str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "DVC_", "EMAIL"))}
        path = [str(Path(sys.executable).parent), clean["PATH"]]
        return {
            **clean,
            "PATH": os.pathsep.join([str(warm_commands()), *path] if self.warm else path),
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home),
            "XDG_CACHE_HOME": str(self.home),
            "DVC_SITE_CACHE_DIR": str(self.home / "dvc"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CEILING_DIRECTORIES": str(self.root.parent),
        }


def clone(folder: Path) -> Checkout:
    """Return a repository with one commit: this working tree as it stands, without what git ignores."""
    # git needs no libraries.
    checkout = Checkout(folder / "checkout", folder / "home", warm=False)
    checkout.home.mkdir()
    command = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    listed = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (checkout.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, checkout.root / name)
    checkout.ok("git", "init", "-q")
    checkout.ok("git", "add", "-A")
    who = ("-c", "user.name=test", "-c", "user.email=test@localhost")  # for this commit only
    checkout.ok("git", *who, "commit", "-q", "-m", "Start")
    return replace(checkout, warm=SUPPORTED)


def equip(checkout: Checkout) -> Checkout:
    """Put this environment where ``make setup`` would make one, so that it has nothing to do; its commands are warm."""
    venv = checkout.root / ".venv"
    (venv / "bin").mkdir(parents=True)
    for name in ("lib", "pyvenv.cfg"):
        (venv / name).symlink_to(Path(sys.prefix) / name)
    warm = {file.name: file for file in warm_commands().iterdir()} if SUPPORTED else {}
    for file in (Path(sys.prefix) / "bin").iterdir():
        (venv / "bin" / file.name).symlink_to(warm.get(file.name, file))
    (venv / ".complete").touch()
    os.utime(venv / ".complete", (FUTURE, FUTURE))
    return checkout


def options(params: Mapping[str, object], names: Sequence[str] = ()) -> list[str]:
    """Return the ``-S`` options that set values of params.py, and names of params.yaml (``key=value``)."""
    values = [f"params.py:{name}={value}" for name, value in params.items()]
    return [part for value in (*values, *names) for part in ("-S", value)]
