"""Better, worse, the same, or not to be said: by the exact match of both models together."""

from dataclasses import dataclass
from enum import Enum

from ..metrics.proportion import wilson_interval
from .interval import Difference, paired, unpaired
from .mistakes import Changes, compare_mistakes
from .revision import STACK, Revision, flatten

SCENES = "data/prepared/stack"
# They measure one model by itself: what they last did says nothing about both together.
_BESIDE = ("evaluate_localize", "evaluate_ocr")


class Kind(Enum):
    """What can be said of the head."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    FIRST = "first run"
    UNKNOWN = "cannot compare"


@dataclass(frozen=True)
class Score:
    """Plates of the test scenes, and how many of them were read exactly."""

    correct: int
    plates: int

    @property
    def share(self) -> float:
        """Exact match in [0, 1]."""
        return self.correct / self.plates

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95% Wilson interval."""
        return wilson_interval(self.correct, self.plates)


@dataclass(frozen=True)
class Verdict:
    """What can be said, and why.

    Attributes:
        kind: the short of it.
        reason: why nothing can be said; empty otherwise.
        base: its score, where it has one.
        head: its score, where it has one.
        difference: head less base, where they can be compared.
        same_scenes: whether both were measured on the same pictures; None where that is not recorded.
        changes: which plates were gained and lost, where both keep a list of their mistakes.
    """

    kind: Kind
    reason: str = ""
    base: Score | None = None
    head: Score | None = None
    difference: Difference | None = None
    same_scenes: bool | None = None
    changes: Changes | None = None


def judge(base: Revision | None, head: Revision) -> Verdict:
    """Compare two revisions; without a base, say how good the head is."""
    before, after = _score(base) if base else None, _score(head)
    for revision, score in ((head, after), (base, before)):
        if revision is None:
            continue
        reason = _stale(revision) or ("" if score else _unmeasured(revision))
        if reason:
            return Verdict(Kind.UNKNOWN, reason, before, after)
    if base is None or before is None or after is None:
        return Verdict(Kind.FIRST, head=after)
    same = _same_scenes(base, head)
    reason = "" if same else _other_test(base, head, same)
    if reason:
        return Verdict(Kind.UNKNOWN, reason, before, after, same_scenes=same)
    changes = _changes(base, head, before, after) if same else None
    difference = _difference(before, after, changes)
    kind = Kind.SAME
    if difference.low > 0 or difference.high < 0:
        kind = Kind.BETTER if difference.value > 0 else Kind.WORSE
    return Verdict(kind, "", before, after, difference, same, changes)


def _score(revision: Revision) -> Score | None:
    share, plates = revision.metric(STACK, "val_acc"), revision.metric(STACK, "plates")
    numbers = all(isinstance(n, (int, float)) and not isinstance(n, bool) for n in (share, plates))
    if not numbers or not 0 <= share <= 1 or not 1 <= plates <= 1e9:
        return None
    return Score(round(share * plates), int(plates))


def _unmeasured(revision: Revision) -> str:
    return f"{revision.label} has no exact match of evaluate_stack (val_acc and plates in {STACK})"


def _stale(revision: Revision) -> str:
    """Say why the metrics of a revision are not those of its parameters; empty when they are."""
    reasons = []
    for name, stage in revision.stages.items():
        data = [path for path in stage.changed_inputs if path in revision.artifacts]
        changed = ", ".join((*stage.changed_params, *data))
        if name in _BESIDE:
            continue
        if not stage.has_run:
            reasons.append(f"{name} has not been run")
        elif changed:
            reasons.append(f"{name} has not been run since {changed} changed")
    return f"of {revision.label}, {'; '.join(reasons)}" if reasons else ""


def _same_scenes(base: Revision, head: Revision) -> bool | None:
    hashes = [r.artifacts[SCENES].md5 if SCENES in r.artifacts else None for r in (base, head)]
    return hashes[0] == hashes[1] if all(hashes) else None


def _other_test(base: Revision, head: Revision, same: bool | None) -> str:
    """Say in what the test sets differ; empty when nothing speaks for that."""
    before, after = _test_params(base), _test_params(head)
    changed = [
        f"{name} {before.get(name)} → {after.get(name)}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]
    if changed:
        return f"the test scenes were drawn with other parameters: {'; '.join(changed)}"
    if same is False:
        paths = sorted(base.test_inputs.keys() | head.test_inputs.keys())
        drawn = [p for p in paths if base.test_inputs.get(p) != head.test_inputs.get(p)]
        return f"the test scenes are others, with the same parameters; what draws them has changed: {', '.join(drawn)}"
    return ""


def _test_params(revision: Revision) -> dict[str, object]:
    named: dict[str, object] = {}
    for entry in revision.test_params:
        file, _, name = entry.partition(":")
        value = revision.params.get(file, {}).get(name)
        named |= {".".join(path): leaf for path, leaf in flatten({name: value}).items()}
    return named


def _changes(base: Revision, head: Revision, before: Score, after: Score) -> Changes | None:
    """Return gained and lost plates if both lists are there and are those of the metrics."""
    for revision, score in ((base, before), (head, after)):
        if revision.mistakes is None:
            return None
        if len(revision.mistakes) != score.plates - score.correct or score.plates != before.plates:
            return None
    return compare_mistakes(base.mistakes or (), head.mistakes or ())


def _difference(before: Score, after: Score, changes: Changes | None) -> Difference:
    if changes is None:
        return unpaired(before.correct, before.plates, after.correct, after.plates)
    lost, gained = len(changes.new), len(changes.mended)
    return paired(before.correct - lost, gained, lost, changes.kept)
