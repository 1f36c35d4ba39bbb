"""Networks that find plates, by name."""

from typing import TYPE_CHECKING, Any

from ...inference.settings import Size, Values
from ...models.architecture import LocalizerArchitecture
from ...models.registry import Registry

if TYPE_CHECKING:
    from ...models.base import Localizer

LOCALIZERS: Registry[LocalizerArchitecture[Any]] = Registry(
    __name__.rpartition(".")[0], "localize_model"
)


def localizer_of(name: str) -> LocalizerArchitecture[Any]:
    """Return a localizer's architecture; raises UserError for an unknown name."""
    return LOCALIZERS.get(name)


def build_localizer(name: str, values: Values, size: Size) -> "Localizer":
    """Return a new localizer of these settings, for training on pictures of a size.

    Raises UserError for an unknown name and a size that it does not take, ValueError for settings that cannot be.
    """
    return LOCALIZERS.get(name).new(values, size)
