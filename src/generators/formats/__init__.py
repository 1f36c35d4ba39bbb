"""The plate formats by name; `a+b` is one that draws from several."""

from functools import lru_cache

from ...common.errors import UserError
from .base import PlateFormat
from .european import EUROPEAN
from .korean import KOREAN
from .mixed import mixed
from .swiss import SWISS

FORMATS: dict[str, PlateFormat] = {f.name: f for f in (SWISS, EUROPEAN, KOREAN)}


@lru_cache(maxsize=64)
def get_format(name: str) -> PlateFormat:
    """Return the format called `name`, or one that mixes those whose names `name` joins with "+".

    Raises UserError for a part that is unknown, empty or named twice.
    """
    known = ", ".join(sorted(FORMATS))
    parts = name.split("+")
    for part in parts:
        if not part:
            raise UserError(f"The plate format '{name}' has an empty part. Known formats: {known}.")
        if part not in FORMATS:
            raise UserError(
                f"Unknown plate format '{part}'. Known formats: {known}, and mixtures such as "
                "'swiss+european'."
            )
    if len(set(parts)) < len(parts):
        raise UserError(f"The plate format '{name}' names a part twice; name each once.")
    return FORMATS[name] if len(parts) == 1 else mixed(tuple(FORMATS[part] for part in parts))
