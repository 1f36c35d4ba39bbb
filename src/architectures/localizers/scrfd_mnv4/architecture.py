"""SCRFD on MobileNetV4, as far as it is known without torch."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ....inference.decoding.plates import ANCHOR_LEVELS
from ....inference.settings import Size
from ....models.architecture import LocalizerArchitecture
from ....models.settings import NetworkSettings, check_count, check_factor, check_refiner

if TYPE_CHECKING:
    from ....models.base import Localizer


@dataclass(frozen=True)
class ScrfdSettings(NetworkSettings):
    """Sizes of the network and of its corner refiner; the defaults are the published ones.

    width: factor on the channels of the backbone. neck_channels, neck_cells: of the BiFPN, as in EfficientDet-D0.
    head_channels, head_convolutions: of the tower at each level, as in SCRFD's network of 0.5 GFLOP.
    refiner_channels: of the corner refiner, at 1/4, 1/8 and 1/16 of a crop; none for a localizer without.
    refiner_hidden: units of its layer that sees the whole crop at once.
    """

    width: float = 1.0
    neck_channels: int = 64
    neck_cells: int = 3
    head_channels: int = 64
    head_convolutions: int = 2
    refiner_channels: tuple[int, ...] = (32, 48, 64)
    refiner_hidden: int = 128

    def __post_init__(self) -> None:
        check_factor("width", self.width)
        for name in ("neck_channels", "neck_cells", "head_channels", "head_convolutions"):
            check_count(name, getattr(self, name))
        check_refiner(self.refiner_channels)
        check_count("refiner_hidden", self.refiner_hidden)


def _build(settings: ScrfdSettings, size: Size) -> "Localizer":
    from ....models.corner_refiner import build_refiner
    from .network import Scrfd

    s = settings
    return Scrfd(
        s.width,
        (s.neck_channels, s.neck_cells),
        (s.head_channels, s.head_convolutions),
        build_refiner(s.refiner_channels, s.refiner_hidden),
    )


ARCHITECTURE = LocalizerArchitecture(
    name="scrfd_mnv4",
    source=(
        "Guo et al. 2021, SCRFD, arXiv:2105.04714; Qin et al. 2024, MobileNetV4, arXiv:2404.10518; Tan et al. 2020, "
        "EfficientDet, arXiv:1911.09070"
    ),
    settings=ScrfdSettings,
    decoding=ANCHOR_LEVELS,
    build=_build,
)
