"""What is set before anything imports torch or cv2, or starts a process; and the pipeline, run once for all tests."""

import os
import signal

import pytest

from tests.checkout import TINY, Checkout, clone, options

# The networks here are tiny: on one thread each, they are done before several have agreed on who does what.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# A shell starts what it puts into the background deaf to Ctrl-C, and so are its children: some tests send it.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A new clone, to be copied and not to be changed."""
    return clone(tmp_path_factory.mktemp("fresh"))


@pytest.fixture(scope="session")
def trained(fresh: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A clone after its first experiment: read it, or copy it."""
    checkout = fresh.copy(tmp_path_factory.mktemp("trained") / "checkout")
    checkout.ok("dvc", "exp", "run", *options(TINY))
    return checkout
