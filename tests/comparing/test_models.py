"""Which model a name means."""

import json
import shutil
from pathlib import Path

import pytest

from src.bundle.bundle import RELEASE, load_bundle
from src.common.errors import UserError
from src.comparing import models
from src.comparing.models import load_model, load_networks
from src.reporting.revision import Revision
from tests.networks import save_bundle, save_networks
from tests.repository import git

THRESHOLDS = {"MIN_SCORE": 0.25, "MIN_CONFIDENCE": 0.5, "LONG_SIDES": [128]}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository whose one commit has a release/."""
    root = tmp_path / "project"
    shutil.copytree(RELEASE, root / "release")
    git(tmp_path, "init", "-q", "-b", "main", str(root))
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "One")
    return root


def test_folders_are_those_of_the_working_directory(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = save_bundle(tmp_path / "mine")
    monkeypatch.chdir(tmp_path)
    for name in ("mine/stack", "mine", "mine/"):
        assert load_model(name, project).card.version == made.card.version


def test_a_revision_and_an_experiment_are_named_like_a_folder(project: Path) -> None:
    version = load_bundle(RELEASE).card.version
    assert load_model("release", project).card.version == version
    assert load_model("main:release", project).card.version == version
    git(project, "update-ref", "refs/exps/ab/cdef0123/salty-bits", "HEAD")
    assert load_model("salty-bits:release", project).card.version == version
    with pytest.raises(UserError, match="no folder and no git revision"):
        load_model("bits:release", project)


def test_own_is_what_was_saved_last(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = save_bundle(tmp_path / "out/models")
    monkeypatch.setattr(models, "MODELS", tmp_path / "out/models")
    monkeypatch.setattr(models, "choose_model", lambda asked: made if asked == "own" else None)
    monkeypatch.chdir(tmp_path)
    for name in ("own", "out/models", "out/models/"):
        assert load_model(name, project) is made


@pytest.mark.parametrize(
    ("name", "said"), [("none", "no folder and no git revision"), ("empty", "no saved model in")]
)
def test_what_is_no_model_is_named(
    name: str, said: str, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=said):
        load_model(name, project)


def test_networks_of_the_workspace_need_not_be_saved(project: Path) -> None:
    save_networks(project / "out/models")
    params = {"params.py": {"EvaluateStackParams": THRESHOLDS}}
    bundle = load_networks(Revision("workspace", None, params=params), project)
    assert (bundle.card.min_score, bundle.card.long_sides) == (0.25, (128,))
    card = json.loads((project / "out/models/ocr/card.json").read_text())
    assert bundle.card.alphabet == card["alphabet"]
    with pytest.raises(UserError, match=r"params\.py lacks"):
        load_networks(Revision("workspace", None), project)


def test_networks_of_a_revision_that_are_not_here(project: Path) -> None:
    commit = git(project, "rev-parse", "main")
    with pytest.raises(UserError, match=r"by its dvc\.lock the pipeline was not run there"):
        load_networks(Revision("main", commit), project)
