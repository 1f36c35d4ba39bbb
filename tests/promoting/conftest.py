"""A project whose models are promoted."""

from pathlib import Path

import pytest

from src.bundle.bundle import Bundle
from tests.networks import save_bundle
from tests.promoting.project import new_project


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    folder: Path = tmp_path_factory.mktemp("promoted")
    return save_bundle(folder)


@pytest.fixture
def project(made: Bundle, tmp_path: Path) -> Path:
    return new_project(tmp_path / "project", made)
