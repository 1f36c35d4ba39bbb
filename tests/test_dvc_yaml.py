"""dvc.yaml says what each stage depends on: all of it and nothing else, so "up to date" is no lie."""

from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from dvc.repo import Repo

from src.common.config import Config
from tests.source import (
    ROOT,
    closure,
    config_used,
    does_nothing,
    folders_named,
    params_used,
    path_of,
    tree,
)

PIPELINE: dict[str, Any] = yaml.safe_load((ROOT / "dvc.yaml").read_text())
STAGES: dict[str, dict[str, Any]] = PIPELINE["stages"]
MODULES = {
    f"{verb}_{model}": f"src.{model}.{verb}"
    for model in ("localize", "ocr", "stack")
    for verb in ("prepare", "train", "evaluate")
    if (verb, model) != ("train", "stack")
}
# Says how long a stage takes and not what it makes.
NO_PARAMETER = {"MULTIPROCESSING"}
DATASETS = {"templates", "cifar", "backgrounds", "photos"}
every_stage = pytest.mark.parametrize("stage", sorted(MODULES))


def names(entries: list[Any]) -> list[str]:
    """Paths of outs, metrics or plots, with or without options."""
    return [entry if isinstance(entry, str) else next(iter(entry)) for entry in entries]


def outputs(stage: str) -> set[str]:
    """Everything that a stage says it writes."""
    return {p for kind in ("outs", "metrics", "plots") for p in names(STAGES[stage].get(kind, []))}


def working_modules(stage: str) -> set[str]:
    """The modules that a stage's result may depend on."""
    return {module for module in closure(MODULES[stage]) if not does_nothing(module)}


def listed_params(stage: str) -> tuple[set[str], set[str]]:
    """Keys of params.yaml and names of params.py under a stage's params."""
    entries = STAGES[stage].get("params", [])
    keys = {entry for entry in entries if isinstance(entry, str)}
    files = [entry for entry in entries if isinstance(entry, dict)]
    assert all(list(entry) == ["params.py"] for entry in files)
    return keys, {name for entry in files for name in entry["params.py"]}


def test_the_eight_stages() -> None:
    assert set(STAGES) == set(MODULES)
    assert len(STAGES) == 8


def test_each_stage_says_what_it_does() -> None:
    # `dvc stage list` cuts what is longer.
    assert [name for name in STAGES if not 10 < len(STAGES[name].get("desc", "")) <= 80] == []


def test_dvc_plots_shows_each_picture_once() -> None:
    with closing(Repo(str(ROOT))) as repo:
        collected = next(repo.plots.collect(revs=["workspace"]))["workspace"]["definitions"]["data"]
    shown = [path for named in collected.values() for path in named.get("data", {})]
    pictures = sorted(path for path in shown if path.endswith((".jpg", ".png")))
    folders = [p for s in STAGES.values() for p in names(s.get("plots", [])) if "images" in p]
    assert pictures == sorted(
        str(f.relative_to(ROOT)) for p in folders for f in (ROOT / p).iterdir()
    )
    assert len(pictures) >= 6


@every_stage
def test_command_starts_a_module_with_a_main(stage: str) -> None:
    assert STAGES[stage]["cmd"] == f"python3 -m {MODULES[stage]}"
    defined = {getattr(node, "name", "") for node in tree(MODULES[stage]).body}
    assert "main" in defined
    assert 'if __name__ == "__main__":\n    run_stage(main' in path_of(MODULES[stage]).read_text()


@every_stage
def test_deps_cover_the_imports(stage: str) -> None:
    deps = [ROOT / dep for dep in STAGES[stage]["deps"]]
    files = {path_of(module) for module in working_modules(stage)}
    uncovered = {f for f in files if not any(f == dep or dep in f.parents for dep in deps)}
    assert {str(f.relative_to(ROOT)) for f in uncovered} == set()


@every_stage
def test_source_deps_are_all_needed(stage: str) -> None:
    files = {path_of(module) for module in working_modules(stage)}
    for dep in STAGES[stage]["deps"]:
        if dep.startswith("src/"):
            path = ROOT / dep
            assert path.exists(), dep
            assert any(path == f or path in f.parents for f in files), f"{dep} is not imported"


@every_stage
def test_deps_are_sorted_and_named_once(stage: str) -> None:
    deps = STAGES[stage]["deps"]
    assert deps == sorted(set(deps))
    nested = [a for a in deps for b in deps if a.startswith(f"{b}/")]
    assert nested == []


@every_stage
def test_params_are_those_that_are_read(stage: str) -> None:
    read = set().union(*(params_used(module) for module in closure(MODULES[stage])))
    assert listed_params(stage)[1] == read - NO_PARAMETER


@every_stage
def test_params_yaml_keys_are_those_that_are_read(stage: str) -> None:
    attributes = {field.name for field in fields(Config)}
    read = set().union(*(config_used(module) for module in closure(MODULES[stage])))
    assert read <= attributes, "config is the name of a Config everywhere"
    expected = {"datasets" if name in DATASETS else name for name in read}
    assert listed_params(stage)[0] == expected


@every_stage
def test_folders_of_the_user_are_deps_where_they_are_read(stage: str) -> None:
    paths = yaml.safe_load((ROOT / "params.yaml").read_text())["datasets"]
    read = set().union(*(config_used(module) for module in closure(MODULES[stage]))) & DATASETS
    listed = {dep for dep in STAGES[stage]["deps"] if dep.startswith("data/datasets/")}
    assert listed == {paths[name] for name in read}


def folders(stage: str) -> set[str]:
    """What a stage reads or writes below data/prepared and out, by its source."""
    named = folders_named(MODULES[stage])
    if "src.training.fit" in closure(MODULES[stage]):
        named.add(f"out/runs/{stage.removeprefix('train_')}")
    if "src.stack.networks" in closure(MODULES[stage]):
        named |= {"out/models/localize", "out/models/ocr"}
    return named


@every_stage
def test_every_folder_is_a_dep_or_an_output(stage: str) -> None:
    listed = {Path(p) for p in {*STAGES[stage]["deps"], *outputs(stage)}}
    for folder in map(Path, folders(stage)):
        assert any(folder == p or folder in p.parents or p in folder.parents for p in listed), (
            f"{folder} is neither a dep nor an output"
        )


@every_stage
def test_every_dep_and_output_is_in_the_source(stage: str) -> None:
    made = {d for d in STAGES[stage]["deps"] if d.startswith(("data/prepared/", "out/"))}
    known = {Path(folder) for folder in folders(stage)}
    for path in map(Path, made | outputs(stage)):
        assert any(path == k or k in path.parents for k in known), f"nothing reads or writes {path}"


def test_deps_on_other_stages_are_their_outputs() -> None:
    made = {path for stage in STAGES for path in outputs(stage)}
    read = {
        dep
        for stage in STAGES.values()
        for dep in stage["deps"]
        if dep.startswith(("data/prepared/", "out/"))
    }
    assert read <= made


def test_no_two_stages_write_the_same_place() -> None:
    written = [Path(path) for stage in STAGES for path in outputs(stage)]
    clashes = [
        (a, b) for a in written for b in written if a is not b and (a == b or a in b.parents)
    ]
    assert clashes == []


def test_metrics_models_and_params_are_shown_at_the_top_level() -> None:
    metrics = {path for s in STAGES.values() for path in names(s.get("metrics", []))}
    assert set(PIPELINE["metrics"]) == metrics
    assert {"params.py", "params.yaml"} <= set(PIPELINE["params"])
    models = {artifact["path"] for artifact in PIPELINE["artifacts"].values()}
    # No stage makes the last two: src.save_stack and src.release do.
    made = {path for stage in STAGES for path in outputs(stage)}
    assert models <= made | {"out/models/stack", "release"}
