"""dvc.yaml says what each stage depends on: all of it and nothing else, so "up to date" is no lie."""

from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from dvc.repo import Repo

from src.common.config import Config
from src.common.errors import UserError
from src.datasets.drawn_with import drawing_files
from src.generators.formats import format_names, get_format
from src.pipeline.finder import TRAINED, waited_for
from src.promoting.contents import released_models
from tests.source import (
    ROOT,
    closure,
    config_used,
    does_nothing,
    folders_named,
    imports,
    modules,
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
DATASETS = {"templates", "fonts", "cifar", "backgrounds", "photos", "public_weights"}
# Networks are found by a name in params.yaml and imported when chosen, which no import statement shows. A stage comes
# to them by their registry, and depends on the folder of the one that is chosen.
NETWORKS = {
    "localize_model": "src.architectures.localizers",
    "ocr_model": "src.architectures.readers",
}
GENERATORS = "src.generators"
# Plate formats, and the scripts that their alphabets are written in, in the same way.
BY_NAME = {
    *(f"{GENERATORS}.formats.{name}" for name in format_names()),
    *(m for m in modules() if m.startswith(f"{GENERATORS}.scripts.")),
}
every_stage = pytest.mark.parametrize("stage", sorted(MODULES))


def names(entries: list[Any]) -> list[str]:
    """Paths of outs, metrics or plots, with or without options."""
    return [entry if isinstance(entry, str) else next(iter(entry)) for entry in entries]


def outputs(stage: str) -> set[str]:
    """Everything that a stage says it writes."""
    return {p for kind in ("outs", "metrics", "plots") for p in names(STAGES[stage].get(kind, []))}


def below(package: str) -> set[str]:
    """The modules in the folders of a package, and not those beside them."""
    own = path_of(package).parent
    return {
        module
        for module in modules()
        if module.startswith(f"{package}.") and path_of(module).parent != own
    }


def chosen_networks(stage: str) -> dict[str, str]:
    """The folders that a stage has its networks from, by the key of params.yaml."""
    used = closure(MODULES[stage])
    return {key: package for key, package in NETWORKS.items() if f"{package}.registry" in used}


def working_modules(stage: str) -> set[str]:
    """The modules that a stage's result may depend on whatever is chosen, which are not in the chosen folders.

    Of each network that can be chosen it is what it imports besides its own.
    """
    found = set(closure(MODULES[stage]))
    for package in chosen_networks(stage).values():
        found |= set().union(*map(closure, below(package))) - below(package)
    return {module for module in found if not does_nothing(module)}


def in_lists(stage: str) -> set[str]:
    """The modules that a stage depends on by the lists drawn_with.json in the prepared sets that it reads."""
    sets = {name.removeprefix("prepare_") for name in STAGES if writes_list(name)}
    if not {f"data/prepared/{name}" for name in sets} & set(STAGES[stage]["deps"]):
        return set()
    return {m for m in working_modules(stage) if f"{m}.".startswith(f"{GENERATORS}.")}


def writes_list(stage: str) -> bool:
    """Whether a stage is one that lists what it draws with."""
    return stage.startswith("prepare_") and "src.datasets.drawn_with" in imports(MODULES[stage])


def src_deps(stage: str) -> set[str]:
    """The deps in the source; the chosen networks as they stand in dvc.yaml, with the key for the name."""
    return {dep for dep in STAGES[stage]["deps"] if dep.startswith("src/")}


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
    files = {path_of(module) for module in working_modules(stage) - in_lists(stage)}
    uncovered = {f for f in files if not any(f == dep or dep in f.parents for dep in deps)}
    assert {str(f.relative_to(ROOT)) for f in uncovered} == set()


@every_stage
def test_source_deps_are_all_needed(stage: str) -> None:
    files = {path_of(module) for module in working_modules(stage)}
    if f"{GENERATORS}.shapes" in working_modules(stage):
        files |= {path_of(module) for module in BY_NAME}
    for dep in src_deps(stage) - chosen_folders(stage):
        path = ROOT / dep
        assert path.exists(), dep
        assert any(path == f or path in f.parents for f in files), f"{dep} is not imported"


def chosen_folders(stage: str) -> set[str]:
    """The folders of the networks that a stage has by name, as they stand in dvc.yaml."""
    return {f"{p.replace('.', '/')}/${{{key}}}" for key, p in chosen_networks(stage).items()}


@every_stage
def test_of_the_networks_the_chosen_one_is_a_dep(stage: str) -> None:
    listed = src_deps(stage)
    assert {dep for dep in listed if "$" in dep} == chosen_folders(stage)
    # Nor are there folders that hold the others.
    for package in NETWORKS.values():
        folder = package.replace(".", "/")
        assert not {dep for dep in listed if f"{folder}/".startswith(f"{dep}/")}
        assert not {m for m in below(package) if str(path_of(m).relative_to(ROOT)) in listed}


def test_localizers_and_readers_do_not_know_each_other() -> None:
    assert set(chosen_networks("train_localize")) == {"localize_model"}
    assert set(chosen_networks("train_ocr")) == {"ocr_model"}
    for task, other in (("localize", "readers"), ("ocr", "localizers")):
        for stage in (f"train_{task}", f"evaluate_{task}"):
            assert not [dep for dep in src_deps(stage) if f"/{other}/" in dep]


def test_what_is_found_by_its_name_is_imported_by_nothing_else() -> None:
    for own in (*({m, *parts_of(m)} for m in BY_NAME), *map(below, NETWORKS.values())):
        for module in set(modules()) - own - says_so(own):
            assert not imports(module) & own, f"{module} imports what is to be found by its name"


def says_so(own: set[str]) -> set[str]:
    """The modules of formats that name one of these in `based_on`."""
    formats = {
        name: {f"{GENERATORS}.formats.{base}" for base in get_format(name).based_on}
        for name in format_names()
    }
    packages = {f"{GENERATORS}.formats.{name}" for name, based in formats.items() if based & own}
    return packages.union(*map(parts_of, packages))


def parts_of(package: str) -> set[str]:
    """The modules of a package."""
    return {module for module in modules() if module.startswith(f"{package}.")}


@every_stage
def test_a_country_is_a_dep_of_what_prepares_alone(stage: str) -> None:
    draws = writes_list(stage)
    assert draws == stage.startswith("prepare_")
    # Of a stage that uses a set it is in the list beside the set, if it is the chosen one.
    listed = {dep for dep in src_deps(stage) if dep.startswith("src/generators")}
    written = {"src/generators/scripts"} if stage == "evaluate_stack" else set()
    assert listed == ({"src/generators"} if draws else written)
    assert not draws or "plate_format" in listed_params(stage)[0]


@pytest.mark.parametrize("plate_format", [*format_names(), "+".join(format_names())])
def test_the_list_beside_a_set_has_all_that_its_users_draw_with(plate_format: str) -> None:
    listed = set(drawing_files(plate_format))
    parts = plate_format.split("+")
    based = {base for part in parts for base in get_format(part).based_on}
    own = {f"{GENERATORS}.formats.{part}" for part in {*parts, *based}}
    users = {m for stage in STAGES for m in in_lists(stage)}
    for module in users | set().union(*map(closure, own)):
        if module.startswith(f"{GENERATORS}.") and not does_nothing(module):
            assert path_of(module) in listed, module
    others = {f"{GENERATORS}.formats.{name}" for name in format_names()} - own
    assert not listed & {path_of(module) for m in others for module in {m, *parts_of(m)}}
    # What a format imports of other rooms is a dep of those who draw with it.
    for stage in STAGES:
        if "plate_format" in listed_params(stage)[0]:
            outside = {m for o in own for m in closure(o) if not m.startswith(GENERATORS)}
            assert outside <= closure(MODULES[stage])


def test_what_photographs_wait_for_is_a_dep_of_the_readers_set() -> None:
    names = yaml.safe_load((ROOT / "params.yaml").read_text())
    waiting = [name for name in STAGES if "${photos_wait_for}" in STAGES[name]["deps"]]
    assert waiting == ["prepare_ocr"]
    # Of itself it adds no dep; otherwise it is a stage's output.
    assert names["photos_wait_for"] in STAGES["prepare_ocr"]["deps"]
    assert waited_for(names["photos_wait_for"]) is None
    assert TRAINED in outputs("train_localize")
    assert waited_for(TRAINED) == ROOT / TRAINED
    with pytest.raises(UserError, match="photos_wait_for is out/models/ocr"):
        waited_for("out/models/ocr")


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
    # No stage makes these: src.save_stack and src.release do.
    made = {path for stage in STAGES for path in outputs(stage)}
    assert models <= made | {"out/models/stack", *released_models(ROOT)}
    # Versions and stages are tags of these names.
    named = {name for name, one in PIPELINE["artifacts"].items() if one["path"] == name}
    assert named == set(released_models(ROOT))
