"""The command line of every stage: --help and what nobody knows run nothing."""

import subprocess
import sys

import pytest

from tests.source import ROOT
from tests.test_dvc_yaml import MODULES

COMMANDS = [
    *sorted(MODULES.values()),
    *("src.save_stack", "src.release", "src.summary", "src.readme", "src.report", "src.read"),
    *("src.serve", "src.serving.artwork"),
]
# Runs a module with its main replaced: whatever else happens is done by the command line.
WATCH = """
import runpy, sys
import src.common.errors
def ran(main):
    sys.exit("ran")
src.common.errors.run_main = ran
module, sys.argv[1:] = sys.argv[1], sys.argv[2:]
runpy.run_module(module, run_name="__main__", alter_sys=True)
"""


def start(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize("module", COMMANDS)
def test_help_is_help(module: str) -> None:
    done = start(module, "--help")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("usage: ")
    assert done.stderr == ""
    assert module in done.stdout or module in ("src.readme", "src.report", "src.serve")


@pytest.mark.slow
@pytest.mark.parametrize("module", COMMANDS)
def test_what_is_not_known_runs_nothing(module: str) -> None:
    done = start(module, "--no-such-option")
    assert (done.returncode, done.stdout) == (2, "")
    assert "usage: " in done.stderr


def test_a_stage_is_run_without_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WATCH, "src.stack.prepare"],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "ran\n")
