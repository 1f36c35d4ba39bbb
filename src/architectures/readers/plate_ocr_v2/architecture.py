"""The reference implementation's reader, as far as it is known without torch."""

from typing import TYPE_CHECKING

from ....inference.decoding.ctc import CTC
from ....inference.settings import Size
from ....models.architecture import ReaderArchitecture
from ....models.settings import NetworkSettings

if TYPE_CHECKING:
    from ....models.base import Reader


def _build(settings: NetworkSettings, size: Size, alphabet: str) -> "Reader":
    from .network import PlateOCRV2

    return PlateOCRV2(alphabet, size[0])


ARCHITECTURE = ReaderArchitecture(
    name="plate_ocr_v2",
    source="the reference implementation, corrected, at its original size",
    settings=NetworkSettings,
    decoding=CTC,
    build=_build,
)
