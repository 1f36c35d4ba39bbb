"""The runner's entry script, with a `cml` that only says how it was called."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.source import ROOT

SCRIPT = ROOT / "docker" / "runner.sh"
TOKEN = "ghp_0123456789abcdefghijABCDEFGHIJ"
URL = "https://github.com/owner/repo"
BAD_SETTING = 78
# Like CML: notes how it was called, works for a while, and on SIGTERM deregisters before it ends.
CML = """#!/usr/bin/env bash
printf '%s\\n' "$@" > "$NOTES/arguments"
env > "$NOTES/environment"
tr '\\0' ' ' < /proc/$$/cmdline > "$NOTES/process"
tr '\\0' ' ' < /proc/$PPID/cmdline >> "$NOTES/process"
trap 'sleep 0.3; echo yes > "$NOTES/deregistered"; exit 0' TERM
touch "$NOTES/started"
for ((i = 0; i < WORKS_S * 20; i++)); do sleep 0.05; done
exit "$ENDS_WITH"
"""


@dataclass
class Runner:
    """A folder with a stub of CML in it, and the script's environment."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def start(self, **settings: str) -> subprocess.Popen[str]:
        """Start the script. A setting of "" is left out."""
        environment = {
            "PATH": f"{self.folder / 'bin'}:/usr/bin:/bin",
            "HOME": str(self.folder / "home"),
            "NOTES": str(self.folder),
            "WORKS_S": "0",
            "ENDS_WITH": "0",
            "REPO_URL": URL,
            "REPO_TOKEN": TOKEN,
            **settings,
        }
        return subprocess.Popen(
            [str(SCRIPT)],
            env={name: value for name, value in environment.items() if value},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, **settings: str) -> tuple[int, str]:
        """Run the script to its end; return its code and what it said."""
        process = self.start(**settings)
        out, error = process.communicate(timeout=20)
        return process.returncode, out + error

    def note(self, name: str) -> str:
        return (self.folder / name).read_text()

    def wait_for(self, name: str) -> None:
        end = time.monotonic() + 10
        while not (self.folder / name).exists():
            assert time.monotonic() < end, f"no {name}"
            time.sleep(0.01)


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    (tmp_path / "home").mkdir()
    (tmp_path / "bin").mkdir()
    cml = tmp_path / "bin" / "cml"
    cml.write_text(CML)
    cml.chmod(0o755)
    yield Runner(tmp_path)
    # Whatever happened, neither work nor a token is left behind.
    assert list((tmp_path / "home").iterdir()) == []


def test_takes_one_job_and_ends(runner: Runner) -> None:
    code, said = runner.run()
    assert code == 0
    assert "done and deregistered" in said
    *arguments, work = runner.note("arguments").splitlines()
    assert arguments == [
        "runner",
        "launch",
        "--driver=github",
        f"--repo={URL}",
        "--labels=cml-runner-gpu",
        "--single",
        "--idle-timeout=3600",
    ]
    home = re.escape(str(runner.folder / "home"))
    assert re.fullmatch(rf"--workdir={home}/cml\.\w+/runner", work)


def test_settings_reach_cml(runner: Runner) -> None:
    runner.run(LABELS="cml-runner-gpu,a100", IDLE_TIMEOUT="never")
    arguments = runner.note("arguments").splitlines()
    assert "--labels=cml-runner-gpu,a100" in arguments
    assert "--idle-timeout=-1" in arguments


def test_token_is_in_the_environment_and_on_no_command_line(runner: Runner) -> None:
    _, said = runner.run()
    environment = runner.note("environment").splitlines()
    assert f"REPO_TOKEN={TOKEN}" in environment
    # CML keeps these from the jobs that it starts.
    assert "_CML_RUNNER_SENSITIVE_ENV=REPO_TOKEN" in environment
    assert TOKEN not in runner.note("arguments")
    assert "cml" in runner.note("process")
    assert TOKEN not in runner.note("process")
    assert TOKEN not in said


def test_token_from_a_file(runner: Runner) -> None:
    file = runner.folder / "token"
    file.write_text(f"{TOKEN}\n")
    code, said = runner.run(REPO_TOKEN="", REPO_TOKEN_FILE=str(file))
    assert code == 0
    environment = runner.note("environment").splitlines()
    assert f"REPO_TOKEN={TOKEN}" in environment
    assert not any(line.startswith("REPO_TOKEN_FILE=") for line in environment)
    assert TOKEN not in runner.note("arguments") + runner.note("process") + said


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"REPO_TOKEN": ""}, "no token: set REPO_TOKEN or REPO_TOKEN_FILE"),
        ({"REPO_TOKEN_FILE": "token"}, "both set"),
        ({"REPO_TOKEN": "", "REPO_TOKEN_FILE": "nowhere"}, "cannot read the file"),
        ({"REPO_TOKEN": "two words"}, "the token holds a space"),
        ({"REPO_URL": ""}, "REPO_URL is not set"),
        ({"REPO_URL": "owner/repo"}, "not of the form"),
        ({"REPO_URL": "http://github.com/owner/repo"}, "not of the form"),
        ({"REPO_URL": f"https://me:{TOKEN}@github.com/owner/repo"}, "not of the form"),
        ({"LABELS": "gpu, big"}, "LABELS is 'gpu, big'"),
        ({"IDLE_TIMEOUT": "soon"}, "IDLE_TIMEOUT is 'soon'"),
        ({"IDLE_TIMEOUT": "0"}, "IDLE_TIMEOUT is '0'"),
        ({"WORK": "nowhere"}, "WORK is 'nowhere'"),
    ],
)
def test_wrong_setting(runner: Runner, settings: dict[str, str], said: str) -> None:
    code, text = runner.run(**settings)
    assert code == BAD_SETTING
    (line,) = (line for line in text.splitlines() if "warning" not in line)
    assert line.startswith("runner: ")
    assert said in line
    assert TOKEN not in text
    assert not (runner.folder / "started").exists()


def test_without_cml(runner: Runner) -> None:
    (runner.folder / "bin" / "cml").unlink()
    code, said = runner.run()
    assert code == BAD_SETTING
    assert "no cml on PATH" in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_is_passed_on_and_waited_for(runner: Runner, number: signal.Signals) -> None:
    process = runner.start(WORKS_S="20")
    runner.wait_for("started")
    process.send_signal(number)
    _, said = process.communicate(timeout=10)
    assert process.returncode == 0
    assert runner.note("deregistered") == "yes\n"
    assert "stopping" in said


def test_a_second_signal_does_not_cut_it_short(runner: Runner) -> None:
    process = runner.start(WORKS_S="20")
    runner.wait_for("started")
    for _ in range(3):
        process.terminate()
        time.sleep(0.05)
    process.communicate(timeout=10)
    assert process.returncode == 0
    assert runner.note("deregistered") == "yes\n"


def test_a_job_that_runs_is_finished_first(runner: Runner) -> None:
    # CML goes on after SIGTERM while a job runs.
    cml = runner.folder / "bin" / "cml"
    cml.write_text(CML.replace('sleep 0.3; echo yes > "$NOTES/deregistered"; exit 0', ":"))
    process = runner.start(WORKS_S="1", ENDS_WITH="3")
    runner.wait_for("started")
    process.terminate()
    process.communicate(timeout=10)
    assert process.returncode == 3


def test_idle_end(runner: Runner) -> None:
    started = time.monotonic()
    code, _ = runner.run(WORKS_S="1", IDLE_TIMEOUT="1")
    assert code == 0
    assert time.monotonic() - started > 0.9


def test_failure_of_cml_is_told(runner: Runner) -> None:
    code, said = runner.run(ENDS_WITH="7")
    assert code == 7
    assert "CML ended with code 7" in said


def test_finds_nothing_of_an_earlier_job(runner: Runner) -> None:
    left = runner.folder / "home" / "cml.abcdef" / "home"
    left.mkdir(parents=True)
    (left / ".bashrc").write_text("echo left over")
    runner.run()
    home = next(
        line for line in runner.note("environment").splitlines() if line.startswith("HOME=")
    )
    assert home.startswith(f"HOME={runner.folder}/home/cml.")
    assert "abcdef" not in home


def test_can_be_started() -> None:
    assert os.access(SCRIPT, os.X_OK)
    assert SCRIPT.read_text().splitlines()[0] == "#!/usr/bin/env bash"
    assert "set -euo pipefail" in SCRIPT.read_text()
    subprocess.run(["bash", "-n", str(SCRIPT)], check=True)
