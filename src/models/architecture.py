"""Architectures: what is known of a network before it is built. No torch is imported until then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..common.errors import UserError
from ..inference.settings import Size, Values
from .settings import NetworkSettings

if TYPE_CHECKING:
    from .base import Localizer, Reader

S = TypeVar("S", bound=NetworkSettings)


@dataclass(frozen=True)
class Architecture(Generic[S]):
    """A network that can be chosen by its name.

    source: the paper, or whatever else it comes from. settings: the class of its settings. decoding: by which name its
    raw output is decoded without torch (PLATE_DECODINGS or TEXT_DECODERS in decoding/). lr_factor: on LR of params.py,
    which is the default network's, where a network learns at another rate.
    """

    name: str
    source: str
    settings: type[S]
    decoding: str
    lr_factor: float = field(default=1.0, kw_only=True)

    def chosen(self, values: Mapping[str, Any], where: str) -> S:
        """Return its settings by the values of a class of params.py, which has settings of other networks too.

        values: CHANNELS is the setting "channels"; settings that are not there keep their defaults. where: the name of
        the class. Raises UserError for values that cannot be.
        """
        own = {name.lower(): value for name, value in values.items() if name.isupper()}
        try:
            return self.settings.of({n: v for n, v in own.items() if n in self.settings.names()})
        except ValueError as error:
            raise UserError(f"{self.name}: {error}; change {where} in params.py") from error


@dataclass(frozen=True)
class LocalizerArchitecture(Architecture[S]):
    """A network that finds plates. build: makes it for training on pictures of a size."""

    build: Callable[[S, Size], "Localizer"]

    def new(self, values: Values, size: Size) -> "Localizer":
        """Return a new network of these settings.

        Raises ValueError for settings that cannot be, UserError for pictures of a size that it does not take.
        """
        network = self.build(self.settings.of(values), size)
        for side, length in zip(("height", "width"), size, strict=True):
            if length <= 0 or length % network.multiple:
                raise UserError(
                    f"{self.name} needs pictures whose sides are multiples of {network.multiple}, but the {side} is "
                    f"{length}: change LocalizeParams in params.py"
                )
        return network


@dataclass(frozen=True)
class ReaderArchitecture(Architecture[S]):
    """A network that reads rectified plates of a size. build: makes it for texts of an alphabet."""

    build: Callable[[S, Size, str], "Reader"]

    def new(self, values: Values, size: Size, alphabet: str) -> "Reader":
        """Return a new network of these settings; raises ValueError for settings that cannot be."""
        return self.build(self.settings.of(values), size, alphabet)
