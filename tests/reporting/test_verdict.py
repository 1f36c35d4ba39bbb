"""What may be said of two revisions, and what may not."""

from dataclasses import replace
from typing import Any

import pytest

from src.reporting.revision import Artifact, Mistake, Revision, Stage
from src.reporting.verdict import Kind, judge
from tests.reporting.made_up import PARAMS, head, mistake, revision, sheet


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [(400, 600, Kind.BETTER), (600, 400, Kind.WORSE), (500, 510, Kind.SAME), (0, 0, Kind.SAME)],
)
def test_by_the_interval_of_the_difference(before: int, after: int, kind: Kind) -> None:
    verdict = judge(revision(before, 1000), head(after, 1000))
    assert verdict.kind is kind
    assert verdict.difference is not None
    assert (verdict.difference.low <= 0 <= verdict.difference.high) == (kind is Kind.SAME)
    assert verdict.same_scenes
    assert verdict.changes is None  # no lists, so the sets count as separate


def test_lists_of_mistakes_make_pairs() -> None:
    # 950 and 960 of 1,000: not to be told apart as separate sets, but 15 gained and 5 lost are.
    before = [mistake(i) for i in range(50)]
    after = [mistake(i) for i in (*range(15, 50), *range(900, 905))]
    separate = judge(revision(950, 1000), head(960, 1000))
    pairs = judge(
        revision(950, 1000, mistakes=tuple(before)), head(960, 1000, mistakes=tuple(after))
    )
    assert separate.kind is Kind.SAME
    assert pairs.kind is Kind.BETTER
    assert pairs.changes is not None
    assert (len(pairs.changes.new), len(pairs.changes.mended), pairs.changes.kept) == (5, 15, 35)


def test_lists_that_are_not_those_of_the_metrics_make_none() -> None:
    listed = tuple(mistake(i) for i in range(49))
    verdict = judge(revision(950, 1000, mistakes=listed), head(951, 1000, mistakes=listed))
    assert verdict.changes is None


def test_lists_of_other_scenes_make_none() -> None:
    other = {"data/prepared/stack": Artifact("prepare_stack", None, None)}
    listed = (mistake(1),)
    verdict = judge(revision(79, mistakes=listed), head(79, mistakes=listed, artifacts=other))
    assert verdict.kind is Kind.SAME
    assert verdict.same_scenes is None
    assert verdict.changes is None


def test_without_a_base() -> None:
    verdict = judge(None, head(40, 80))
    assert verdict.kind is Kind.FIRST
    assert verdict.head is not None
    assert verdict.head.share == 0.5
    assert verdict.head.interval == pytest.approx((0.393, 0.607), abs=5e-4)


@pytest.mark.parametrize("name", ["val_acc", "plates"])
@pytest.mark.parametrize("value", [None, "many", True, float("nan"), -1, 1e12])
def test_metrics_that_are_missing_or_nonsense(name: str, value: object) -> None:
    odd = {name: value}
    for verdict in (
        judge(sheet(revision(), **odd), head()),
        judge(revision(), sheet(head(), **odd)),
    ):
        assert verdict.kind is Kind.UNKNOWN
        assert "no exact match" in verdict.reason


def test_test_sets_with_other_parameters_are_not_compared() -> None:
    other = {**PARAMS, "params.py": {**PARAMS["params.py"], "PrepareStackParams": {"SEED": 4}}}
    moved = {"data/prepared/stack": Artifact("prepare_stack", "0ther.dir", 1)}
    verdict = judge(revision(), head(params=other, artifacts=moved))
    assert verdict.kind is Kind.UNKNOWN
    assert "PrepareStackParams.SEED 3 → 4" in verdict.reason
    assert "PrepareStackParams.MAX_IMAGES 90 → None" in verdict.reason
    assert "EPOCHS" not in verdict.reason


def test_test_sets_drawn_by_other_code_are_not_compared() -> None:
    moved = {"data/prepared/stack": Artifact("prepare_stack", "0ther.dir", 1)}
    verdict = judge(revision(), head(artifacts=moved, test_inputs={"src/generators": "bb"}))
    assert verdict.kind is Kind.UNKNOWN
    assert "src/generators" in verdict.reason


def test_equal_scenes_are_compared_whatever_the_parameters_say() -> None:
    other = {**PARAMS, "params.yaml": {"plate_format": "swiss"}, "params.py": {}}
    assert judge(revision(), head(params=other)).kind is not Kind.UNKNOWN


@pytest.mark.parametrize("stage", ["train_ocr", "evaluate_stack"])
@pytest.mark.parametrize(
    ("state", "said"),
    [
        (Stage(False), "has not been run"),
        (Stage(True, ("params.py:TrainOCRParams",)), "since params.py:TrainOCRParams changed"),
        (Stage(True, (), ("out/models/ocr",)), "since out/models/ocr changed"),
    ],
)
def test_numbers_of_an_earlier_run_are_not_compared(stage: str, state: Stage, said: str) -> None:
    for base, after in ((revision(), head()), (head(), revision())):
        stale = replace(after, stages={**after.stages, stage: state})
        for verdict in (judge(base, stale), judge(stale, base)):
            assert verdict.kind is Kind.UNKNOWN
            assert stale.label in verdict.reason
            assert said in verdict.reason


def test_changed_source_alone_forbids_nothing() -> None:
    stages = {"evaluate_stack": Stage(True, (), ("src/pictures",))}
    assert judge(revision(), head(stages=stages)).kind is not Kind.UNKNOWN


def test_what_measures_one_model_alone_may_be_old() -> None:
    stages = {"evaluate_ocr": Stage(False)}
    assert judge(revision(), head(stages=stages)).kind is not Kind.UNKNOWN


def sized(made: Revision, pictures: int, md5: str, **drawn: Any) -> Revision:
    """The revision with a test set of so many scenes, drawn with some parameters of its own."""
    stack = {**PARAMS["params.py"]["PrepareStackParams"], "MAX_IMAGES": pictures, **drawn}
    params = {**PARAMS, "params.py": {**PARAMS["params.py"], "PrepareStackParams": stack}}
    artifacts = {"data/prepared/stack": Artifact("prepare_stack", md5, 1)}
    return replace(sheet(made, pictures=pictures), params=params, artifacts=artifacts)


def missed(*images: int) -> tuple[Mistake, ...]:
    return tuple(mistake(image) for image in images)


def test_test_sets_of_different_size_are_compared_on_the_scenes_of_both() -> None:
    # A plate a scene. Of the first 100 the base misses 40 and the head 10 of those; the base's other 300 do not count.
    base = sized(revision(360, 400, mistakes=missed(*range(40))), 400, "400.dir")
    after = sized(head(90, 100, mistakes=missed(*range(10))), 100, "100.dir")
    verdict = judge(base, after)
    assert verdict.kind is Kind.BETTER
    assert verdict.shared == 100
    assert verdict.base is not None
    assert (verdict.base.correct, verdict.base.plates) == (60, 100)
    assert verdict.head is not None
    assert (verdict.head.correct, verdict.head.plates) == (90, 100)
    assert verdict.changes is not None
    assert (len(verdict.changes.new), len(verdict.changes.mended), verdict.changes.kept) == (
        0,
        30,
        10,
    )
    other_way = judge(after, base)
    assert other_way.kind is Kind.WORSE
    assert other_way.changes is not None
    assert len(other_way.changes.new) == 30


def test_the_smaller_test_set_needs_no_list_and_the_larger_one_does() -> None:
    larger = sized(revision(360, 400, mistakes=missed(*range(40))), 400, "400.dir")
    smaller = sized(head(90, 100), 100, "100.dir")
    verdict = judge(larger, smaller)
    assert verdict.kind is Kind.BETTER
    assert verdict.changes is None
    without = judge(replace(larger, mistakes=None), smaller)
    assert without.kind is Kind.UNKNOWN
    assert "400 and 100 scenes, and main (01234567) keeps no list" in without.reason


def test_test_sets_that_differ_in_more_than_their_size_are_not_compared() -> None:
    base = sized(revision(360, 400, mistakes=missed(*range(40))), 400, "400.dir")
    after = head(90, 100, mistakes=missed(*range(10)))
    seeded = judge(base, sized(after, 100, "100.dir", SEED=4))
    assert seeded.kind is Kind.UNKNOWN
    assert "PrepareStackParams.SEED 3 → 4" in seeded.reason
    drawn = judge(base, sized(replace(after, test_inputs={"src/generators": "bb"}), 100, "100.dir"))
    assert drawn.kind is Kind.UNKNOWN
    assert "what draws them has changed: src/generators" in drawn.reason
    unknown = judge(base, sized(replace(after, test_inputs={}), 100, "100.dir"))
    assert unknown.kind is Kind.UNKNOWN


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"mistakes": (mistake(0, text="GE1"), *missed(*range(1, 10)))}, "different texts"),
        ({"pictures": None}, "does not say of how many test scenes"),
        ({"pictures": "100"}, "does not say of how many test scenes"),
    ],
)
def test_sizes_and_lists_that_contradict_each_other(more: dict[str, Any], said: str) -> None:
    base = sized(revision(360, 400, mistakes=missed(*range(40))), 400, "400.dir")
    after = sized(head(90, 100, mistakes=missed(*range(10))), 100, "100.dir")
    odd = replace(after, **more) if "mistakes" in more else sheet(after, **more)
    verdict = judge(base, odd)
    assert verdict.kind is Kind.UNKNOWN
    assert said in verdict.reason


def test_more_mistakes_than_plates() -> None:
    base = sized(revision(300, 400, mistakes=missed(*range(100))), 400, "400.dir")
    verdict = judge(base, sized(head(45, 50), 100, "100.dir"))
    assert verdict.kind is Kind.UNKNOWN
    assert "misses more plates in the first 100 scenes than there are" in verdict.reason


def test_the_number_of_hard_scenes_parts_no_test_sets() -> None:
    base = sized(revision(950, 1000, mistakes=missed(*range(50))), 900, "a.dir", HARD_IMAGES=600)
    after = sized(head(960, 1000, mistakes=missed(*range(40))), 900, "b.dir", HARD_IMAGES=60)
    verdict = judge(base, after)
    assert verdict.same_scenes
    assert verdict.shared is None
    assert verdict.changes is not None
