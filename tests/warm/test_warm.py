"""Commands that are forked from a process with libraries imported are like any other."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.source import ROOT
from tests.warm.start import SUPPORTED, keep, warm_commands

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SUPPORTED, reason="the system has no pidfd_open"),
]
SAYS = """
import json, os, sys
size = __import__("resource").getrlimit(__import__("resource").RLIMIT_FSIZE)[0]
found = [os.getcwd(), sys.argv[1:], sys.path[0], os.environ.get("OF_A_TEST"), sys.stdin.read(), size]
print(json.dumps([*found, "torch" in sys.modules, os.umask(0)]))
sys.exit(7)
"""
WAITS = "import os, time\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(60)\n"
STARTS = "import subprocess, sys\nsys.exit(subprocess.call([sys.executable, '-u', '-m', 'src.says', 'b'], stdin=-3))\n"
LEAVES = """
import atexit, sys, threading, time
atexit.register(print, "at exit")
threading.Thread(target=lambda: (time.sleep(0.1), print("thread"))).start()
def work():
    try:
        yield
    finally:
        print("end", end=" ")
def main():
    begun = work()
    next(begun)
    sys.exit(*sys.argv[1:])
main()
"""
# A server that is there at once.
EMPTY = "from tests.warm import server; server.LIBRARIES = (); server.main()"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a ``src`` of its own."""
    for name, code in {"says": SAYS, "waits": WAITS, "starts": STARTS, "leaves": LEAVES}.items():
        (tmp_path / "src").mkdir(exist_ok=True)
        (tmp_path / f"src/{name}.py").write_text(code)
    return tmp_path


def started(folder: Path, *command: str, limit: str = "unlimited") -> subprocess.Popen[str]:
    return subprocess.Popen(
        ["sh", "-c", f'ulimit -S -f {limit}; umask 027; exec "$@"', "sh", *command],
        cwd=folder,
        env={"PATH": f"{warm_commands()}{os.pathsep}{os.environ['PATH']}", "OF_A_TEST": "é"},
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def test_it_is_where_and_what_it_was_called_as(folder: Path) -> None:
    process = started(folder, "python3", "-m", "src.says", "a", "b c", limit="8")
    out, error = process.communicate("input")
    assert process.returncode == 7, error
    place = str(folder)
    assert json.loads(out) == [place, ["a", "b c"], place, "é", "input", 4096, True, 0o027]


def test_what_it_starts_is_forked_too(folder: Path) -> None:
    process = started(folder, "python3", "-m", "src.starts")
    out, error = process.communicate()
    assert process.returncode == 7, error
    assert json.loads(out)[1] == ["b"]
    assert json.loads(out)[6]


def test_the_rest_is_run_as_it_is(folder: Path) -> None:
    process = started(
        folder, "python3", "-c", "import sys; print(sys.executable, 'torch' in sys.modules)"
    )
    assert process.communicate()[0] == f"{sys.executable} False\n"


def test_an_error_is_a_traceback(folder: Path) -> None:
    process = started(folder, "python3", "-m", "src.absent")
    assert "No module named src.absent" in process.communicate()[1]
    assert process.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "status", "said"), [([], 0, ""), (["what is wrong"], 1, "what is wrong\n")]
)
def test_what_is_to_be_done_in_the_end_is_done(
    folder: Path, arguments: list[str], status: int, said: str
) -> None:
    process = started(folder, "python3", "-m", "src.leaves", *arguments)
    assert process.communicate() == ("end thread\nat exit\n", said)
    assert process.returncode == status


def test_a_server_ends_with_the_last_that_keeps_it(tmp_path: Path) -> None:
    address = tmp_path / "socket"
    assert keep(address) is None
    process = subprocess.Popen(
        [sys.executable, "-c", EMPTY, address],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    first = keep(address)
    assert first is not None
    process.stdin.close()
    second = keep(address)
    assert second is not None
    first.close()
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.5)
    second.close()
    assert process.wait(60) == 0
    assert keep(address) is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_ends_it(folder: Path, number: signal.Signals) -> None:
    process = started(folder, "python3", "-m", "src.waits")
    end = time.monotonic() + 60
    while (
        not ((folder / "pid").exists() and (folder / "pid").read_text()) and time.monotonic() < end
    ):
        time.sleep(0.01)
    os.killpg(process.pid, number)
    _, error = process.communicate(timeout=30)
    assert process.returncode == -number
    assert ("KeyboardInterrupt" in error) == (number == signal.SIGINT)
    # The kill is sent on after the stand-in has died; then it is there until whoever has adopted it asks how it ended.
    while not _has_ended((folder / "pid").read_text()) and time.monotonic() < end:
        time.sleep(0.01)
    assert _has_ended((folder / "pid").read_text())


def _has_ended(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True
