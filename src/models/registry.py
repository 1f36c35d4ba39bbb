"""Networks by name: a folder each, imported when it is asked for. No torch is imported before a network is built."""

from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Generic, TypeVar

from ..common.errors import UserError
from .architecture import Architecture

A = TypeVar("A", bound=Architecture[Any])


@dataclass(frozen=True)
class Registry(Generic[A]):
    """The networks of one task.

    package: whose folders they are; the ``architecture`` of each has its ``ARCHITECTURE``. key: of params.yaml, which
    names the one to train.
    """

    package: str
    key: str

    def names(self) -> tuple[str, ...]:
        """Return the names that there are; imports none of the networks."""
        path = import_module(self.package).__path__
        return tuple(sorted(module.name for module in iter_modules(path) if module.ispkg))

    def get(self, name: str) -> A:
        """Return the architecture of a name; raises UserError for an unknown one."""
        if name not in self.names():
            raise UserError(
                f"unknown model {name!r}: set {self.key} in params.yaml to one of {', '.join(self.names())}"
            )
        architecture: A = import_module(f"{self.package}.{name}.architecture").ARCHITECTURE
        return architecture
