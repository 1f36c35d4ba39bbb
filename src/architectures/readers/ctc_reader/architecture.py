"""The default reader, as far as it is known without torch."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ....inference.decoding.ctc import CTC
from ....inference.settings import Size
from ....models.architecture import ReaderArchitecture
from ....models.settings import NetworkSettings, check_count, check_counts, check_share

if TYPE_CHECKING:
    from ....models.base import Reader


@dataclass(frozen=True)
class CTCReaderSettings(NetworkSettings):
    """Sizes of the reader.

    channels: of the four convolution stages. hidden: units per direction of the recurrent layer that carries context
    along the plate. dropout: before the classifier.
    """

    channels: tuple[int, ...] = (32, 64, 96, 128)
    hidden: int = 96
    dropout: float = 0.0

    def __post_init__(self) -> None:
        check_counts("channels", self.channels, 4)
        check_count("hidden", self.hidden)
        check_share("dropout", self.dropout)


def _build(settings: CTCReaderSettings, size: Size, alphabet: str) -> "Reader":
    from .network import CTCReader

    s = settings
    return CTCReader(s.channels, s.hidden, s.dropout, alphabet, size[0])


ARCHITECTURE = ReaderArchitecture(
    name="ctc_reader",
    source="Shi et al. 2015, CRNN, arXiv:1507.05717, in small",
    settings=CTCReaderSettings,
    decoding=CTC,
    build=_build,
)
