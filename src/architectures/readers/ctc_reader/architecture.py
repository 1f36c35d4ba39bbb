"""The default reader, as far as it is known without torch."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from ....inference.decoding.ctc import CTC
from ....inference.settings import Size, Value
from ....models.architecture import ReaderArchitecture
from ....models.settings import (
    NetworkSettings,
    check_count,
    check_counts,
    check_number,
    check_share,
)

if TYPE_CHECKING:
    from ....models.base import Reader


@dataclass(frozen=True)
class CTCReaderSettings(NetworkSettings):
    """Sizes of the reader.

    channels: of the four convolution stages. hidden: units per direction of the recurrent layer that carries context
    along the plate. dropout: before the classifier. countries: how many it tells apart; training sets it by the plate
    format.
    """

    channels: tuple[int, ...] = (32, 64, 96, 128)
    hidden: int = 96
    dropout: float = 0.0
    countries: int = 0

    def __post_init__(self) -> None:
        check_counts("channels", self.channels, 4)
        check_count("hidden", self.hidden)
        check_share("dropout", self.dropout)
        check_number("countries", self.countries)

    def for_plates(self, longest: int, countries: int) -> Self:
        """Return the settings with a class for each country, where there are several to tell apart."""
        return replace(self, countries=countries if countries > 1 else 0)

    def values(self) -> dict[str, Value]:
        """Return what `of` takes; networks that tell no countries apart have the cards that they always had."""
        values = super().values()
        if not self.countries:
            del values["countries"]
        return values


def _build(settings: CTCReaderSettings, size: Size, alphabet: str) -> "Reader":
    from .network import CTCReader

    s = settings
    return CTCReader(s.channels, s.hidden, s.dropout, alphabet, size[0], s.countries)


ARCHITECTURE = ReaderArchitecture(
    name="ctc_reader",
    source="Shi et al. 2015, CRNN, arXiv:1507.05717, in small",
    settings=CTCReaderSettings,
    decoding=CTC,
    build=_build,
)
