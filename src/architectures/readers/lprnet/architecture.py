"""LPRNet, as far as it is known without torch."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ....common.errors import UserError
from ....inference.decoding.ctc import CTC
from ....inference.settings import Size
from ....models.architecture import ReaderArchitecture
from ....models.settings import NetworkSettings, check_share

if TYPE_CHECKING:
    from ....models.base import Reader

# The least canvas from which its layers, which are not padded, leave anything.
LEAST: Size = (22, 24)


@dataclass(frozen=True)
class LPRNetSettings(NetworkSettings):
    """dropout: before each of the last two convolutions; the paper has 0.5."""

    dropout: float = 0.0

    def __post_init__(self) -> None:
        check_share("dropout", self.dropout)


def _build(settings: LPRNetSettings, size: Size, alphabet: str) -> "Reader":
    from .network import LPRNet

    if size[0] < LEAST[0] or size[1] < LEAST[1]:
        raise UserError(
            f"lprnet needs a canvas of at least {LEAST[1]}x{LEAST[0]} pixels, not {size[1]}x{size[0]}: change "
            "OCRParams in params.py (the paper's is IMG_WIDTH 94, IMG_HEIGHT 24)"
        )
    return LPRNet(settings.dropout, alphabet, size[1])


ARCHITECTURE = ReaderArchitecture(
    name="lprnet",
    source="Zherzdev & Gruzdev 2018, LPRNet, arXiv:1806.10447",
    settings=LPRNetSettings,
    decoding=CTC,
    build=_build,
)
