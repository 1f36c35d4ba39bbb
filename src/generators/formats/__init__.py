"""The plate formats by name, a folder each, imported when it is asked for; `a+b` is one that draws from several."""

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from ...common.errors import UserError
from .base import PlateFormat
from .mixed import mixed


def format_names() -> tuple[str, ...]:
    """Return the names of the formats that there are: of the folders beside this file."""
    return tuple(sorted(module.name for module in iter_modules(__path__) if module.ispkg))


def format_parts(name: str) -> tuple[str, ...]:
    """Return the names of the formats that `name` joins with "+"; imports none.

    Raises UserError for a part that is unknown, empty or named twice.
    """
    known = ", ".join(format_names())
    parts = tuple(name.split("+"))
    for part in parts:
        if not part:
            raise UserError(f"The plate format '{name}' has an empty part. Known formats: {known}.")
        if part not in format_names():
            raise UserError(
                f"Unknown plate format '{part}'. Known formats: {known}, and mixtures such as "
                "'swiss+european'."
            )
    if len(set(parts)) < len(parts):
        raise UserError(f"The plate format '{name}' names a part twice; name each once.")
    return parts


@lru_cache(maxsize=64)
def get_format(name: str) -> PlateFormat:
    """Return the format called `name`, or one that mixes those whose names `name` joins with "+".

    Raises UserError as `format_parts` does.
    """
    parts = format_parts(name)
    if len(parts) > 1:
        return mixed(tuple(get_format(part) for part in parts))
    plate_format: PlateFormat = import_module(f".{name}", __name__).FORMAT
    return plate_format
