"""What `make mlem` makes, and how it says what it needs."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.mlem_room.environment import in_mlem, needs_mlem
from tests.source import ROOT


@pytest.mark.slow
@needs_mlem
def test_environment_is_whole() -> None:
    done = in_mlem("-m", "pip", "check")
    assert done.returncode == 0, done.stdout
    assert "mlem==0.4.14" in in_mlem("-m", "pip", "list", "--format=freeze").stdout.splitlines()


def test_another_python_is_refused_in_one_line(tmp_path: Path) -> None:
    other = tmp_path / "python3.14"
    other.write_text("#!/bin/sh\nexit 1\n")
    other.chmod(0o755)
    # What was made is taken as it is: somewhere else nothing is.
    (tmp_path / "src/mlem_room").mkdir(parents=True)
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / "src/mlem_room" / name).write_text("")
    done = subprocess.run(
        ["make", "-f", ROOT / "Makefile", "mlem", f"MLEM_PYTHON={other}"],
        cwd=tmp_path,
        env={k: v for k, v in os.environ.items() if not k.startswith("MAKE")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"MLEM needs Python 3.11, and {other} is not that: run make mlem")
    assert not (tmp_path / ".venv-mlem").exists()
