"""Settings of networks: typed, checked, and as plain values for cards."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Self

from ..inference.settings import Value, Values

# Most channels, units or blocks. The same as the largest number that a card may hold (src/inference/card.py).
MOST = 1 << 13
# Largest factor on the channels of a network.
MOST_FACTOR = 4


@dataclass(frozen=True)
class NetworkSettings:
    """Base of the settings of one architecture, which stand beside its network; by itself those of one without any.

    Fields are numbers and tuples of numbers, their defaults the default sizes. ``__post_init__`` raises ValueError,
    which names the field and says what it must be, for settings that no network can have.
    """

    @classmethod
    def of(cls, values: Values) -> Self:
        """Return the settings of these values by name, defaults for the rest.

        Raises ValueError for a name that is none of a setting, and for values that cannot be.
        """
        unknown = sorted(values.keys() - cls.names())
        if unknown:
            known = ", ".join(sorted(cls.names())) or "none"
            raise ValueError(f"there is no setting {unknown[0]}; known are {known}")
        return cls(**{n: tuple(v) if isinstance(v, list) else v for n, v in values.items()})

    @classmethod
    def names(cls) -> set[str]:
        """Return the names of the settings."""
        return {field.name for field in fields(cls)}

    def for_plates(self, longest: int, countries: int) -> Self:
        """Return the settings for plates whose texts have at most so many characters, of so many countries.

        These, where they say nothing of it.
        """
        return self

    def values(self) -> dict[str, Value]:
        """Return what `of` takes, as JSON gives it back."""
        return {n: list(v) if isinstance(v, tuple) else v for n, v in asdict(self).items()}


def check_counts(name: str, values: Sequence[int], count: int, least: int = 1) -> None:
    """Raise ValueError unless there are ``count`` whole numbers from ``least`` to MOST."""
    fits = isinstance(values, tuple) and len(values) == count
    if not fits or not all(_whole(value, least) for value in values):
        shown = list(values) if isinstance(values, tuple) else values
        raise ValueError(
            f"{name} is {shown!r:.60}: it must be {count} whole numbers from {least} to {MOST}"
        )


def check_count(name: str, value: int) -> None:
    """Raise ValueError for anything but a whole number from 1 to MOST."""
    if not _whole(value, 1):
        raise ValueError(f"{name} is {value!r:.60}: it must be a whole number from 1 to {MOST}")


def check_number(name: str, value: int) -> None:
    """Raise ValueError for anything but a whole number from 0 to MOST."""
    if not _whole(value, 0):
        raise ValueError(f"{name} is {value!r:.60}: it must be a whole number from 0 to {MOST}")


def check_factor(name: str, value: float) -> None:
    """Raise ValueError for anything but a number above 0 and at most MOST_FACTOR."""
    if (
        not isinstance(value, int | float)
        or isinstance(value, bool)
        or not 0 < value <= MOST_FACTOR
    ):
        raise ValueError(f"{name} is {value!r:.60}: it must be above 0 and at most {MOST_FACTOR}")


def check_refiner(channels: tuple[int, ...]) -> None:
    """Raise ValueError for anything but a corner refiner's three channels, or () for no refiner."""
    if channels != ():
        check_counts("refiner_channels", channels, 3)


def check_share(name: str, value: float) -> None:
    """Raise ValueError for anything but a number of at least 0 and below 1."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < 1:
        raise ValueError(f"{name} is {value!r:.60}: it must be a number of at least 0 and below 1")


def _whole(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= MOST
