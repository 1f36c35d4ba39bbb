"""The reader with one head for each place of the text, as far as it is known without torch."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ....inference.decoding.slots import SLOTS
from ....inference.settings import Size
from ....models.architecture import ReaderArchitecture
from ....models.settings import check_counts
from ..slot_settings import SlotSettings

if TYPE_CHECKING:
    from ....models.base import Reader


@dataclass(frozen=True)
class PlateCNNSettings(SlotSettings):
    """conv_channels: of the three convolutions."""

    conv_channels: tuple[int, ...] = (48, 64, 64)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_counts("conv_channels", self.conv_channels, 3)


def _build(settings: PlateCNNSettings, size: Size, alphabet: str) -> "Reader":
    from .network import PlateCNN

    return PlateCNN(settings.conv_channels, settings.places, alphabet, size)


ARCHITECTURE = ReaderArchitecture(
    name="plate_cnn",
    source="a CNN for Korean plates after Earl 2016, matthewearl.github.io/2016/05/06/cnn-anpr",
    settings=PlateCNNSettings,
    decoding=SLOTS,
    build=_build,
)
