"""The formats of labels by name, a file each, imported when it is asked for."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from ...common.errors import UserError
from .base import LabelFormat


def format_names() -> tuple[str, ...]:
    """Return the names of the formats that there are: of the files beside this one, with hyphens."""
    files = (module.name for module in iter_modules(__path__) if module.name != "base")
    return tuple(sorted(name.replace("_", "-") for name in files))


@cache
def get_format(name: str) -> LabelFormat:
    """Return the format called `name`; raises UserError for an unknown one."""
    if name not in format_names():
        raise UserError(f"Unknown format of labels '{name}'. Known: {', '.join(format_names())}.")
    found: LabelFormat = import_module(f".{name.replace('-', '_')}", __name__).FORMAT
    return found
