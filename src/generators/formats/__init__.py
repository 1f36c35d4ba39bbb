"""The plate formats by name, a folder each, imported when it is asked for.

`a+b` is one that draws from several, each as often as the other; `a+b*3` draws three plates of b for one of a.
"""

import re
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from ...common.errors import UserError
from .base import PlateFormat
from .mixed import mixed


def format_names() -> tuple[str, ...]:
    """Return the names of the formats that there are: of the folders beside this file."""
    return tuple(sorted(module.name for module in iter_modules(__path__) if module.ispkg))


def format_shares(name: str) -> dict[str, int]:
    """Return how often each of the formats that `name` joins with "+" is drawn, in their order; imports none.

    Raises UserError for a part that is unknown, empty or named twice, and for a share that is no number from 1 to 99.
    """
    known = ", ".join(format_names())
    shares: dict[str, int] = {}
    for part in name.split("+"):
        own, _, share = part.partition("*")
        if not own:
            raise UserError(f"The plate format '{name}' has an empty part. Known formats: {known}.")
        if own not in format_names():
            raise UserError(
                f"Unknown plate format '{own}'. Known formats: {known}, and mixtures such as "
                "'swiss+european' or, with three European plates for one Swiss, 'swiss+european*3'."
            )
        if own in shares:
            raise UserError(f"The plate format '{name}' names a part twice; name each once.")
        if own != part and not re.fullmatch("[1-9][0-9]?", share):
            raise UserError(
                f"The plate format '{name}' has '{part}': after * stands how often it is drawn, a number from 1 to 99."
            )
        shares[own] = int(share or 1)
    return shares


@lru_cache(maxsize=64)
def get_format(name: str) -> PlateFormat:
    """Return the format called `name`, or one that mixes those whose names `name` joins with "+".

    Raises UserError as `format_shares` does.
    """
    shares = format_shares(name)
    if len(shares) > 1:
        return mixed(tuple(get_format(part) for part in shares), tuple(shares.values()))
    plate_format: PlateFormat = import_module(f".{next(iter(shares))}", __name__).FORMAT
    return plate_format
