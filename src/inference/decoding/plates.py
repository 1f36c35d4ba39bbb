"""How to use a localizer without its weights, by the name that cards give to the decoding of its raw output."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ...common.errors import UserError
from ..detection import Detection
from ..runtime import Raws
from ..settings import Size, Values
from . import anchor_levels, corner_cells
from .boxes import decode_boxes
from .ssd import SSD, decode_ssd, ratios_of

# The raw output for B pictures, their height and width, the least score → each picture's detections, best first.
Decode = Callable[[Raws, int, int, float], list[list[Detection]]]


@dataclass(frozen=True)
class PlateDecoding:
    """The pictures that a localizer takes, and its decoding: what its own attributes and method of these names say."""

    multiple: int
    fixed_size: Size | None
    decode: Decode


# Names of the decodings in cards.
CORNER_CELLS, ONE_BOX, ANCHOR_LEVELS = "corner_cells", "one_box", "anchor_levels"


def _ssd(side: int) -> Callable[[Values, Size], PlateDecoding]:
    return lambda values, _: PlateDecoding(
        1, (side, side), partial(decode_ssd, side, ratios_of(values))
    )


# From the network's settings, and the size of the pictures that it was trained on.
PLATE_DECODINGS: dict[str, Callable[[Values, Size], PlateDecoding]] = {
    CORNER_CELLS: lambda _, __: PlateDecoding(
        corner_cells.MULTIPLE, None, corner_cells.decode_cells
    ),
    ANCHOR_LEVELS: lambda _, __: PlateDecoding(
        anchor_levels.MULTIPLE, None, anchor_levels.decode_anchors
    ),
    ONE_BOX: lambda _, size: PlateDecoding(1, size, decode_boxes),
    **{name: _ssd(side) for side, name in SSD.items()},
}


def plate_decoding(name: str, values: Values, size: Size) -> PlateDecoding:
    """Return how to use a localizer of these settings; raises UserError for an unknown name."""
    if name not in PLATE_DECODINGS:
        known = ", ".join(sorted(PLATE_DECODINGS))
        raise UserError(
            f"unknown plate decoding {name!r}, known are {known}: update this program, or train again"
        )
    return PLATE_DECODINGS[name](values, size)
