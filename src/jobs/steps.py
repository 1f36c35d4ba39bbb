"""The commands of a job, run one after the other in its workspace."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO

from ..common.errors import EXIT_INTERRUPTED, UserError
from ..common.progress import tell
from ..common.untrusted import printable

# How commands here say what is wrong (src/common/errors.py).
_ERROR = re.compile(r"error: (.+)")
# 128 + SIGTERM: what a shell expects of a command that was told to end.
EXIT_STOPPED = 143
_MAX_LINE = 10_000


class StepFailed(UserError):
    """A command has failed; the message is what it has said itself, where it has."""


class Stopped(SystemExit):
    """The job was told to end, and has. A SystemExit with the code that says so."""


class Steps:
    """Runs commands in a workspace; what they print goes on to where this process prints."""

    def __init__(self, workspace: Path, variables: Mapping[str, str]) -> None:
        """variables: of the environment, besides those of this process."""
        self._workspace, self._variables = workspace, variables
        self._child: subprocess.Popen[str] | None = None
        self._stopped: int | None = None

    def dvc(self, *arguments: str) -> None:
        """Run DVC."""
        self.run(sys.executable, "-m", "dvc", *arguments)

    def attempt(self, *arguments: str) -> None:
        """Run DVC, and go on where it fails."""
        try:
            self.dvc(*arguments)
        except StepFailed as error:
            tell(f"note: {error}")

    def module(self, module: str, *arguments: str) -> None:
        """Run a module of the workspace."""
        self.run(sys.executable, "-m", module, *arguments)

    def changed(self, stage: str) -> bool:
        """Say whether a stage would run: by dvc.lock, it has not run with what is there now."""
        command = [sys.executable, "-m", "dvc", "status", "--json", stage]
        done = subprocess.run(
            command,
            cwd=self._workspace,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        try:
            return done.returncode != 0 or bool(json.loads(done.stdout.strip().splitlines()[-1]))
        except (ValueError, IndexError):
            return True

    def run(self, *command: str) -> None:
        """Run a command to its end; raises StepFailed where it fails, Stopped where this process was told to end."""
        if self._stopped is None:
            # A group of its own: a signal is to reach all that it has started.
            self._child = subprocess.Popen(
                command,
                cwd=self._workspace,
                env=self._environment(),
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                start_new_session=True,
            )
            assert self._child.stderr is not None
            heard = _Heard(self._child.stderr)
            code = self._child.wait()
            heard.join()
            self._child = None
            if self._stopped is None and code:
                raise StepFailed(
                    heard.error or f"{_shown(command)} ended with code {code}: see its log"
                )
        if self._stopped is not None:
            raise Stopped(self._stopped)

    @contextmanager
    def stopping(self) -> Iterator[None]:
        """Let SIGTERM and Ctrl-C end the command that runs, and then this process, while the body runs."""

        def stop(number: int, frame: FrameType | None) -> None:
            self._stopped = EXIT_INTERRUPTED if number == signal.SIGINT else EXIT_STOPPED
            child = self._child
            if child is None:
                raise Stopped(self._stopped)
            if child.poll() is None:
                os.killpg(child.pid, number)

        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
        # A shell has what it runs in the background ignore interrupts.
        taken = [number for number, old in before.items() if old is not signal.SIG_IGN]
        for number in taken:
            signal.signal(number, stop)
        try:
            yield
        finally:
            for number in taken:
                signal.signal(number, before[number])

    def _environment(self) -> dict[str, str]:
        bin_ = str(Path(sys.executable).parent)  # the stages call python3
        return {
            **os.environ,
            **self._variables,
            "PATH": os.pathsep.join((bin_, os.environ.get("PATH", ""))),
            # Elsewhere it may not be allowed to write.
            "DVC_SITE_CACHE_DIR": str(self._workspace / ".dvc/site"),
        }


class _Heard(threading.Thread):
    """Passes on what a command says on stderr, and remembers the last line that says what is wrong."""

    def __init__(self, stream: IO[str]) -> None:
        super().__init__(daemon=True)
        self._stream = stream
        self.error = ""
        self.start()

    def run(self) -> None:
        for line in self._stream:
            sys.stderr.write(line)
            sys.stderr.flush()
            # DVC's own line after a failed stage says less than the stage's.
            found = _ERROR.match(line)
            if found:
                self.error = printable(found[1].strip())[:_MAX_LINE]


def _shown(command: Sequence[str]) -> str:
    """Return a command as people would type it."""
    return " ".join(("python3", *command[1:]) if command[0] == sys.executable else command)
