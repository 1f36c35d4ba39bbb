"""The synthetic world that params.yaml asks for."""

from ..common.config import Config
from ..datasets.backgrounds import load_backgrounds
from ..datasets.templates import load_templates
from ..generators.formats import get_format
from ..generators.formats.swiss import CANTONS
from ..generators.scene import World


def load_world(config: Config, kept_plates: int = 0) -> World:
    """Return the plate format by its name, with the user's templates and background pictures where there are any.

    kept_plates: as in World.

    Raises UserError for an unknown format and for unreadable files.
    """
    swiss = "swiss" in config.plate_format.split("+")
    return World(
        plate_format=get_format(config.plate_format),
        templates=load_templates(config.templates, CANTONS) if swiss else None,
        photos=tuple(load_backgrounds(config.cifar, config.backgrounds)),
        kept_plates=kept_plates,
    )
