"""Settings that all readers with places have in common."""

from dataclasses import dataclass, replace
from typing import Self

from ...models.settings import NetworkSettings, check_count


@dataclass(frozen=True)
class SlotSettings(NetworkSettings):
    """places: characters of the longest text; training sets it by the texts that there are."""

    places: int = 9

    def __post_init__(self) -> None:
        check_count("places", self.places)

    def for_plates(self, longest: int, countries: int) -> Self:
        """Return the settings with as many places as the longest text has characters."""
        return replace(self, places=longest)
