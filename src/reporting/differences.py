"""Values of two revisions side by side, and which way is better."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .revision import Tree, flatten

# Words in a metric's name, without train_ or val_, that mean "higher is better" …
_MORE = re.compile(
    r"acc|accuracy.*|exact(_.*)?|product_of_stages|found|ap\d+|recall|precision|mean_iou|right|images_per_second"
    r"|told_partial"
)
# … and those that mean "lower is better".
_LESS = re.compile(
    r"(.*_)?loss|cer|ece|corner_error_px_.*|extra_per_picture|false_per_empty_picture|with_reading|ms_per_picture"
    r"|sure_and_wrong"
)
_SHARE = re.compile(
    r"acc|accuracy.*|exact(_.*)?|product_of_stages|found|ap\d+|recall|precision|mean_iou|right|cer|ece|with_reading"
    r"|sure_and_wrong|told_partial"
)
_GROUP, _BY_KIND = "by_", "_by_kind"
ABSENT = "(absent)"
"""Stands for a parameter that a revision does not have."""


@dataclass(frozen=True)
class Change:
    """A value before and after; None where a revision has none.

    name: the way to it in its file.
    base: the value before.
    head: the value after.
    better: whether the change is for the better; None where nothing changed, or nobody can tell.
    share: whether the value is a part of a whole, in [0, 1].
    """

    name: tuple[str, ...]
    base: Any
    head: Any
    better: bool | None = None
    share: bool = False

    @property
    def delta(self) -> float | None:
        """Head less base; None where one of them is no finite number."""
        return self.head - self.base if is_number(self.base) and is_number(self.head) else None


def metric_changes(base: Tree, head: Tree) -> list[Change]:
    """Return every metric of one file, in the order of their names, numbers by size."""
    before, after = flatten(base), flatten(head)
    names = sorted(before.keys() | after.keys(), key=lambda name: [natural(part) for part in name])
    return [_judged(Change(name, before.get(name), after.get(name))) for name in names]


def param_changes(base: Tree, head: Tree) -> list[Change]:
    """Return the parameters that differ as text, by file and name; 1 and 1.0 and True are three things."""
    before, after = (
        {name: str(value) for name, value in flatten(tree).items()} for tree in (base, head)
    )
    return [
        Change(name, before.get(name, ABSENT), after.get(name, ABSENT))
        for name in dict.fromkeys((*after, *before))
        if before.get(name) != after.get(name)
    ]


def param_name(name: tuple[str, ...]) -> str:
    """Return a parameter's name as ``-S`` takes it: FILE:GROUP.NAME."""
    return f"{name[0]}:{'.'.join(name[1:])}"


def is_number(value: object) -> bool:
    """Return whether a value is a finite number; True and False are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _judged(change: Change) -> Change:
    own = re.sub(r"^(train|val)_", "", change.name[-1])
    if any(part.startswith(_GROUP) for part in change.name[:-1]):
        own = "accuracy"
    if len(change.name) > 1 and change.name[-2].endswith(_BY_KIND):
        own = change.name[-2].removesuffix(_BY_KIND)
    share = bool(_SHARE.fullmatch(own))
    better, delta = None, change.delta
    if delta and _MORE.fullmatch(own):
        better = delta > 0
    elif delta and _LESS.fullmatch(own):
        better = delta < 0
    return Change(change.name, change.base, change.head, better, share)


def natural(text: str) -> tuple[bool, float, str]:
    """Return a key that sorts "under 10" before "10-14", "2" before "10", "over 64" and words last."""
    number = re.match(r"(under |over )?(\d{1,9})", text)
    if number is None:
        return (True, 0.0, text)
    nudge = {"under ": -0.5, "over ": 0.5}.get(number[1] or "", 0.0)
    return (False, int(number[2]) + nudge, text)


def group_names(tree: Mapping[str, Any]) -> list[str]:
    """Return the names of the slices (``by_…``) of a metrics file."""
    return sorted(n for n, v in tree.items() if n.startswith(_GROUP) and isinstance(v, Mapping))
