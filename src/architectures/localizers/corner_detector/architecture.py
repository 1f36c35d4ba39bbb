"""The corner detector, as far as it is known without torch."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ....inference.decoding.plates import CORNER_CELLS
from ....inference.settings import Size
from ....models.architecture import LocalizerArchitecture
from ....models.settings import NetworkSettings, check_count, check_counts, check_refiner

if TYPE_CHECKING:
    from ....models.base import Localizer


@dataclass(frozen=True)
class CornerDetectorSettings(NetworkSettings):
    """Sizes of the corner detector and of its corner refiner.

    channels: at 1/4, 1/8, 1/16 and 1/32 of the picture's size. blocks: residual blocks at 1/8, 1/16 and 1/32.
    refiner_channels: of the corner refiner, at 1/4, 1/8 and 1/16 of a crop;
    none for a localizer without. refiner_hidden: units of its layer that sees the whole crop at once.
    """

    channels: tuple[int, ...] = (24, 32, 64, 96)
    blocks: tuple[int, ...] = (1, 1, 1)
    refiner_channels: tuple[int, ...] = (32, 48, 64)
    refiner_hidden: int = 128

    def __post_init__(self) -> None:
        check_counts("channels", self.channels, 4)
        check_counts("blocks", self.blocks, 3, least=0)
        check_refiner(self.refiner_channels)
        check_count("refiner_hidden", self.refiner_hidden)


def _build(settings: CornerDetectorSettings, size: Size) -> "Localizer":
    from ....models.corner_refiner import build_refiner
    from .network import CornerDetector

    s = settings
    refiner = build_refiner(s.refiner_channels, s.refiner_hidden)
    return CornerDetector(s.channels, s.blocks, refiner)


ARCHITECTURE = LocalizerArchitecture(
    name="corner_detector",
    source="Zhou et al. 2019, Objects as Points, arXiv:1904.07850, with corners in place of boxes",
    settings=CornerDetectorSettings,
    decoding=CORNER_CELLS,
    build=_build,
)
