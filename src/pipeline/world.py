"""The synthetic world that params.yaml asks for."""

from ..common.config import Config
from ..common.errors import UserError
from ..datasets.backgrounds import load_backgrounds
from ..datasets.templates import load_templates
from ..generators.formats import format_parts, get_format
from ..generators.formats.base import PlateFormat
from ..generators.scene import World
from ..generators.shapes import HOW_TO_ADD_STROKES, find_shapes, named


def load_world(config: Config, kept_plates: int = 0) -> World:
    """Return the plate format by its name, with the user's templates and background pictures where there are any.

    kept_plates: as in World.

    Raises UserError for an unknown format, for one with a character that cannot be drawn, and for unreadable files.
    """
    for part in format_parts(config.plate_format):
        _require_strokes(get_format(part))
    plate_format = get_format(config.plate_format)
    parts = plate_format.templates
    return World(
        plate_format=plate_format,
        templates=load_templates(config.templates, parts) if parts else None,
        photos=tuple(load_backgrounds(config.cifar, config.backgrounds)),
        kept_plates=kept_plates,
    )


def _require_strokes(plate_format: PlateFormat) -> None:
    """Raise UserError for the characters of a format's alphabet that no plate can be drawn with."""
    lacking = [named(char) for char in plate_format.alphabet if not find_shapes(char)]
    if lacking:
        raise UserError(
            f"no strokes are known for {', '.join(lacking)} of the plate format '{plate_format.name}': "
            f"{HOW_TO_ADD_STROKES}"
        )
