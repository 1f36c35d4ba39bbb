"""Networks by name: one table of localizers, one of readers. No torch is imported before a network is built."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from ..common.errors import UserError
from ..inference.settings import Size, Values
from .architecture import Architecture, LocalizerArchitecture, ReaderArchitecture
from .localizers.corner_detector.architecture import CORNER_DETECTOR
from .localizers.plate_localizer_v3.architecture import PLATE_LOCALIZER_V3
from .readers.ctc_reader.architecture import CTC_READER
from .readers.plate_ocr_v2.architecture import PLATE_OCR_V2

if TYPE_CHECKING:
    from .base import Localizer, Reader

A = TypeVar("A", bound=Architecture[Any])


def _by_name(architectures: Iterable[A]) -> dict[str, A]:
    return {architecture.name: architecture for architecture in architectures}


LOCALIZERS: dict[str, LocalizerArchitecture[Any]] = _by_name((CORNER_DETECTOR, PLATE_LOCALIZER_V3))
READERS: dict[str, ReaderArchitecture[Any]] = _by_name((CTC_READER, PLATE_OCR_V2))


def localizer_of(name: str) -> LocalizerArchitecture[Any]:
    """Return a localizer's architecture; raises UserError for an unknown name."""
    return _look_up(LOCALIZERS, name, "localize_model")


def reader_of(name: str) -> ReaderArchitecture[Any]:
    """Return a reader's architecture; raises UserError for an unknown name."""
    return _look_up(READERS, name, "ocr_model")


def build_localizer(name: str, values: Values, size: Size) -> "Localizer":
    """Return a new localizer of these settings, for training on pictures of a size.

    Raises UserError for an unknown name and a size that it does not take, ValueError for settings that cannot be.
    """
    return localizer_of(name).new(values, size)


def build_reader(name: str, values: Values, size: Size, alphabet: str) -> "Reader":
    """Return a new reader of these settings for rectified plates of a size, and texts of an alphabet.

    Raises UserError for an unknown name, ValueError for settings that cannot be.
    """
    return reader_of(name).new(values, size, alphabet)


def _look_up(table: Mapping[str, A], name: str, key: str) -> A:
    if name not in table:
        raise UserError(
            f"unknown model {name!r}: set {key} in params.yaml to one of {', '.join(sorted(table))}"
        )
    return table[name]
