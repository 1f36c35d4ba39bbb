"""Find and read licence plates in pictures: `plates.read(picture)`. docs/reading.md of the project says more.

This file is the package's `__init__`, which a checkout does not have: there, nothing but src.api needs it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .api import Reader, Reading, UserError, read
else:

    def __getattr__(name: str) -> object:
        """Import the networks' runtime when it is asked for: the server's decoders and `--help` do without."""
        if name in __all__:
            return getattr(import_module(".api", __package__), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return __all__


__all__ = ["Reader", "Reading", "UserError", "read"]
