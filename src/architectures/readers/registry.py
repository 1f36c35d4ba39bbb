"""Networks that read plates, by name."""

from typing import TYPE_CHECKING, Any

from ...inference.settings import Size, Values
from ...models.architecture import ReaderArchitecture
from ...models.registry import Registry

if TYPE_CHECKING:
    from ...models.base import Reader

READERS: Registry[ReaderArchitecture[Any]] = Registry(__name__.rpartition(".")[0], "ocr_model")


def reader_of(name: str) -> ReaderArchitecture[Any]:
    """Return a reader's architecture; raises UserError for an unknown name."""
    return READERS.get(name)


def build_reader(name: str, values: Values, size: Size, alphabet: str) -> "Reader":
    """Return a new reader of these settings for rectified plates of a size, and texts of an alphabet.

    Raises UserError for an unknown name, ValueError for settings that cannot be.
    """
    return READERS.get(name).new(values, size, alphabet)
