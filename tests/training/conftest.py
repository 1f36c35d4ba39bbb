"""A folder of its own for what trainings write."""

from pathlib import Path

import pytest


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Runs write below a folder of their own."""
    monkeypatch.setattr("src.training.fit.OUT", tmp_path / "out")
    monkeypatch.setattr("src.training.resume.ROOT", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "out"
