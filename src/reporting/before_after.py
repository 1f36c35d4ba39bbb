"""Before and after: two models on the same photographs, by set."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from .interval import Difference, paired

_ALL = "all sets"


class Plates(NamedTuple):
    """Which plates of a set each model reads exactly; the plates are the same, in the same order."""

    before: Sequence[bool]
    after: Sequence[bool]

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """How many plates both models read exactly, the second alone (gained), the first alone (lost), and neither."""
        both = sum(b and a for b, a in zip(self.before, self.after, strict=True))
        lost, gained = sum(self.before) - both, sum(self.after) - both
        return both, gained, lost, len(self.before) - both - lost - gained

    @property
    def difference(self) -> Difference:
        """The share that the second model reads exactly less that of the first, and its 95% interval (paired)."""
        return paired(*self.counts)


def before_after(sets: Mapping[str, Plates]) -> list[str]:
    """Return the lines of a table by set, and of all sets where there are several; sets without a plate are left out.

    Empty where no set has a plate.
    """
    rows = {name: plates for name, plates in sets.items() if plates.before}
    if len(rows) > 1:
        rows[_ALL] = joined(rows.values())
    if not rows:
        return []
    width = max(len("set"), *map(len, rows)) + 2
    header = f"{'set':<{width}}{'plates':>8}{'before':>9}{'after':>9}{'change':>9}  95% interval"
    return [header, *(_line(name, plates, width) for name, plates in rows.items())]


def joined(sets: Iterable[Plates]) -> Plates:
    """Return the plates of several sets as those of one."""
    parts = list(sets)
    return Plates(
        [read for part in parts for read in part.before],
        [read for part in parts for read in part.after],
    )


def verdict(plates: Plates) -> str:
    """Return one sentence on whether the second model reads better; plates: at least one."""
    found = plates.difference
    wrong = [len(read) - sum(read) for read in plates]
    errors = f"plates read wrongly: {wrong[0]} before, {wrong[1]} after"
    if found.low > 0:
        return f"It reads your photographs better; {errors}."
    if found.high < 0:
        return f"It reads your photographs worse; {errors}."
    return f"Whether it reads your photographs better is open: the interval holds 0; {errors}."


def _line(name: str, plates: Plates, width: int) -> str:
    found, count = plates.difference, len(plates.before)
    before, after = (sum(read) / count for read in plates)
    change = f"{100 * found.value:+.1f}"
    interval = f"{100 * found.low:+.1f} to {100 * found.high:+.1f} points"
    return f"{name:<{width}}{count:>8}{before:>9.1%}{after:>9.1%}{change:>9}  {interval}"
