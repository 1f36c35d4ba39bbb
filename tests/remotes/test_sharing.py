"""Experiments that go from clone to clone, and sweeps from a queue."""

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checkout import Checkout
from tests.remotes.conftest import Storage, cloned

pytestmark = pytest.mark.slow
FEWER = "params.py:EvaluateOCRParams.MAX_PICTURES"
LIMIT_S = 300


@pytest.fixture
def bare(committed: Checkout, tmp_path: Path) -> Path:
    """A bare git repository that ``committed`` has as origin."""
    folder = tmp_path / "bare.git"
    committed.ok("git", "init", "-q", "--bare", str(folder))
    committed.ok("git", "remote", "add", "origin", str(folder))
    committed.ok("git", "push", "-q", "origin", "HEAD")
    return folder


@pytest.fixture
def sweeping(committed: Checkout) -> Iterator[Checkout]:
    """A clone whose queue workers end with the test, whatever happens in it."""
    yield committed
    committed.run("dvc", "queue", "stop", "--kill")
    for pid in workers(committed):
        os.kill(pid, signal.SIGKILL)


def workers(checkout: Checkout) -> list[int]:
    """Ids of the queue's workers that are alive: DVC writes one file for each, and leaves it behind."""
    alive = []
    for file in (checkout.root / ".dvc/tmp/exps/celery").glob("*.pid"):
        pid = int(file.read_text(encoding="utf-8"))
        command = Path(f"/proc/{pid}/cmdline")
        # An id may have gone to another program since.
        if command.exists() and b"queue-worker" in command.read_bytes():
            alive.append(pid)
    return alive


def saved(checkout: Checkout) -> int:
    """Return how many experiments git has refs of: those that have succeeded."""
    refs = checkout.ok("git", "for-each-ref", "--format=%(refname)", "refs/exps").split()
    return sum(len(ref.split("/")) == 5 and ref.split("/")[2] != "exec" for ref in refs)


@pytest.mark.parametrize("storage", ["folder"], indirect=True)
def test_experiments_are_pushed_and_pulled(
    committed: Checkout, bare: Path, storage: Storage, tmp_path: Path
) -> None:
    assert storage.configure(committed).returncode == 0
    committed.ok("dvc", "push")
    committed.ok("dvc", "exp", "run", "--name", "fewer", "-S", f"{FEWER}=5")
    committed.ok("dvc", "exp", "push", "origin", "fewer")

    clone = cloned(bare, tmp_path / "fresh").with_identity()
    assert storage.configure(clone).returncode == 0
    assert "fewer" in clone.ok("dvc", "exp", "list", "origin", "--all")
    clone.ok("dvc", "exp", "pull", "origin", "fewer")
    clone.ok("dvc", "exp", "apply", "fewer")
    assert "MAX_PICTURES: int = 5" in (clone.root / "params.py").read_text("utf-8")
    clone.ok("dvc", "pull")
    assert clone.ok("dvc", "status") == "Data and pipelines are up to date.\n"


def test_a_sweep_runs_from_the_queue_and_leaves_no_worker(sweeping: Checkout) -> None:
    before = saved(sweeping)
    queued = sweeping.ok("dvc", "exp", "run", "--queue", "-S", f"{FEWER}=5,6")
    names = re.findall(r"Queued experiment '([\w-]+)'", queued)
    assert len(names) == 2
    sweeping.ok("dvc", "queue", "start", "--jobs", "2")
    end = time.monotonic() + LIMIT_S
    # What has ended is in git, which is asked in milliseconds; DVC takes seconds of a processor to say it.
    while saved(sweeping) < before + 2 and time.monotonic() < end - LIMIT_S / 2:
        time.sleep(0.5)
    while (listed := sweeping.ok("dvc", "queue", "status")) and time.monotonic() < end:
        if not re.search(r"Queued|Running", listed):
            break
        time.sleep(2)
    assert listed.count("Success") == 2, listed

    shown = sweeping.ok("dvc", "exp", "show", "--csv", "--only-changed")
    assert all(name in shown for name in names)
    # They look for more work for a while, then end by themselves; or at once when told to.
    sweeping.ok("dvc", "queue", "stop")
    while workers(sweeping) and time.monotonic() < end:
        time.sleep(1)
    assert workers(sweeping) == []
