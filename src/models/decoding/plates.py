"""How to use a localizer without its weights: which pictures it takes and what its raw output means, by its name."""

from collections.abc import Callable
from dataclasses import dataclass

from src.common.errors import UserError
from src.models.card import Settings
from src.models.decoding import corner_cells
from src.models.decoding.boxes import decode_boxes
from src.models.detection import Detection
from src.models.runtime import Raw

# Raw outputs for B pictures, their height and width, the least score → each picture's detections, best first.
Decode = Callable[[Raw, int, int, float], list[list[Detection]]]


@dataclass(frozen=True)
class Decoding:
    """As the network's own attributes and method of these names (see `Localizer`).

    refined: has it a second look?
    """

    multiple: int
    fixed_size: tuple[int, int] | None
    decode: Decode
    refined: bool


DECODINGS: dict[str, Callable[[Settings], Decoding]] = {
    "corner_detector": lambda _: Decoding(
        corner_cells.MULTIPLE, None, corner_cells.decode_cells, refined=True
    ),
    "plate_localizer_v3": lambda s: Decoding(
        1, (s["height"], s["width"]), decode_boxes, refined=False
    ),
}


def decoding_of(name: str, settings: Settings) -> Decoding:
    """Return how to use the localizer of this name and settings; raises UserError for an unknown name."""
    if name not in DECODINGS:
        known = ", ".join(sorted(DECODINGS))
        raise UserError(f"unknown localizer {name!r}, known are {known}: train again")
    return DECODINGS[name](settings)
