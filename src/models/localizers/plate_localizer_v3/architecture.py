"""The reference implementation's localizer, as far as it is known without torch."""

from typing import TYPE_CHECKING

from src.models.architecture import LocalizerArchitecture
from src.models.decoding.plates import ONE_BOX
from src.models.settings import NetworkSettings, Size

if TYPE_CHECKING:
    from src.models.base import Localizer


def _build(settings: NetworkSettings, size: Size) -> "Localizer":
    from src.models.localizers.plate_localizer_v3.network import PlateLocalizerV3

    return PlateLocalizerV3(*size)


PLATE_LOCALIZER_V3 = LocalizerArchitecture(
    name="plate_localizer_v3",
    source="the reference implementation, corrected, at its original size",
    settings=NetworkSettings,
    decoding=ONE_BOX,
    build=_build,
)
