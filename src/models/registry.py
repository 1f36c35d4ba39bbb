"""Networks by name. A network is built when it is asked for, never at import."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from src.common.errors import UserError
from src.models.base import Localizer, Reader
from src.models.baselines import PlateLocalizerV3, PlateOCRV2
from src.models.card import Settings
from src.models.corner_detector import CornerDetector
from src.models.corner_refiner import CornerRefiner
from src.models.readers.ctc_reader import CTCReader

T = TypeVar("T")

LOCALIZERS: dict[str, Callable[[Settings], Localizer]] = {
    "corner_detector": lambda s: CornerDetector(
        s["channels"], s["blocks"], CornerRefiner(s["refiner_channels"], s["refiner_hidden"])
    ),
    "plate_localizer_v3": lambda s: PlateLocalizerV3(s["height"], s["width"]),
}
READERS: dict[str, Callable[[Settings, str], Reader]] = {
    "ctc_reader": lambda s, alphabet: CTCReader(
        s["channels"], s["hidden"], s["dropout"], alphabet, s["height"]
    ),
    "plate_ocr_v2": lambda s, alphabet: PlateOCRV2(alphabet, s["height"]),
}


def build_localizer(name: str, settings: Settings) -> Localizer:
    """Return a new localizer; raises UserError for an unknown name."""
    network = _look_up(LOCALIZERS, name, "localize_model")(settings)
    for side in ("height", "width"):
        if settings[side] <= 0 or settings[side] % network.multiple:
            raise UserError(
                f"{name} needs pictures whose sides are multiples of {network.multiple}, but the {side} is "
                f"{settings[side]}: change LocalizeParams in params.py"
            )
    return network


def build_reader(name: str, settings: Settings, alphabet: str) -> Reader:
    """Return a new reader of texts of an alphabet; raises UserError for an unknown name."""
    return _look_up(READERS, name, "ocr_model")(settings, alphabet)


def _look_up(table: Mapping[str, T], name: str, key: str) -> T:
    if name not in table:
        raise UserError(
            f"unknown model {name!r}: set {key} in params.yaml to one of {', '.join(sorted(table))}"
        )
    return table[name]
