"""The reference implementation's localizer, as far as it is known without torch."""

from typing import TYPE_CHECKING

from ....inference.decoding.plates import ONE_BOX
from ....inference.settings import Size
from ....models.architecture import LocalizerArchitecture
from ....models.settings import NetworkSettings

if TYPE_CHECKING:
    from ....models.base import Localizer


def _build(settings: NetworkSettings, size: Size) -> "Localizer":
    from .network import PlateLocalizerV3

    return PlateLocalizerV3(*size)


ARCHITECTURE = LocalizerArchitecture(
    name="plate_localizer_v3",
    source="the reference implementation, corrected, at its original size",
    settings=NetworkSettings,
    decoding=ONE_BOX,
    build=_build,
)
