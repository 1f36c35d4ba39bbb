"""The verdict of a report: better, worse, same or unknown, by the exact match of both models together."""

from dataclasses import dataclass
from enum import Enum

from .exact_match import ExactMatch, exact_match_of, has_its_mistakes
from .interval import Difference, paired, unpaired
from .mistakes import Changes, compare_mistakes
from .revision import STACK, Revision
from .scenes import differ_in_size, other_test, same_scenes, shared_scenes

# They measure one model by itself: what they last did says nothing about both together.
_BESIDE = ("evaluate_localize", "evaluate_ocr")


class Kind(Enum):
    """The possible verdicts on the head."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    FIRST = "first run"
    UNKNOWN = "cannot compare"


@dataclass(frozen=True)
class Verdict:
    """A verdict, and why.

    kind: which of five verdicts it is.
    reason: why there is no comparison; empty otherwise.
    base: its score, where it has one; on the scenes of both, where ``shared`` says how many these are.
    head: the same.
    difference: head less base, where they can be compared.
    same_scenes: whether both were measured on the same pictures; None where that is not recorded.
    shared: how many scenes both have, where the test sets differ in size and the verdict is on these alone.
    changes: which plates were gained and lost, where both keep a list of their mistakes.
    """

    kind: Kind
    reason: str = ""
    base: ExactMatch | None = None
    head: ExactMatch | None = None
    difference: Difference | None = None
    same_scenes: bool | None = None
    shared: int | None = None
    changes: Changes | None = None


def judge(base: Revision | None, head: Revision) -> Verdict:
    """Compare two revisions; without a base, say how good the head is."""
    before, after = exact_match_of(base) if base else None, exact_match_of(head)
    for revision, score in ((head, after), (base, before)):
        if revision is None:
            continue
        reason = _stale(revision) or ("" if score else _unmeasured(revision))
        if reason:
            return Verdict(Kind.UNKNOWN, reason, before, after)
    if base is None or before is None or after is None:
        return Verdict(Kind.FIRST, head=after)
    same, scenes = same_scenes(base, head), None
    if not same and differ_in_size(base, head):
        part = shared_scenes(base, head, before, after)
        if isinstance(part, str):
            return Verdict(Kind.UNKNOWN, part, before, after, same_scenes=same)
        before, after, changes, scenes = part.base, part.head, part.changes, part.scenes
    elif reason := "" if same else other_test(base, head, same):
        return Verdict(Kind.UNKNOWN, reason, before, after, same_scenes=same)
    else:
        changes = _changes(base, head, before, after) if same else None
    difference = _difference(before, after, changes)
    kind = Kind.SAME
    if difference.low > 0 or difference.high < 0:
        kind = Kind.BETTER if difference.value > 0 else Kind.WORSE
    return Verdict(kind, "", before, after, difference, same, scenes, changes)


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


def _changes(
    base: Revision, head: Revision, before: ExactMatch, after: ExactMatch
) -> Changes | None:
    """Return gained and lost plates if both lists are there and are those of the metrics."""
    fit = all(has_its_mistakes(*pair) for pair in ((base, before), (head, after)))
    if not fit or after.plates != before.plates:
        return None
    return compare_mistakes(base.mistakes or (), head.mistakes or ())


def _difference(before: ExactMatch, after: ExactMatch, changes: Changes | None) -> Difference:
    if changes is None:
        return unpaired(before.correct, before.plates, after.correct, after.plates)
    lost, gained = len(changes.new), len(changes.mended)
    return paired(before.correct - lost, gained, lost, changes.kept)
