"""What a sweep tries: a YAML file with a range or choices for each value, and what is best."""

import math
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ..common.errors import UserError
from ..common.untrusted import check_file, one_line
from ..jobs.hyperparameters import nearest
from ..jobs.overrides import PARAMS_PY, PARAMS_YAML, known_values, override

_MAX_BYTES = 100_000
_KEYS = ("metric", "direction", "space", "set", "stages")
DIRECTIONS = ("maximize", "minimize")
METRIC = "out/evaluations/stack/metrics.json:val_acc"
"""What is best unless something else is said: a file of metrics, and the name of a number in it."""
_METRIC = re.compile(r"(out/[\w./-]+\.json):([\w.]+)")
_DIGITS = 4

Value = int | float | str | bool
"""What is tried."""


@dataclass(frozen=True)
class Range:
    """Numbers from low to high, both included. whole: whole numbers alone. log: spread evenly over the logarithm."""

    low: float
    high: float
    whole: bool
    log: bool = False

    def holds(self, value: Any) -> bool:
        """Say whether a value could be tried."""
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and self.low <= value <= self.high


@dataclass(frozen=True)
class Choices:
    """Some values."""

    values: tuple[Value, ...]

    def holds(self, value: Any) -> bool:
        """Say whether a value could be tried."""
        return value in self.values


@dataclass(frozen=True)
class Space:
    """What is swept. dimensions: by the name after -S. metric: file and number. fixed: as after -S, for every trial.

    stages: of dvc.yaml that are run, with what they need; none for all. now: the values that stand in params.py and
    params.yaml, if all of them could be tried.
    """

    dimensions: Mapping[str, Range | Choices]
    metric: str = METRIC
    maximize: bool = True
    fixed: Sequence[str] = ()
    stages: Sequence[str] = ()
    now: Mapping[str, Value] | None = None

    @property
    def source(self) -> tuple[str, str]:
        """The file of metrics, and the name in it."""
        found = _METRIC.fullmatch(self.metric)
        assert found is not None
        return found[1], found[2]


def read_space(path: Path, root: Path, metric: str | None = None) -> Space:
    """Return what a file says. root: the project's. metric: counts more than the file's.

    Raises UserError for what is not known, with the nearest name, and for a value that -S would not take.
    """
    content = _read(path)
    for key in content:
        if key not in _KEYS:
            raise UserError(f"{path} has {str(key)[:80]!r}: there are {', '.join(_KEYS)}")
    wanted = metric or content.get("metric", METRIC)
    if not isinstance(wanted, str) or not _METRIC.fullmatch(wanted):
        raise UserError(f"metric is {wanted!r:.80}: write FILE:NAME, as {METRIC}")
    direction = content.get("direction", DIRECTIONS[0])
    if direction not in DIRECTIONS:
        raise UserError(f"direction is {direction!r:.80}: write {' or '.join(DIRECTIONS)}")
    listed = content.get("space")
    if not isinstance(listed, dict) or not listed:
        raise UserError(
            f"{path} has no space: write NAME: {{low: …, high: …}} or NAME: [a, b], a line each"
        )
    known = known_values(root)
    dimensions = {}
    for name, said in listed.items():
        place = _place(str(name), known)
        dimensions[place] = _dimension(str(name), said, known[place])
    fixed = _words("set", content)
    _try_out(dimensions, fixed, root)
    now = {name: known[name] for name in dimensions}
    could = all(dimensions[name].holds(value) for name, value in now.items())
    return Space(
        dimensions,
        wanted,
        direction == DIRECTIONS[0],
        fixed,
        _words("stages", content),
        now if could else None,
    )


def as_overrides(values: Mapping[str, Value]) -> list[str]:
    """Return values as -S takes them."""
    return [
        f"{name}={value!r}" if isinstance(value, float) else f"{name}={value}"
        for name, value in values.items()
    ]


def short(value: float) -> float:
    """Return a number with as many digits as say something."""
    return float(f"{value:.{_DIGITS}g}")


def _read(path: Path) -> dict[str, Any]:
    try:
        check_file(path, _MAX_BYTES)
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise UserError(
            f"{path} cannot be read ({one_line(error)}): name a sweep's space"
        ) from error
    if not isinstance(content, dict):
        raise UserError(f"{path} is no table: write metric and space, as docs/sweeps.md does")
    return content


def _place(name: str, known: Mapping[str, Any]) -> str:
    for place in (name, f"{PARAMS_PY}:{name}"):
        if place in known:
            return place
    raise UserError(f"no value is called {name[:80]!r}: {nearest(name, known)}")


def _dimension(name: str, said: Any, value: Any) -> Range | Choices:
    """Return what is tried of a value. value: what stands there."""
    if isinstance(said, list):
        wrong = [
            one for one in said if type(one) is not type(value) and not _both_numbers(one, value)
        ]
        if len(said) < 2 or wrong or isinstance(value, list):
            raise UserError(f"{name} is {said!r:.80}: write at least two values such as {value!r}")
        return Choices(tuple(said))
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not isinstance(said, dict) or not number or said.keys() - {"low", "high", "log"}:
        range_ = ", or {low: …, high: …, log: true}" if number else ""
        raise UserError(f"{name} is {said!r:.80}: write a list of values{range_}")
    low, high, log = said.get("low"), said.get("high"), said.get("log", False)
    whole = isinstance(value, int)
    if _is_end(low, whole) and _is_end(high, whole) and isinstance(log, bool):
        found = Range(float(low or 0), float(high or 0), whole, log)
        if found.low < found.high and (found.low > 0 or not log):
            return found
    kind = "whole numbers" if whole else "numbers"
    raise UserError(f"{name} is {said!r:.80}: write {kind}, low below high, and above 0 with log")


def _is_end(value: Any, whole: bool) -> bool:
    kinds = int if whole else (int, float)
    return isinstance(value, kinds) and not isinstance(value, bool) and math.isfinite(value)


def _both_numbers(one: Any, other: Any) -> bool:
    return isinstance(one, int) and isinstance(other, float) and not isinstance(one, bool)


def _words(key: str, content: Mapping[str, Any]) -> tuple[str, ...]:
    value = content.get(key) or []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise UserError(f"{key} is {value!r:.80}: write a list")
    return tuple(value)


def _try_out(dimensions: Mapping[str, Range | Choices], fixed: Sequence[str], root: Path) -> None:
    """Raise UserError for a value that could not be, before any trial: both ends of ranges, and every choice."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in (PARAMS_PY, PARAMS_YAML):
            shutil.copy(root / file, folder)
        override(folder, fixed)
        for place, dimension in dimensions.items():
            tried: Sequence[Value] = (
                dimension.values
                if isinstance(dimension, Choices)
                else [int(e) if dimension.whole else e for e in (dimension.low, dimension.high)]
            )
            for value in tried:
                override(folder, as_overrides({place: value}))
