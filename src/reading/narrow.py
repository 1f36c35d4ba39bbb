"""Which readings count: the user's threshold and plate format, where they differ from the model's."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..bundle.bundle import Bundle
from ..common.errors import UserError
from ..generators.formats import format_shares, get_format
from ..inference.reader import PlateReader, Reading
from .votes import Parse


@dataclass(frozen=True)
class Narrow:
    """A bundle's reader that gives only what counts.

    min_confidence: that a reading needs to be given. Frames of videos are read with the model's own threshold where
    that is lower, because it is the vehicle that has to be sure.
    """

    reader: PlateReader
    parse: Parse
    only_known: bool
    min_confidence: float

    def read(self, image: NDArray[np.uint8]) -> list[Reading]:
        """Return the readings of a grey picture (H, W), the surest first; of a plate format, if one was chosen."""
        readings = self.reader.read(image)
        if not self.only_known:
            return readings
        parted = ((reading, self.parse(reading.text)) for reading in readings)
        return [replace(r, prefix=p.prefix, number=p.number) for r, p in parted if p is not None]


def narrow(bundle: Bundle, min_confidence: float | None, format_name: str | None) -> Narrow:
    """Return a bundle's reader with the user's choices, or the model's own where there are none.

    Raises UserError when the model was not trained on the plate format, or there is none of that name.
    """
    own = bundle.card.plate_format
    if format_name is not None and not (
        format_shares(format_name).keys() <= format_shares(own).keys()
    ):
        raise UserError(
            f"the model in {bundle.folder} reads {own} plates and not {format_name} ones: leave --format out, "
            f"or train one with `dvc exp run -S plate_format={format_name}`"
        )
    least = bundle.card.min_confidence if min_confidence is None else min_confidence
    reader = bundle.reader
    if least < bundle.card.min_confidence:
        reader = reader.with_min_confidence(least)
    parse = get_format(format_name or own).parse
    return Narrow(reader, parse, format_name is not None, least)
