"""Values of params.py and params.yaml that are other for one run: what `dvc exp run -S` does to the files."""

import runpy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dvc.exceptions import InvalidArgumentError
from dvc.utils.hydra import apply_overrides
from dvc.utils.serialize import load_py, load_yaml

from ..common.errors import UserError
from ..pipeline.limits import check_parameters

PARAMS_PY, PARAMS_YAML = "params.py", "params.yaml"


def by_file(overrides: Sequence[str]) -> Mapping[str, list[str]]:
    """Return overrides, as after -S, by the file that each changes, without its name."""
    found: dict[str, list[str]] = {}
    for override in overrides:
        file, colon, value = override.partition(":")
        known = (
            (file, value) if colon and file in (PARAMS_PY, PARAMS_YAML) else (PARAMS_YAML, override)
        )
        found.setdefault(known[0], []).append(known[1])
    return found


def apply(path: Path, values: Sequence[str]) -> None:
    """Write values into a file as `dvc exp run -S` does.

    Raises UserError for a value that DVC does not take, and for a name that is not there, of which DVC says nothing.
    """
    try:
        apply_overrides(str(path), list(values))
    except InvalidArgumentError as error:
        reason = error.__cause__ or error
        raise UserError(
            f"-S {' -S '.join(values)} does not fit {path.name}: {str(reason).splitlines()[0]}"
        ) from error


def override(root: Path, overrides: Sequence[str]) -> None:
    """Write overrides into params.py and params.yaml of a folder.

    Raises UserError as `apply` does, and for a value that cannot be, whichever stage would read it.
    """
    for name, values in by_file(overrides).items():
        apply(root / name, values)
    try:
        held = runpy.run_path(str(root / PARAMS_PY))
    except Exception as error:  # DVC writes whatever it is given
        raise UserError(
            f"params.py is no Python with these values ({error}): {' '.join(overrides)}"
        ) from error
    check_parameters(held)


def known_values(root: Path) -> dict[str, Any]:
    """Return every value that -S can change, by its name there: `params.py:CLASS.NAME`, `params.py:NAME`, `name`."""
    found: dict[str, Any] = {}
    for name, value in load_py(str(root / PARAMS_PY)).items():
        nested = value if isinstance(value, dict) else {"": value}
        found |= {
            f"{PARAMS_PY}:{name}{'.' if key else ''}{key}": each for key, each in nested.items()
        }
    names = load_yaml(str(root / PARAMS_YAML)).items()
    return found | {name: value for name, value in names if isinstance(value, str)}
