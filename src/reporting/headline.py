"""The top of a report: the verdict, and what it rests on."""

from .exact_match import ExactMatch
from .markdown import code, plain
from .page import Section
from .revision import Revision
from .verdict import Kind, Verdict

_SIGNS = {
    Kind.BETTER: "✓ Better",
    Kind.WORSE: "✗ Worse",
    Kind.SAME: "= Same",
    Kind.FIRST: "First run",
    Kind.UNKNOWN: "? Cannot compare",
}


def headline(verdict: Verdict, base: Revision | None, head: Revision) -> Section:
    """Return the verdict, and what it rests on."""
    compared = f"{code(head.label)} against {code(base.label)}" if base else code(head.label)
    lines = [f"## {_SIGNS[verdict.kind]}{_short(verdict)}", compared + "." + _long(verdict)]
    for revision in (base, head):
        changed = _changed_source(revision)
        if revision and changed:
            lines.append(
                f"> Source has changed since {code(revision.label)} was run, and its numbers may be older than it: "
                f"{', '.join(map(code, changed[:8]))}{' …' if len(changed) > 8 else ''}."
            )
    problems = [problem for r in (base, head) if r for problem in r.problems]
    lines += [f"> {plain(problem, 300)}" for problem in problems[:8]]
    return Section("", 100, ("\n\n".join(lines),))


def _short(verdict: Verdict) -> str:
    if verdict.kind is Kind.UNKNOWN or verdict.head is None:
        return ""
    if verdict.base is None or verdict.difference is None:
        return f": {verdict.head.share:.1%} read exactly"
    d = verdict.difference
    return (
        f": {verdict.base.share:.1%} → {verdict.head.share:.1%} read exactly, {100 * d.value:+.1f} points "
        f"(95% interval {100 * d.low:+.1f} to {100 * d.high:+.1f})"
    )


def _long(verdict: Verdict) -> str:
    if verdict.reason:
        scores = [
            f"{side} {_scored(score)}"
            for side, score in (("base", verdict.base), ("head", verdict.head))
            if score
        ]
        found = f" What is recorded: {'; '.join(scores)}." if scores else ""
        return f" Not to be compared: {plain(verdict.reason, 600)}.{found}"
    if verdict.difference is None or verdict.base is None or verdict.head is None:
        return f" Nothing to compare with; {_scored(verdict.head)}." if verdict.head else ""
    means = " The interval holds 0: chance alone may do this." if verdict.kind is Kind.SAME else ""
    return f" Exact match of both models together on {_measured(verdict, verdict.base, verdict.head)}.{means}"


def _measured(verdict: Verdict, base: ExactMatch, head: ExactMatch) -> str:
    """Say which plates two scores are of, and what the interval rests on."""
    scenes = "the same test scenes"
    if verdict.shared is not None:
        scenes = f"the first {verdict.shared:,} test scenes, which are all that both test sets have"
    if verdict.changes is not None:
        return (
            f"{head.plates:,} plates of {scenes}, each read by both: "
            f"{len(verdict.changes.mended):,} gained, {len(verdict.changes.new):,} lost (paired interval)"
        )
    if verdict.same_scenes or verdict.shared is not None:
        return (
            f"{head.plates:,} plates of {scenes}; which of them each one read is not recorded, "
            "so the interval is that of separate sets and wider than need be"
        )
    return (
        f"{base.plates:,} and {head.plates:,} plates of test scenes with equal parameters; whether "
        "they are the same pictures is not recorded"
    )


def _scored(score: ExactMatch) -> str:
    low, high = score.interval
    return (
        f"{score.share:.1%} (95% interval {low:.1%} to {high:.1%}) of {score.plates:,} test plates"
    )


def _changed_source(revision: Revision | None) -> list[str]:
    """Return the changed inputs of stages other than prepared sets and models, which the verdict covers."""
    if revision is None:
        return []
    paths = {path for stage in revision.stages.values() for path in stage.changed_inputs}
    return sorted(paths - revision.artifacts.keys())
