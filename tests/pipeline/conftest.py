"""The pipeline, run once for all tests of this folder."""

import pytest

from tests.checkout import Checkout, clone, options

# As small as it gets: the first experiment of the documentation, with fewer pictures.
TINY = {
    "MULTIPROCESSING": False,
    "PrepareLocalizeParams.MAX_IMAGES": 64,
    "PrepareOCRParams.MAX_IMAGES": 64,
    "PrepareStackParams.MAX_IMAGES": 40,
    "TrainLocalizeParams.EPOCHS": 1,
    "TrainOCRParams.EPOCHS": 1,
}


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
