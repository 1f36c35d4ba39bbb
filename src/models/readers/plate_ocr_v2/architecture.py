"""The reference implementation's reader, as far as it is known without torch."""

from typing import TYPE_CHECKING

from src.models.architecture import ReaderArchitecture
from src.models.decoding.ctc import CTC
from src.models.settings import NetworkSettings, Size

if TYPE_CHECKING:
    from src.models.base import Reader


def _build(settings: NetworkSettings, size: Size, alphabet: str) -> "Reader":
    from src.models.readers.plate_ocr_v2.network import PlateOCRV2

    return PlateOCRV2(alphabet, size[0])


PLATE_OCR_V2 = ReaderArchitecture(
    name="plate_ocr_v2",
    source="the reference implementation, corrected, at its original size",
    settings=NetworkSettings,
    decoding=CTC,
    build=_build,
)
