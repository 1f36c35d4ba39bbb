"""What a stopped training must have in common with the one that would go on from it."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

import params
from src.training.identity import differences, stage_identity
from tests.source import ROOT

STAGES = ["train_localize", "train_ocr"]
PIPELINE = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]


def deps(stage: str) -> list[str]:
    """The deps of a stage, with the names that params.yaml chooses."""
    names = yaml.safe_load((ROOT / "params.yaml").read_text())
    return [
        dep.replace("${localize_model}", names["localize_model"]).replace(
            "${ocr_model}", names["ocr_model"]
        )
        for dep in PIPELINE[stage]["deps"]
    ]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with both lists of parameters and one small file for each dep."""
    for name in ("dvc.yaml", "params.yaml"):
        shutil.copy(ROOT / name, tmp_path)
    for stage in STAGES:
        for dep in deps(stage):
            path = tmp_path / dep if Path(dep).suffix else tmp_path / dep / "deep/file"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("one")
    return tmp_path


def values() -> Any:
    """A copy of params.py whose values can be changed."""
    copied = {
        name: type(name, (), dict(vars(value))) if isinstance(value, type) else value
        for name, value in vars(params).items()
        if not name.startswith("_")
    }
    return SimpleNamespace(**copied)


def changed(project: Path, stage: str, before: dict[str, Any], now: Any = params) -> str:
    return differences(before, stage_identity(stage, now, project))


@pytest.mark.parametrize(
    ("stage", "name"),
    [
        ("train_localize", "PrepareLocalizeParams.EMPTY_SHARE"),
        ("train_localize", "PrepareLocalizeParams.KEPT_PLATES"),
        ("train_localize", "EvaluateLocalizeParams.MIN_SCORE"),
        ("train_localize", "LocalizeModelParams.CHANNELS"),
        ("train_localize", "TrainLocalizeParams.LR"),
        ("train_ocr", "PrepareOCRParams.EMPTY_SHARE"),
        ("train_ocr", "PrepareOCRParams.CORNER_ERROR"),
        ("train_ocr", "OCRParams.IMG_WIDTH"),
        ("train_ocr", "TrainOCRParams.SEED"),
    ],
)
def test_every_value_counts(project: Path, stage: str, name: str) -> None:
    before, now = stage_identity(stage, params, project), values()
    group, key = name.split(".")
    old = getattr(getattr(now, group), key)
    setattr(getattr(now, group), key, 7)
    assert changed(project, stage, before, now) == f"{name} was {old}, not 7"


@pytest.mark.parametrize("stage", STAGES)
def test_the_batch_counts_and_the_place_does_not(project: Path, stage: str) -> None:
    before, now = stage_identity(stage, params, project), values()
    now.TrainLocalizeParams.DEVICES = now.TrainOCRParams.NUM_NODES = 8
    now.MULTIPROCESSING = not params.MULTIPROCESSING
    assert changed(project, stage, before, now) == ""
    now.BATCH_SIZE = 7
    assert changed(project, stage, before, now) == f"BATCH_SIZE was {params.BATCH_SIZE}, not 7"


@pytest.mark.parametrize("stage", STAGES)
def test_every_dep_counts(project: Path, stage: str) -> None:
    before = stage_identity(stage, params, project)
    for dep in deps(stage):
        path = project / dep
        written = [path / "deep/another", path / "deep/file"] if path.is_dir() else [path]
        for file in written:
            file.write_text("two")
            now = stage_identity(stage, params, project)
            assert differences(before, now) == f"{dep} has changed"
            before = now


@pytest.mark.parametrize("stage", STAGES)
def test_what_the_set_was_drawn_with_counts(project: Path, stage: str) -> None:
    country, other = (project / f"src/generators/{name}.py" for name in ("country", "other"))
    country.parent.mkdir(parents=True)
    country.write_text("one")
    other.write_text("one")
    listed = {country.relative_to(project).as_posix(): "of when the set was drawn"}
    folder = project / f"data/prepared/{stage.removeprefix('train_')}"
    (folder / "drawn_with.json").write_text(json.dumps(listed))
    before = stage_identity(stage, params, project)
    other.write_text("two")
    assert changed(project, stage, before) == ""
    country.write_text("two")
    assert changed(project, stage, before) == "src/generators/country.py has changed"


def test_another_network_counts(project: Path) -> None:
    before = stage_identity("train_ocr", params, project)
    names = project / "params.yaml"
    names.write_text(names.read_text().replace("ocr_model: ctc_reader", "ocr_model: plate_ocr_v2"))
    said = changed(project, "train_ocr", before)
    assert said.startswith("ocr_model was ctc_reader, not plate_ocr_v2, src/architectures/readers/")


def test_what_does_not_matter(project: Path) -> None:
    before = stage_identity("train_ocr", params, project)
    (project / "src/models/__pycache__").mkdir()
    (project / "src/models/__pycache__/store.pyc").write_text("compiled")
    (project / "src/serving").mkdir()
    (project / "src/serving/app.py").write_text("of no concern")
    assert changed(project, "train_ocr", before) == ""


def test_names_of_params_yaml_and_folders_that_are_gone_count(project: Path) -> None:
    before = stage_identity("train_ocr", params, project)
    names = project / "params.yaml"
    names.write_text(names.read_text().replace("plate_format: swiss", "plate_format: korean"))
    shutil.rmtree(project / "data/datasets/backgrounds")
    said = "plate_format was swiss, not korean, data/datasets/backgrounds has changed"
    assert changed(project, "train_ocr", before) == said


def test_many_differences_are_counted() -> None:
    before, now = {"a": 1, "b": 1, "c": 1, "d": 1, "src/x": "1"}, {"c": 1, "e": 2, "src/x": "2"}
    assert differences(before, now) == (
        "a was 1, not None, b was 1, not None, d was 1, not None, and 2 more"
    )


def test_the_identity_of_this_project_is_found() -> None:
    identity = stage_identity("train_ocr", params)
    assert identity["PrepareOCRParams.EMPTY_SHARE"] == params.PrepareOCRParams.EMPTY_SHARE
    assert set(deps("train_ocr")) <= set(identity)
