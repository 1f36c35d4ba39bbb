"""The synthetic world that params.yaml asks for."""

from ..common.config import Config
from ..common.errors import UserError
from ..datasets.backgrounds import load_backgrounds
from ..datasets.fonts import SUFFIXES, load_fonts
from ..datasets.templates import load_templates
from ..generators.font import Font
from ..generators.formats import format_shares, get_format
from ..generators.formats.base import PlateFormat
from ..generators.formats.mixed import mixed
from ..generators.formats.with_fonts import with_fonts
from ..generators.scene import World
from ..generators.shapes import HOW_TO_ADD_STROKES, find_shapes, named


def load_world(config: Config, kept_plates: int = 0) -> World:
    """Return the plate format by its name, with the user's fonts, templates and backgrounds where there are any.

    kept_plates: as in World.

    Raises UserError for an unknown format, for one with a character that cannot be drawn, and for unreadable files.
    """
    shares = format_shares(config.plate_format)
    parts = tuple(_lettered(config, name) for name in shares)
    plate_format = parts[0] if len(parts) == 1 else mixed(parts, tuple(shares.values()))
    files = plate_format.templates
    return World(
        plate_format=plate_format,
        templates=load_templates(config.templates, files) if files else None,
        photos=tuple(load_backgrounds(config.cifar, config.backgrounds)),
        kept_plates=kept_plates,
    )


def _lettered(config: Config, name: str) -> PlateFormat:
    """Return a format with the fonts in its folder; raises UserError where a character has neither strokes nor font."""
    plate_format = get_format(name)
    folder = config.fonts / name
    fonts = load_fonts(folder, plate_format.alphabet)
    strokeless = [char for char in plate_format.alphabet if not find_shapes(char)]
    missing = ", ".join(named(char) for char in strokeless)
    if strokeless and not fonts:
        raise UserError(
            f"no strokes are known for {missing} of the plate format '{plate_format.name}': put a font "
            f"({', '.join(SUFFIXES)}) that has them into {folder}, or {HOW_TO_ADD_STROKES}"
        )
    for font in fonts:
        _require_characters(font, strokeless, plate_format)
    return with_fonts(plate_format, fonts, needed=bool(strokeless))


def _require_characters(font: Font, chars: list[str], plate_format: PlateFormat) -> None:
    """Raise UserError for the characters without strokes that a font does not have."""
    missing = ", ".join(named(char) for char in chars if char not in font.masks)
    if missing:
        raise UserError(
            f"the font {font.name} lacks {missing}, for which the plate format '{plate_format.name}' has no strokes: "
            f"remove it, or {HOW_TO_ADD_STROKES}"
        )
