"""What is set before anything imports torch or cv2, or starts a process; and the pipeline, run once for all tests."""

import os
import shutil
import signal
from pathlib import Path

import pytest
from filelock import FileLock

from tests.checkout import TINY, Checkout, clone, options

# The networks here are tiny: on one thread each, they are done before several have agreed on who does what.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Hundreds of processes import the same source: what one of them has compiled is kept for the others.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# A shell starts what it puts into the background deaf to Ctrl-C, and so are its children: some tests send it.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let several processes begin with the files that take longest, of which one makes what `trained` is a copy of."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    waits = dict.fromkeys(
        item.path for item in items if "trained" in getattr(item, "fixturenames", ())
    )
    first = next(iter(waits), None)

    def turn(item: pytest.Item) -> int:
        if item.path == first:
            return 0
        return 2 if item.path in waits else 1 if item.path in slow else 3

    items.sort(key=turn)


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A new clone, to be copied and not to be changed."""
    return clone(tmp_path_factory.mktemp("fresh"))


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A clone after its first experiment: read it, or copy it.

    Where several processes run the tests, the first that asks runs the experiment, and the others wait for a copy:
    DVC does not let two commands into one checkout.
    """
    own = tmp_path_factory.mktemp("trained")
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return _run_experiment(own)
    common = tmp_path_factory.getbasetemp().parent / "trained"
    with FileLock(f"{common}.lock"):
        if not common.exists():
            checkout = _run_experiment(own)
            shutil.copytree(own, common, symlinks=True)
            return checkout
    shutil.copytree(common, own, symlinks=True, dirs_exist_ok=True)
    return Checkout(own / "checkout", own / "home")


def _run_experiment(folder: Path) -> Checkout:
    checkout = clone(folder)
    checkout.ok("dvc", "exp", "run", *options(TINY))
    return checkout
