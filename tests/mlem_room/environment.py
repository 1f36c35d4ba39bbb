"""The environment that `make mlem` makes, and code that runs in it."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.source import ROOT

# The command of docs/serving.md that serves a model with the service's routes.
(SERVE,) = (
    line.strip()
    for line in (ROOT / "docs/serving.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("    mlem serve") and "--middlewares" in line
)
BIN = ROOT / ".venv-mlem" / "bin"
PYTHON = BIN / "python"
# The stamp comes last: without it the environment may be half made.
needs_mlem = pytest.mark.skipif(
    not BIN.with_name(".complete").exists(), reason="no .venv-mlem here: `make mlem` makes it"
)


def in_mlem(*arguments: str | Path, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run MLEM's Python in a project's root, without reports home."""
    return subprocess.run(
        [PYTHON, *arguments],
        cwd=root,
        env={**os.environ, "MLEM_NO_ANALYTICS": "true"},
        capture_output=True,
        text=True,
        check=False,
    )


def told(code: str, *arguments: str | Path) -> Any:
    """Return what code run by MLEM's Python prints, as JSON."""
    done = in_mlem("-c", code, *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
