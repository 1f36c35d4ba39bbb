"""The command line of every stage: --help and what nobody knows run nothing."""

import runpy
import subprocess
import sys
from unittest.mock import patch

import pytest

from tests.source import ROOT
from tests.test_dvc_yaml import MODULES

COMMANDS = [
    *sorted(MODULES.values()),
    *("src.save_stack", "src.release", "src.summary", "src.readme", "src.report", "src.read"),
    *("src.serve", "src.serving.artwork"),
]
# A module that another test has imported, or that was run before.
again = pytest.mark.filterwarnings("ignore:.*found in sys.modules after import of package")
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


def ends_with(module: str, *arguments: str) -> int | str | None:
    """Run a module as `python3 -m` does, in this process, where the libraries are loaded; return its exit code."""
    with patch.object(sys, "argv", ["-m", *arguments]), pytest.raises(SystemExit) as ended:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    return ended.value.code


@again
@pytest.mark.parametrize("module", COMMANDS)
def test_help_is_help(module: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert ends_with(module, "--help") == 0
    out, err = capfd.readouterr()
    assert out.startswith("usage: ")
    assert err == ""
    assert module in out or module in ("src.readme", "src.report", "src.serve")


@again
@pytest.mark.parametrize("module", COMMANDS)
def test_what_is_not_known_runs_nothing(module: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert ends_with(module, "--no-such-option") == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert "usage: " in err


def test_a_stage_is_run_without_arguments() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WATCH, "src.stack.prepare"],
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "ran\n")
