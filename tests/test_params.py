"""Every value can be swept: ``-S`` really changes it, by the code that `dvc exp run -S` calls."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dvc.utils.hydra import apply_overrides
from dvc.utils.serialize import load_py, load_yaml

import params

ROOT = Path(__file__).parent.parent
READ = load_py(str(ROOT / "params.py"))
NAMES: dict[str, Any] = load_yaml(str(ROOT / "params.yaml"))


def flat(tree: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted keys and values."""
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


VALUES = dict(flat(READ))


def imported() -> dict[str, Any]:
    """What Python makes of params.py, keyed as DVC does."""
    found: dict[str, Any] = {}
    for name, value in vars(params).items():
        if isinstance(value, type):
            found |= {f"{name}.{k}": v for k, v in vars(value).items() if not k.startswith("_")}
        elif not name.startswith("_"):
            found[name] = value
    return found


def other(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, list):
        return [other(item) for item in value]
    return value + 1 if isinstance(value, int) else value / 2 or 0.25


def text(value: Any) -> str:
    """A value as it is typed after ``-S NAME=``."""
    return str(value).replace(" ", "")


def test_dvc_reads_what_python_reads() -> None:
    assert imported() == VALUES
    assert {k: type(v) for k, v in imported().items()} == {k: type(v) for k, v in VALUES.items()}


@pytest.mark.parametrize("name", sorted(VALUES))
def test_value_is_of_a_kind_that_can_be_swept(name: str) -> None:
    value = VALUES[name]
    items = value if isinstance(value, list) else [value]
    assert items, "an empty list has nothing that -S could be tried on"
    assert all(type(item) in (bool, int, float) for item in items), value


@pytest.mark.parametrize("name", sorted(VALUES))
def test_set_param_changes_the_value_and_nothing_else(tmp_path: Path, name: str) -> None:
    path = Path(shutil.copy(ROOT / "params.py", tmp_path))
    before = path.read_bytes()
    changed = other(VALUES[name])
    apply_overrides(path, [f"{name}={text(changed)}"])
    assert dict(flat(load_py(str(path)))) == {**VALUES, name: changed}
    lines = zip(before.splitlines(), path.read_bytes().splitlines(), strict=True)
    assert sum(a != b for a, b in lines) == 1
    # A sweep goes on from the changed file, so the way back has to work as well.
    apply_overrides(path, [f"{name}={text(VALUES[name])}"])
    assert path.read_bytes() == before


@pytest.mark.parametrize("value", [1e-05, 0.1])
def test_a_learning_rate_can_be_set_twice(tmp_path: Path, value: float) -> None:
    path = Path(shutil.copy(ROOT / "params.py", tmp_path))
    for rate in (value, 0.25):
        apply_overrides(path, [f"TrainOCRParams.LR={rate}"])
        assert load_py(str(path))["TrainOCRParams"]["LR"] == rate


def test_the_seed_s_experiment_is_reachable(tmp_path: Path) -> None:
    path = Path(shutil.copy(ROOT / "params.py", tmp_path))
    wanted: dict[str, Any] = {
        "MULTIPROCESSING": False,
        "PrepareLocalizeParams.MAX_IMAGES": 256,
        "PrepareOCRParams.MAX_IMAGES": 256,
        "PrepareStackParams.MAX_IMAGES": 256,
        "TrainLocalizeParams.EPOCHS": 1,
        "TrainOCRParams.EPOCHS": 1,
    }
    apply_overrides(path, [f"{name}={value}" for name, value in wanted.items()])
    assert dict(flat(load_py(str(path)))) == {**VALUES, **wanted}


@pytest.mark.parametrize("name", sorted(dict(flat(NAMES))))
def test_set_param_changes_names_and_paths(tmp_path: Path, name: str) -> None:
    path = Path(shutil.copy(ROOT / "params.yaml", tmp_path))
    comments = [line for line in path.read_text().splitlines() if line.startswith("#")]
    apply_overrides(path, [f"{name}=other/choice"])
    assert dict(flat(load_yaml(str(path)))) == {**dict(flat(NAMES)), name: "other/choice"}
    assert [c for c in path.read_text().splitlines() if c.startswith("#")] == comments
