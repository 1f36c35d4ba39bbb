"""A project whose models are promoted."""

from pathlib import Path

import pytest

from src.bundle.bundle import Bundle
from tests.networks import save_bundle
from tests.promoting.project import new_project, release
from tests.repository import git


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    folder: Path = tmp_path_factory.mktemp("promoted")
    return save_bundle(folder)


@pytest.fixture
def project(made: Bundle, tmp_path: Path) -> Path:
    return new_project(tmp_path / "project", made)


@pytest.fixture
def promoted(project: Path, made: Bundle, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three hours of a model: v1.0.0 to prod, v1.1.0 to dev and to prod, and back."""
    hours = iter(range(10, 20))

    def tag(*names: str, revision: str = "HEAD") -> None:
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"2026-11-27T{next(hours)}:00:00+00:00")
        for name in names:
            git(project, "tag", "-a", "-m", name, name, f"{revision}^{{commit}}")

    tag("release@v1.0.0", "release#prod#1", "release/swiss@v1.0.0")
    release(project, made, 0.91)
    tag("release@v1.1.0", "release#dev#2")
    tag("release#prod#3")
    tag("release#prod#4", revision="release@v1.0.0")
    return project
