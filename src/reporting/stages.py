"""Whether the recorded run of each stage is of the files as they are."""

from typing import Any

from dvc.dependency import ParamsDependency

from .revision import Artifact, Stage

_TEST_STAGE = "prepare_stack"
# Whether a file or folder, by its path and the hash that dvc.lock has of it, is now another.
Modified = dict[tuple[str, str | None], bool]


def read_index(repo: Any) -> dict[str, Any]:
    """Return stages, artifacts and test_params of a `Revision`, of the revision that DVC looks at.

    Prepared sets and models need not be there: dvc.lock says whether a stage has run since its input was made.
    """
    stages = [stage for stage in repo.index.stages if getattr(stage, "name", None)]
    drawing = [dep for stage in stages if stage.name == _TEST_STAGE for dep in stage.deps]
    made = {out.def_path: out.hash_info.value for stage in stages for out in stage.outs}
    modified: Modified = {}
    return {
        "stages": {stage.name: _state(stage, made, modified) for stage in stages},
        "artifacts": {
            out.def_path: Artifact(stage.name, out.hash_info.value, out.meta.size)
            for stage in stages
            for out in stage.outs
            if out.use_cache
        },
        "test_params": tuple(
            f"{dependency.def_path}:{name}"
            for dependency in drawing
            if isinstance(dependency, ParamsDependency)
            for name in dependency.params
        ),
        "test_inputs": {
            dependency.def_path: dependency.hash_info.value
            for dependency in drawing
            if not isinstance(dependency, ParamsDependency)
        },
    }


def _state(stage: Any, made: dict[str, str | None], modified: Modified) -> Stage:
    if not all(out.hash_info.value for out in stage.outs):
        return Stage(has_run=False)
    params, inputs = [], []
    for dependency in stage.deps:
        if isinstance(dependency, ParamsDependency):
            changed = dependency.status().get(dependency.def_path, {})
            names = changed if isinstance(changed, dict) else dependency.params
            params += [f"{dependency.def_path}:{name}" for name in names]
        elif dependency.def_path in made:
            if made[dependency.def_path] != dependency.hash_info.value:
                inputs.append(dependency.def_path)
        elif _is_modified(dependency, modified):
            inputs.append(dependency.def_path)
    return Stage(True, tuple(params), tuple(inputs))


def _is_modified(dependency: Any, known: Modified) -> bool:
    """Say whether a file or folder is not what dvc.lock says; it is read once, however many stages have it."""
    key = dependency.def_path, dependency.hash_info.value
    if key not in known:
        known[key] = dependency.status().get(dependency.def_path) == "modified"
    return known[key]
