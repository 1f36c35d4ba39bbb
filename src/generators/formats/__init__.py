"""The plate formats by name."""

from src.common.errors import UserError
from src.generators.formats.base import PlateFormat
from src.generators.formats.swiss import SWISS

FORMATS: dict[str, PlateFormat] = {SWISS.name: SWISS}


def get_format(name: str) -> PlateFormat:
    """Return the format called `name`; raises UserError naming the known ones otherwise."""
    if name not in FORMATS:
        known = ", ".join(sorted(FORMATS))
        raise UserError(f"Unknown plate format '{name}'. Known formats: {known}.")
    return FORMATS[name]
