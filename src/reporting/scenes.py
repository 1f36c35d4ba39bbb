"""Which test scenes two revisions were both measured on.

prepare_stack draws scene ``index`` from the seed, the split and the index alone, so a larger test set begins with the
scenes of a smaller one that was drawn by the same source with the same parameters otherwise.
"""

from dataclasses import dataclass

from .exact_match import ExactMatch, has_its_mistakes
from .mistakes import Changes, compare_mistakes
from .revision import STACK, Mistake, Revision, flatten

SCENES = "data/prepared/stack"
_SIZE = "PrepareStackParams.MAX_IMAGES"
# They say how many scenes there are, of which kind, and not what any of them shows.
_SIZES = {_SIZE, "PrepareStackParams.HARD_IMAGES"}


@dataclass(frozen=True)
class Shared:
    """The scores of two revisions on the scenes that both have.

    scenes: how many these are; the first ones of both.
    base: score on them.
    head: score on them.
    changes: which of their plates were gained and lost, where both keep a list of their mistakes.
    """

    scenes: int
    base: ExactMatch
    head: ExactMatch
    changes: Changes | None


def same_scenes(base: Revision, head: Revision) -> bool | None:
    """Tell whether both were measured on the same test scenes; None where that is not recorded."""
    hashes = [r.artifacts[SCENES].md5 if SCENES in r.artifacts else None for r in (base, head)]
    if not all(hashes):
        return None
    changed = _changed_params(base, head)
    only_hard = bool(changed) and changed.keys() <= _SIZES - {_SIZE}
    return hashes[0] == hashes[1] or (only_hard and _same_source(base, head))


def differ_in_size(base: Revision, head: Revision) -> bool:
    """Return whether two test sets differ only in how many scenes they have."""
    changed = _changed_params(base, head).keys()
    return _SIZE in changed and changed <= _SIZES and _same_source(base, head)


def other_test(base: Revision, head: Revision, same: bool | None) -> str:
    """Say in what the test sets differ; empty when nothing speaks for that."""
    changed = [
        f"{name} {before} → {after}"
        for name, (before, after) in _changed_params(base, head).items()
    ]
    paths = ", ".join(_changed_source(base, head))
    if changed:
        also = f", and what draws them has changed: {paths}" if paths else ""
        return f"the test scenes were drawn with other parameters: {'; '.join(changed)}{also}"
    if same is False:
        return f"the test scenes are others, with the same parameters; what draws them has changed: {paths}"
    return ""


def shared_scenes(
    base: Revision, head: Revision, before: ExactMatch, after: ExactMatch
) -> Shared | str:
    """Score two revisions whose test sets differ in size on the smaller set; or say why that cannot be done.

    The metrics of the smaller set are those of its own run; what the other run read of these scenes follows from the
    list of its mistakes.
    """
    sizes = [r.metric(STACK, "pictures") for r in (base, head)]
    if not all(type(size) is int and size > 0 for size in sizes):
        return f"{STACK} does not say of how many test scenes it is"
    scenes = min(sizes)
    scores = [before, after]
    larger = sizes.index(max(sizes))
    whole = scores[1 - larger]
    revision = (base, head)[larger]
    if not has_its_mistakes(revision, scores[larger]):
        return (
            f"the test sets have {sizes[0]} and {sizes[1]} scenes, and {revision.label} keeps no list of its mistakes "
            "that fits its metrics, so its score on the scenes of both is not known"
        )
    missed = _first(revision.mistakes or (), scenes)
    if len(missed) > whole.plates:
        return f"{revision.label} misses more plates in the first {scenes} scenes than there are"
    scores[larger] = ExactMatch(whole.plates - len(missed), whole.plates)
    changes = None
    if all(has_its_mistakes(*pair) for pair in ((base, before), (head, after))):
        lists = [_first(r.mistakes or (), scenes) for r in (base, head)]
        texts = [{(m.image, m.plate): m.text for m in mistakes} for mistakes in lists]
        if any(texts[0][place] != texts[1][place] for place in texts[0].keys() & texts[1].keys()):
            return "the lists of mistakes have different texts for the same plate of the same scene"
        changes = compare_mistakes(*lists)
    return Shared(scenes, scores[0], scores[1], changes)


def _first(mistakes: tuple[Mistake, ...], scenes: int) -> tuple[Mistake, ...]:
    return tuple(m for m in mistakes if m.image < scenes)


def _changed_params(base: Revision, head: Revision) -> dict[str, tuple[object, object]]:
    """Return the parameters that prepare_stack reads and that differ, with both values, by name."""
    before, after = _test_params(base), _test_params(head)
    return {
        name: (before.get(name), after.get(name))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    }


def _test_params(revision: Revision) -> dict[str, object]:
    named: dict[str, object] = {}
    for entry in revision.test_params:
        file, _, name = entry.partition(":")
        value = revision.params.get(file, {}).get(name)
        named |= {".".join(path): leaf for path, leaf in flatten({name: value}).items()}
    return named


def _same_source(base: Revision, head: Revision) -> bool:
    return bool(base.test_inputs) and not _changed_source(base, head)


def _changed_source(base: Revision, head: Revision) -> list[str]:
    paths = sorted(base.test_inputs.keys() | head.test_inputs.keys())
    return [p for p in paths if base.test_inputs.get(p) != head.test_inputs.get(p)]
