"""What `make mlem` makes, and how it says what it needs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mlem_room.environment import SERVE, in_mlem, needs_mlem
from tests.source import ROOT


@pytest.mark.slow
@needs_mlem
def test_environment_is_whole() -> None:
    done = in_mlem("-m", "pip", "check")
    assert done.returncode == 0, done.stdout
    assert "mlem==0.4.14" in in_mlem("-m", "pip", "list", "--format=freeze").stdout.splitlines()


def make_mlem(folder: Path, *variables: str) -> subprocess.CompletedProcess[str]:
    """Run ``make mlem`` in a folder with what the environment is made of."""
    (folder / "src/mlem_room").mkdir(parents=True)
    for name in ("pyproject.toml", "constraints.txt"):
        (folder / "src/mlem_room" / name).write_text("")
        os.utime(folder / "src/mlem_room" / name, (0, 0))  # older than what was made
    return subprocess.run(
        ["make", "-f", ROOT / "Makefile", "mlem", *variables],
        cwd=folder,
        env={k: v for k, v in os.environ.items() if not k.startswith("MAKE")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_saved_model_it_says_how_there_comes_to_be_one(tmp_path: Path) -> None:
    (tmp_path / ".venv-mlem").mkdir()
    (tmp_path / ".venv-mlem/.complete").touch()
    done = make_mlem(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    (line,) = done.stdout.splitlines()
    assert line.startswith("No model is saved yet: run python3 -m src.save_stack")
    assert "src.mlem_model --model release" in line


def test_the_command_that_is_printed_is_the_page_s() -> None:
    source = (ROOT / "src/mlem_model.py").read_text(encoding="utf-8")
    assert f'"{SERVE.replace("out/models/stack", "{folder}")}"' in source


@pytest.mark.parametrize(("option", "code"), [((), 1), (("--help",), 0)])
def test_elsewhere_it_is_said_where_mlem_is(option: tuple[str, ...], code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "src.mlem_model", *option],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code
    lines = done.stderr.splitlines()
    assert len(lines) == code
    assert all(line.startswith("error: MLEM is not here (mlem") for line in lines)
    assert all(".venv-mlem/bin/python -m src.mlem_model" in line for line in lines)


def test_another_python_is_refused_in_one_line(tmp_path: Path) -> None:
    other = tmp_path / "python3.14"
    other.write_text("#!/bin/sh\nexit 1\n")
    other.chmod(0o755)
    # What was made is taken as it is: somewhere else nothing is.
    done = make_mlem(tmp_path, f"MLEM_PYTHON={other}")
    assert done.returncode == 2
    assert done.stderr.startswith(f"MLEM needs Python 3.11, and {other} is not that: run make mlem")
    assert not (tmp_path / ".venv-mlem").exists()
