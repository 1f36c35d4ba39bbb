"""Allowed values of params.py by name: a name means the same in every class."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any

from ..common.errors import UserError


@dataclass(frozen=True)
class Limit:
    """The numbers that a value may be. above: more than ``least``. below: less than ``most``."""

    least: float = 0
    most: float = inf
    whole: bool = False
    above: bool = False
    below: bool = False

    def holds(self, value: Any) -> bool:
        """Return whether a value is allowed; a bool is no number, nor is infinity, which Python makes of 1e400."""
        kinds = int if self.whole else (int, float)
        if not isinstance(value, kinds) or isinstance(value, bool) or value == inf:
            return False
        enough = value > self.least if self.above else value >= self.least
        return enough and (value < self.most if self.below else value <= self.most)

    def __str__(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        low = f"above {self.least:g}" if self.above else f"of at least {self.least:g}"
        if self.most == inf:
            return f"{kind} {low}"
        return f"{kind} {low} and {'below' if self.below else 'at most'} {self.most:g}"


# The largest size and the most channels that a model's card may have (src/inference/card.py).
_MOST = 8192
_SOME = Limit(1, whole=True)
_ANY = Limit(0, whole=True)
_SIZE = Limit(1, _MOST, whole=True)
_SHARE = Limit(0, 1)
_WIDTH = Limit(0, 1, above=True)
_POSITIVE = Limit(0, above=True)
# Weights of what happens to photographs, named by their codes.
TRANSFORMS = ("MOT", "ROT", "R3D", "BLR", "SHD", "NOI", "CUT", "PAD", "TBC", "BRG", "RSZ")

LIMITS = {
    **dict.fromkeys(("BATCH_SIZE", "MAX_IMAGES", "HARD_IMAGES", "MAX_PICTURES"), _SOME),
    **dict.fromkeys(("MAX_PHOTOS", "STACKED_COEFF"), _SOME),
    **dict.fromkeys(("EPOCHS", "PATIENCE", "PLATEAU_PATIENCE", "DEVICES", "NUM_NODES"), _SOME),
    **dict.fromkeys(("SEED", "MAX_PLATES", "KEPT_PLATES", "START_FROZEN_EPOCHS"), _ANY),
    "PRETRAIN_EPOCHS": _ANY,
    **dict.fromkeys(("IMG_HEIGHT", "IMG_WIDTH", "MIN_PLATE_WIDTH", "MAX_PLATE_WIDTH"), _SIZE),
    **dict.fromkeys(("HIDDEN", "REFINER_HIDDEN"), _SIZE),
    **dict.fromkeys(("EMPTY_SHARE", "OCCLUDED_SHARE", "FOREIGN_SHARE", "WARMUP"), _SHARE),
    "PHOTO_SHARE": _SHARE,
    **dict.fromkeys(("MIN_SCORE", "MIN_CONFIDENCE", "CORNER_ERROR"), _SHARE),
    **dict.fromkeys(("MIN_PLATE", "MAX_PLATE"), _WIDTH),
    **dict.fromkeys(("LR", "GRAD_CLIP", "START_LR_FACTOR", "BACKBONE_LR_FACTOR"), _POSITIVE),
    **dict.fromkeys(("TEACHER_WEIGHT", "TEACHER_TEMPERATURE"), _POSITIVE),
    **dict.fromkeys(("TRAIN_SPLIT", "PLATEAU_FACTOR"), Limit(0, 1, above=True, below=True)),
    **dict.fromkeys(("WEIGHT_DECAY", "TRANSFORMS", *TRANSFORMS), Limit(0)),
    **dict.fromkeys(("DROPOUT", "EMA_DECAY"), Limit(0, 1, below=True)),
    "WIDTH": Limit(0, 4, above=True),
}
# The same for each number of a list, which is not empty.
LISTS = {
    **dict.fromkeys(("CHANNELS", "REFINER_CHANNELS", "LONG_SIDES"), _SIZE),
    "BLOCKS": Limit(0, _MOST, whole=True),
    "PRIOR_RATIOS": Limit(1, 16),
}
# How many numbers a list has. The default networks' own settings say it too, but only when their stage begins; a test
# holds both against each other.
LENGTHS = {"CHANNELS": 4, "BLOCKS": 3, "REFINER_CHANNELS": 3}
# Of what a network may be without, the list may be empty.
MAY_BE_EMPTY = ("REFINER_CHANNELS",)


def check_parameters(held: Mapping[str, Any]) -> None:
    """Raise UserError for the first value of params.py that cannot be, whichever stage would read it.

    held: the module's variables by name. So a value that would stop the last stage is named before the first one runs.
    """
    for name, value in held.items():
        if isinstance(value, type) and name.endswith("Params"):
            own = {key: each for key, each in vars(value).items() if key.isupper()}
            _check(f"{name}.", own)
    _check("", {name: value for name, value in held.items() if name.isupper()})


def _check(prefix: str, values: Mapping[str, Any]) -> None:
    # Each value alone first: what is no number cannot be compared.
    for check in (_one, _pair):
        for name, value in values.items():
            for limit in check(name, values):
                raise UserError(f"{prefix}{name} is {value!r} in params.py: it must be {limit}")


def _one(name: str, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a single value must be, where it is not."""
    value = values[name]
    if name == "MULTIPROCESSING" and not isinstance(value, bool):
        yield "True or False"
    if name in LIMITS and not LIMITS[name].holds(value):
        yield f"{LIMITS[name]}"
    if name in LISTS and not _is_list(name, value):
        count = f" of {LENGTHS[name]} numbers" if name in LENGTHS else ""
        yield f"a list{count}, and each of it {LISTS[name]}"


def _is_list(name: str, value: Any) -> bool:
    if not isinstance(value, list):
        return False
    if not value:
        return name in MAY_BE_EMPTY
    if len(value) != LENGTHS.get(name, len(value)):
        return False
    return all(LISTS[name].holds(one) for one in value)


def _pair(name: str, values: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a MIN_ value must be, where it is above its MAX_ value."""
    upper = f"MAX_{name.removeprefix('MIN_')}"
    if name.startswith("MIN_") and upper in values and values[name] > values[upper]:
        yield f"at most {upper}, which is {values[upper]!r}"
