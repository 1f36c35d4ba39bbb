"""Commands of a job: what they complain of is kept, and who ends the job ends them too."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from src.jobs.steps import EXIT_STOPPED, StepFailed, Steps, Stopped


@pytest.fixture
def steps(tmp_path: Path) -> Steps:
    return Steps(tmp_path, {"PLATES_TEST": "here"})


def python(source: str) -> tuple[str, ...]:
    return sys.executable, "-c", source


def test_a_command_runs_in_the_workspace(steps: Steps, tmp_path: Path) -> None:
    steps.run(*python("import os; open('made', 'w').write(os.environ['PLATES_TEST'])"))
    assert (tmp_path / "made").read_text() == "here"


def test_what_a_command_says_is_wrong_is_kept_and_shown(
    steps: Steps, capfd: pytest.CaptureFixture[str]
) -> None:
    source = "import sys; print('note: x\\nerror: the disk is full\\nERROR: failed', file=sys.stderr); sys.exit(1)"
    with pytest.raises(StepFailed, match=r"^the disk is full$"):
        steps.run(*python(source))
    assert "note: x\nerror: the disk is full\nERROR: failed\n" in capfd.readouterr().err


def test_a_command_that_says_nothing(steps: Steps) -> None:
    with pytest.raises(StepFailed, match=r"^python3 -c .* ended with code 3: see its log$"):
        steps.run(*python("raise SystemExit(3)"))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, EXIT_STOPPED), (signal.SIGINT, 130)])
def test_who_ends_the_job_ends_what_it_runs(
    steps: Steps, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    # The command has started another one, which is to end too.
    source = (
        "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
        "open('pid', 'w').write(str(child.pid)); child.wait()"
    )

    def end() -> None:
        while not (tmp_path / "pid").is_file() or not (tmp_path / "pid").read_text():
            time.sleep(0.01)
        os.kill(os.getpid(), number)

    ending = threading.Thread(target=end)
    with steps.stopping():
        ending.start()
        with pytest.raises(Stopped) as stopped:
            steps.run(*python(source))
    ending.join()
    assert stopped.value.code == code
    child = int((tmp_path / "pid").read_text())
    end_s = time.monotonic() + 10
    while _runs(child) and time.monotonic() < end_s:
        time.sleep(0.01)
    assert not _runs(child)


def test_between_commands_it_ends_at_once(steps: Steps) -> None:
    with steps.stopping(), pytest.raises(Stopped):
        signal.raise_signal(signal.SIGTERM)


def test_without_dvc_everything_has_changed(steps: Steps) -> None:
    assert steps.changed("train_ocr")  # there is no dvc.yaml


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
