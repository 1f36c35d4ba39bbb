"""The card of a trained network: what is needed besides its weights, as JSON beside them."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..common.countries import are_country_codes
from ..common.errors import UserError
from ..common.untrusted import one_line, read_json
from .settings import Size, Values

WEIGHTS, CARD = "weights.safetensors", "card.json"
# The network as ONNX Runtime takes it, and the refiner of a localizer that has one.
ONNX, REFINER_ONNX = "network.onnx", "refiner.onnx"
# The same with 8-bit convolutions (quantise.py).
ONNX_INT8, REFINER_ONNX_INT8 = "network.int8.onnx", "refiner.int8.onnx"
# Networks of the time when cards had the size of pictures among the settings, and settings of other networks too: how
# the raw output is decoded, whether there is a refiner, which settings are the network's own. The bundles of that
# time named no more than the network.
FIRST_NETWORKS: dict[str, tuple[str, bool, tuple[str, ...]]] = {
    "corner_detector": (
        "corner_cells",
        True,
        ("channels", "blocks", "refiner_channels", "refiner_hidden"),
    ),
    "plate_localizer_v3": ("one_box", False, ()),
    "ctc_reader": ("ctc", False, ("channels", "hidden", "dropout")),
    "plate_ocr_v2": ("ctc", False, ()),
}
# Characters of a text; pixels, channels; numbers in a list of channels or blocks.
_MAX_TEXT, _MAX_SETTING, _MAX_STAGES = 2000, 1 << 13, 64


@dataclass(frozen=True)
class Card:
    """What has to be known of a trained network: what it is, and where it comes from.

    name: of its architecture. decoding: by which name its raw output is decoded without torch. settings: to build it,
    with the pictures' height and width in pixels. plate_format and alphabet: what it was trained to read. metrics: of
    its best epoch on the validation set. refined: has it a corner refiner? countries: those that it tells apart by what
    it sees, by their codes in ISO 3166-1, in the order of its answers; not in the file where there are none.
    Known once it is saved: onnx_deviation, the largest difference of its ONNX files' raw output from the weights';
    int8_agreement, the least share of that output's variance that its 8-bit files keep; int8_files, the SHA-256 of
    those by name.
    ancestry: the model that training started from, by the fields of StartOrigin (src/datasets/start_origin.py), and
    "data", the checksum of the prepared set; None, and not in the file, where it started anew.
    """

    name: str
    decoding: str
    settings: Values
    height: int
    width: int
    plate_format: str
    alphabet: str
    metrics: Mapping[str, float]
    parameters: int
    refined: bool = False
    onnx_deviation: float | None = None
    int8_agreement: float | None = None
    int8_files: Mapping[str, str] | None = None
    ancestry: Mapping[str, str] | None = None
    countries: Sequence[str] = ()

    @property
    def size(self) -> Size:
        """Height and width of its pictures in pixels."""
        return self.height, self.width


def load_card(folder: Path) -> Card:
    """Return a trained network's card; raises UserError when the network is missing or the card unreadable."""
    path = folder / CARD
    if not os.path.lexists(path):
        raise UserError(
            f"no trained model in {folder}: run `dvc repro` (or `make quickstart`) first"
        )
    try:
        card = Card(**_as_now(read_json(path)))
        _check(card)
    except (OSError, ValueError, TypeError) as error:
        raise UserError(
            f"{path} is damaged ({one_line(error)}): train again with `dvc repro -f`"
        ) from error
    return card


def _as_now(content: Any) -> dict[str, Any]:
    """Return the fields of a card; of one of FIRST_NETWORKS, as they would be now."""
    if not isinstance(content, dict):
        raise ValueError("it is no table of fields")
    name, settings = content.get("name"), content.get("settings")
    if "height" in content or not isinstance(settings, dict):
        return content
    if name not in FIRST_NETWORKS or not {"height", "width"} <= settings.keys():
        raise ValueError(f"the model {name!r:.60} has no height and width")
    decoding, refined, own = FIRST_NETWORKS[name]
    return {
        **content,
        "decoding": decoding,
        "refined": refined,
        "height": settings["height"],
        "width": settings["width"],
        "settings": {key: settings[key] for key in own if key in settings},
    }


def _check(card: Card) -> None:
    """Raise ValueError for what no training writes, before anything is built by it."""
    for name in ("name", "decoding", "plate_format", "alphabet"):
        value = getattr(card, name)
        if not isinstance(value, str) or not 0 < len(value) <= _MAX_TEXT:
            raise ValueError(f"{name} is {value!r:.60}")
    for side in ("height", "width"):
        value = getattr(card, side)
        if not isinstance(value, int) or not 0 < value <= _MAX_SETTING:
            raise ValueError(f"{side} is {value!r:.60}")
    if not isinstance(card.refined, bool):
        raise ValueError(f"refined is {card.refined!r:.60}")
    if not are_country_codes(card.countries):
        raise ValueError(f"countries is {card.countries!r:.60}")
    for name in ("settings", "metrics", "int8_files", "ancestry"):
        value = getattr(card, name)
        optional = name in ("int8_files", "ancestry")
        if not isinstance(value, dict) and not (optional and value is None):
            raise ValueError(f"{name} is {value!r:.60}")
    for name, setting in card.settings.items():
        if not is_setting(setting):
            raise ValueError(f"the setting {name} is {setting!r:.60}")


def is_setting(setting: Any) -> bool:
    """Tell whether a network could have such a setting: a number of channels or units, or a list of them."""
    values = setting if isinstance(setting, list) else [setting]
    numbers = all(isinstance(v, int | float) and 0 <= v <= _MAX_SETTING for v in values)
    return numbers and len(values) <= _MAX_STAGES
