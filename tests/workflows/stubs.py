"""Programs that scripts call and that no test may call: each writes down how it was called and answers as told."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.workflows.actions import fill


@dataclass(frozen=True)
class Call:
    """One call of a stub: its arguments, the variables that were asked for, and the file that it was given last."""

    arguments: list[str]
    env: dict[str, str]
    content: str


@dataclass(frozen=True)
class Stubs:
    """A folder of stubs that goes before everything else on PATH."""

    folder: Path

    def add(self, name: str, answer: str = "", keep: Sequence[str] = ()) -> None:
        """Make a program; ``answer`` is Python code that sees ``arguments``, ``keep`` names variables to write down."""
        log = self.folder / f"{name}.log"
        fill(
            self.folder,
            name,
            f"#!{sys.executable}\n"
            "import json, os, sys\n"
            "from pathlib import Path\n"
            "arguments = sys.argv[1:]\n"
            "last = Path(arguments[-1]) if arguments else Path('-')\n"
            "content = last.read_text('utf-8') if last.is_file() else ''\n"
            f"env = {{k: os.environ[k] for k in {list(keep)!r} if k in os.environ}}\n"
            f"with open({str(log)!r}, 'a') as file:\n"
            "    print(json.dumps([arguments, env, content]), file=file)\n"
            f"{answer}\n",
        )

    def calls(self, name: str) -> list[Call]:
        """Return how a stub was called, in order."""
        log = self.folder / f"{name}.log"
        if not log.exists():
            return []
        return [Call(*json.loads(line)) for line in log.read_text("utf-8").splitlines()]

    def run(
        self, root: Path, command: str, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a step's commands in a folder as GitHub does: by ``bash -e``, with this environment and little else."""
        path = [str(self.folder), str(Path(sys.executable).parent), os.environ["PATH"]]
        clean = {"PATH": os.pathsep.join(path), "HOME": str(self.folder), "LANG": "C.UTF-8"}
        return subprocess.run(
            ["bash", "-e", "-c", command],
            cwd=root,
            env={**clean, **(env or {})},
            text=True,
            capture_output=True,
            timeout=300,
            check=False,
        )


def quoted(script: str, *arguments: str) -> str:
    """Return the command that calls a script of .github/scripts."""
    return shlex.join([f".github/scripts/{script}", *arguments])
