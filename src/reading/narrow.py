"""Which readings count: the user's threshold, plate format and countries, where they differ from the model's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..bundle.bundle import Bundle
from ..common.errors import UserError
from ..generators.formats import format_shares, get_format
from ..generators.formats.base import PlateFormat
from ..inference.reader import PlateReader, Reading


@dataclass(frozen=True)
class Narrow:
    """A bundle's reader that gives only what counts.

    plate_format: whose texts are known. only_known: whether other texts are left out. min_confidence: that a reading
    needs to be given. Frames of videos are read with the model's own threshold where that is lower, because it is the
    vehicle that has to be sure.
    """

    reader: PlateReader
    plate_format: PlateFormat
    only_known: bool
    min_confidence: float

    def read(self, image: NDArray[np.uint8]) -> list[Reading]:
        """Return the readings of a grey picture (H, W), the surest first; of a plate format, if one was chosen."""
        readings = self.reader.read(image)
        if not self.only_known:
            return readings
        return [r for r in readings if self.plate_format.parse(r.text) is not None]


def narrow(
    bundle: Bundle,
    min_confidence: float | None,
    format_name: str | None,
    countries: Sequence[str] = (),
) -> Narrow:
    """Return a bundle's reader with the user's choices, or the model's own where there are none.

    A format and countries narrow the grammar that texts are chosen with, and a format leaves other texts out besides.
    Whose a plate may be, countries narrow alone: one that looks Swiss is not another country's because Swiss texts are
    not asked for.

    Raises UserError when the model was not trained on the plate format, there is none of that name, or it has none of
    one of the countries.
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
    plate_format = get_format(format_name or own)
    if countries:
        plate_format = plate_format.of_countries(countries)
    elif format_name is not None:
        plate_format = replace(plate_format, issuers=get_format(own).issuers)
    if countries or format_name is not None:
        reader = reader.with_format(plate_format)
    return Narrow(reader, plate_format, format_name is not None, least)
