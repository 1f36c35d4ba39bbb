"""The card of a bundle: what is needed to read with both networks, as JSON beside their ONNX files."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from ..common.countries import are_country_codes
from ..common.untrusted import parse_json
from ..inference.card import FIRST_NETWORKS, is_setting
from ..inference.reader import ReaderOptions
from ..inference.settings import Values

# Of this file and of what lies beside it; one that is younger than this code is not guessed at.
LAYOUT = 4
# Layouts of the cards that had the networks' names only, as FIRST_NETWORKS knows them, of those that did not say what
# the networks had learned from, and of those of readers that told no countries apart.
FIRST_LAYOUT, SECOND_LAYOUT, THIRD_LAYOUT = 1, 2, 3
# Longest text in a card, and most entries of a table in it.
MAX_TEXT, MAX_ENTRIES = 500, 1000
# Most pixels of the pictures that networks are tried on, and of all passes over one picture together.
_MAX_PIXELS, _MAX_PASSES = {"localize": 1 << 22, "plate": 1 << 20}, 1 << 27


@dataclass(frozen=True)
class BundleCard:
    """How to read with a bundle's networks, and where they come from.

    plate_format, alphabet: what they were trained to read. countries: those that the reader tells apart by what it
    sees, by their codes in ISO 3166-1, in the order of its answers. localizer, reader: names of the networks.
    localizer_decoding, localizer_settings, reader_decoding: how their raw output is decoded
    (plates.py and texts.py of src/inference/decoding). refined: has the localizer a refiner? Sizes are in pixels:
    of the pictures the localizer was trained on, and of a rectified plate. min_score, min_confidence, long_sides: as in
    EvaluateStackParams. parameters: of both networks. weights: SHA-256 of the weights that the ONNX files were made of,
    by network. metrics: of the stage evaluate_stack, nested names joined by dots ("val_acc", "no_plate.with_reading");
    empty where these networks have not been evaluated. versions: of the packages that made and checked the files.
    revision: git's, ending in "-dirty" where files differed from it, or "unknown". created: ISO date, UTC.
    data: DVC's hashes of what the networks learned from, by path; empty where nobody knows. ancestry: `version` of
    the models that they were trained on from, the nearest first. run: what the job that trained them was, by name
    (job, tag, nodes, …); empty where it was no job (src/jobs).
    version: the first 12 hexadecimal digits of the SHA-256 of SHA256SUMS; not in the file itself.
    """

    plate_format: str
    alphabet: str
    localizer: str
    localizer_decoding: str
    localizer_settings: Values
    refined: bool
    reader: str
    reader_decoding: str
    localize_height: int
    localize_width: int
    plate_height: int
    plate_width: int
    min_score: float
    min_confidence: float
    long_sides: tuple[int, ...]
    parameters: int
    weights: Mapping[str, str]
    metrics: Mapping[str, float]
    versions: Mapping[str, str]
    revision: str
    created: str
    data: Mapping[str, str] = field(default_factory=dict)
    ancestry: tuple[str, ...] = ()
    run: Mapping[str, str] = field(default_factory=dict)
    countries: tuple[str, ...] = ()
    layout: int = LAYOUT
    version: str = ""

    @property
    def reader_options(self) -> ReaderOptions:
        """How a reader is made of the networks."""
        return ReaderOptions(
            height=self.plate_height,
            width=self.plate_width,
            min_score=self.min_score,
            min_confidence=self.min_confidence,
            long_sides=list(self.long_sides),
        )

    @property
    def measured(self) -> str:
        """How good it is, and of how many plates that is where the metrics say so; "" where it was never evaluated."""
        accuracy, plates = self.metrics.get("val_acc"), self.metrics.get("plates")
        if accuracy is None:
            return ""
        of = "" if plates is None else f" of {plates:,.0f} plates"
        return f"{accuracy:.1%}{of} exact on test scenes"

    def content(self) -> dict[str, Any]:
        """Return what stands in the file."""
        return {name: value for name, value in asdict(self).items() if name != "version"}


def parse_card(text: str, version: str) -> BundleCard:
    """Return the card of a file's text; raises ValueError, which names the field, for anything that is no card."""
    content = parse_json(text)
    if not isinstance(content, dict):
        raise ValueError("it is no table of fields")
    if content.get("layout") == FIRST_LAYOUT:
        content = _with_decodings(content)
    if content.get("layout") == SECOND_LAYOUT:
        content = {**content, "layout": THIRD_LAYOUT, "data": {}, "ancestry": [], "run": {}}
    if content.get("layout") == THIRD_LAYOUT:
        if "countries" in content:
            raise ValueError("fields missing or unknown: countries")
        content = {**content, "layout": LAYOUT, "countries": []}
    if content.get("layout") != LAYOUT:
        raise ValueError(
            f"its layout is {str(content.get('layout'))[:20]} and this program knows {LAYOUT}"
        )
    names = {field.name for field in fields(BundleCard)} - {"version"}
    if content.keys() != names:
        wrong = ", ".join(sorted(str(name)[:40] for name in content.keys() ^ names))
        raise ValueError(f"fields missing or unknown: {wrong}")
    for name, holds in _CHECKS.items():
        if not holds(content[name]):
            raise ValueError(f"{name} is {json.dumps(content[name])[:60]}")
    for part, most in _MAX_PIXELS.items():
        height, width = content[f"{part}_height"], content[f"{part}_width"]
        if height * width > most:
            raise ValueError(f"{part}_height and {part}_width are {height}×{width}, above {most:,}")
    if sum(side * side for side in content["long_sides"]) > _MAX_PASSES:
        raise ValueError(
            f"long_sides is {content['long_sides']}, with squares above {_MAX_PASSES:,}"
        )
    for name in ("long_sides", "ancestry", "countries"):
        content[name] = tuple(content[name])
    return BundleCard(**content, version=version)


def _with_decodings(content: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a card of the first layout as the second had them."""
    for network in ("localizer", "reader"):
        if str(content.get(network)) not in FIRST_NETWORKS:
            raise ValueError(f"{network} is {json.dumps(content.get(network))[:60]}")
    found_by, refined, _ = FIRST_NETWORKS[content["localizer"]]
    read_by, _, _ = FIRST_NETWORKS[content["reader"]]
    return {
        **content,
        "layout": SECOND_LAYOUT,
        "localizer_decoding": found_by,
        "localizer_settings": {},
        "refined": refined,
        "reader_decoding": read_by,
    }


def _text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_TEXT


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 40


def _side(value: Any) -> bool:
    return _whole(value) and 0 < value <= 1 << 13


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _share(value: Any) -> bool:
    return _number(value) and 0 <= value <= 1


def _sides(value: Any) -> bool:
    return isinstance(value, list) and 0 < len(value) <= 16 and all(_side(side) for side in value)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MAX_ENTRIES and all(map(_text, value))


def _table(holds: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, dict)
        and len(value) <= MAX_ENTRIES
        and all(_text(key) and holds(entry) for key, entry in value.items())
    )


_CHECKS: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("plate_format", "alphabet", "localizer", "reader"), _text),
    **dict.fromkeys(("localizer_decoding", "reader_decoding"), _text),
    "localizer_settings": _table(is_setting),
    "refined": lambda value: isinstance(value, bool),
    **dict.fromkeys(("localize_height", "localize_width", "plate_height", "plate_width"), _side),
    **dict.fromkeys(("min_score", "min_confidence"), _share),
    "long_sides": _sides,
    "parameters": _whole,
    **dict.fromkeys(("weights", "versions", "data", "run"), _table(_text)),
    "ancestry": _texts,
    "countries": lambda value: isinstance(value, list) and are_country_codes(value),
    "metrics": _table(_number),
    **dict.fromkeys(("revision", "created"), _text),
}
