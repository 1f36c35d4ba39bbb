"""A model that has learned nothing, for tests that copy it."""

from pathlib import Path

import pytest

from src.bundle.bundle import Bundle
from tests.networks import save_bundle


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """Return a saved model, which no test may change."""
    folder: Path = tmp_path_factory.mktemp("models")
    return save_bundle(folder)
