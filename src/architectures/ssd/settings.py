"""Single-shot detectors, as far as they are known without torch."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ...inference.decoding.ssd import PAIRS, RATIOS
from ...inference.decoding.ssd import SSD as DECODINGS
from ...inference.settings import Size
from ...models.architecture import LocalizerArchitecture
from ...models.settings import NetworkSettings, check_count, check_factor, check_refiner

if TYPE_CHECKING:
    from ...models.base import Localizer

Backbone = Literal["vgg16", "resnet50"]
# Largest ratio of prior boxes, and how many of them.
MOST_RATIO, MOST_RATIOS = 16.0, 8


@dataclass(frozen=True)
class SSDSettings(NetworkSettings):
    """Sizes of a single-shot detector and of its corner refiner.

    width: factor on all channels; 1 as published. prior_ratios: of prior boxes, see `prior_boxes`; 2 and 3 as
    published, and further ones for long plates. refiner_channels, refiner_hidden: as of the corner detector.
    """

    width: float = 1.0
    prior_ratios: tuple[float, ...] = RATIOS
    refiner_channels: tuple[int, ...] = (32, 48, 64)
    refiner_hidden: int = 128

    def __post_init__(self) -> None:
        check_factor("width", self.width)
        ratios = self.prior_ratios
        if not isinstance(ratios, tuple) or not PAIRS <= len(ratios) <= MOST_RATIOS:
            raise ValueError(
                f"prior_ratios is {ratios!r:.60}: it must be a list of {PAIRS} to {MOST_RATIOS}"
            )
        if not all(_number(ratio) and 1 <= ratio <= MOST_RATIO for ratio in ratios):
            raise ValueError(
                f"prior_ratios is {list(ratios)!r:.60}: each must be from 1 to {MOST_RATIO:g}"
            )
        check_refiner(self.refiner_channels)
        check_count("refiner_hidden", self.refiner_hidden)


def ssd_architecture(
    name: str, side: int, backbone: Backbone, source: str
) -> LocalizerArchitecture[SSDSettings]:
    """Return the architecture of a detector. side: of the square pictures that it sees, 300 or 512."""

    def build(settings: SSDSettings, size: Size) -> "Localizer":
        from ...models.corner_refiner import build_refiner
        from .network import SSD

        s = settings
        refiner = build_refiner(s.refiner_channels, s.refiner_hidden)
        return SSD(side, backbone, s.width, s.prior_ratios, refiner, size)

    return LocalizerArchitecture(
        name=name,
        source=f"Liu et al. 2016, SSD, arXiv:1512.02325, on {source}",
        settings=SSDSettings,
        decoding=DECODINGS[side],
        build=build,
    )


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
