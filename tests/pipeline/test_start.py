"""Training starts from what `start` in params.yaml names."""

import shutil
from pathlib import Path

import pytest

from src.bundle.bundle import RELEASE, load_bundle
from src.common.errors import UserError
from src.pipeline.start import start_bundle
from tests.repository import git


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository of two commits: one with release/, one without."""
    root = tmp_path / "project"
    shutil.copytree(RELEASE, root / "release")
    git(tmp_path, "init", "-q", str(root))
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "One")
    git(root, "tag", "first")
    git(root, "rm", "-q", "-r", "release")
    git(root, "commit", "-q", "--allow-empty", "-m", "Two")
    return root


def test_none_is_no_model(project: Path) -> None:
    assert start_bundle("none", project) is None


def test_release_is_the_folder_of_the_checkout(project: Path) -> None:
    git(project, "checkout", "-q", "first")
    assert start_bundle("release", project) == project / "release"


@pytest.mark.parametrize("inside", ["", "stack"])
def test_a_folder_is_a_model_or_holds_one(project: Path, tmp_path: Path, inside: str) -> None:
    shutil.copytree(RELEASE, tmp_path / "models" / inside)
    for named in (str(tmp_path / "models"), "../models"):
        found = start_bundle(named, project)
        assert found is not None
        assert found.resolve() == tmp_path / "models" / inside


def test_the_release_of_a_revision_is_taken_out_of_git_once(project: Path) -> None:
    found = start_bundle("first:release", project)
    assert found is not None
    assert load_bundle(found).card == load_bundle(RELEASE).card
    assert git(project, "rev-parse", "first") in found.parts
    written = (found / "card.json").stat().st_mtime_ns
    assert start_bundle("first:release", project) == found
    assert (found / "card.json").stat().st_mtime_ns == written


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("release", "no saved model in"),
        ("HEAD:release", "HEAD has no release/"),
        ("first", "first has no models: by its dvc.lock the pipeline was not run there"),
        ("nowhere", "no folder and no git revision"),
        ("nowhere:release", "no folder and no git revision"),
        ("--help", "no folder and no git revision"),
        (".git", "no saved model in"),
    ],
)
def test_what_is_not_there_is_named(project: Path, start: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        start_bundle(start, project)
