"""The sections of a report, of revisions that lack this or that."""

from dataclasses import fields, replace
from typing import Any

import pytest

from src.reporting.headline import headline
from src.reporting.media import curves, sheets
from src.reporting.page import Section
from src.reporting.provenance import commands, hashes, timings
from src.reporting.revision import STACK, Artifact, Revision, Stage
from src.reporting.tables import all_metrics, key_metrics, parameters, slices
from src.reporting.verdict import judge
from tests.reporting.made_up import PARAMS, head, mistake, revision, sheet


def top(base: Revision | None, after: Revision) -> str:
    return headline(judge(base, after), base, after).texts[0]


def whole(base: Revision | None, after: Revision) -> str:
    verdict = judge(base, after)
    sections: list[Section] = [
        headline(verdict, base, after),
        key_metrics(verdict, base, after),
        *(part(base, after) for part in (parameters, slices, all_metrics, timings, hashes, commands)),
        *(part(base, after, {}) for part in (curves, sheets)),
    ]  # fmt: skip
    return "\n".join(text for section in sections for text in section.texts)


def test_verdict_first() -> None:
    # 48/80 to 56/70 is the published example: 20.0 points, 5.2 to 33.4.
    text = top(revision(48, 80), head(56, 70))
    assert text.splitlines()[0] == (
        "## ✓ Better: 60.0% → 80.0% read exactly, +20.0 points (95% interval +5.2 to +33.4)"
    )
    assert "same test scenes" in text
    assert "<code>workspace</code> against <code>main (01234567)</code>" in text


def test_sets_of_different_size_say_what_is_compared() -> None:
    stack = {**PARAMS["params.py"]["PrepareStackParams"], "MAX_IMAGES": 400}
    params = {**PARAMS, "params.py": {**PARAMS["params.py"], "PrepareStackParams": stack}}
    larger = {"data/prepared/stack": Artifact("prepare_stack", "400.dir", 1)}
    before = revision(360, 400, mistakes=tuple(mistake(i) for i in range(40)))
    base = sheet(replace(before, params=params, artifacts=larger), pictures=400)
    after = sheet(head(90, 100, mistakes=tuple(mistake(i) for i in range(10))), pictures=90)
    text = whole(base, after)
    assert text.startswith("## ✓ Better: 60.0% → 90.0% read exactly, +30.0 points")
    assert "100 plates of the first 90 test scenes, which are all that both test sets have" in text
    assert "each number is of the whole set of its run (plates: both models 400 and 100)" in text
    assert "each number is of the whole set" not in whole(revision(), head())


def test_same_says_why() -> None:
    assert "The interval holds 0" in top(revision(40, 80), head(41, 80))


def test_first_run() -> None:
    text = top(None, head(40, 80))
    assert text.startswith("## First run: 50.0% read exactly\n")
    assert "39.3% to 60.7%" in text


def test_base_without_metrics_shows_the_head_and_why() -> None:
    text = whole(revision(metrics={}), head())
    assert text.startswith("## ? Cannot compare\n")
    assert "main (01234567) has no exact match" in text
    assert "head 60.0%" in text
    assert "| Character errors | – | 12.5% | new |" in text


@pytest.mark.parametrize("missing", [f.name for f in fields(Revision)][2:])
def test_any_part_may_be_missing(missing: str) -> None:
    others: dict[str, Any] = {"charts": (), "problems": (), "test_params": (), "mistakes": None}
    empty: dict[str, Any] = {missing: others.get(missing, {})}
    for base, after in ((revision(), head()), (None, head())):
        lacking = replace(after, **empty)
        assert whole(base, lacking).startswith("## ")
        if base:
            assert whole(replace(base, **empty), after).startswith("## ")


@pytest.mark.parametrize("name", ["val_acc", "plates", "cer", "no_plate", "by_length", "photos"])
def test_any_metric_may_be_missing(name: str) -> None:
    for base, after in (
        (sheet(revision(), **{name: None}), head()),
        (revision(), sheet(head(), **{name: None})),
    ):
        assert whole(base, after).startswith("## ")


def test_source_that_changed_since_the_run_is_named() -> None:
    stages = {"train_ocr": Stage(True, (), ("src/ocr/train.py",))}
    text = top(revision(), head(stages=stages))
    assert "> Source has changed since <code>workspace</code> was run" in text
    assert "src/ocr/train.py" in text


def test_problems_are_shown() -> None:
    text = top(revision(), head(problems=("metrics.json cannot be read: <x>",)))
    assert "> metrics.json cannot be read: &#60;x&#62;" in text


def test_groups_in_their_order_with_the_largest_fall() -> None:
    better = sheet(head(), by_length={"10": 0.25, "2": 1.0})
    text = slices(revision(), better).texts[0]
    assert text.index("| 2 | 100.0% |") < text.index("| 10 | 50.0% | 25.0% | ↓ -25.0 **✗ worse** |")
    assert "by length of the text (largest fall: 10, 50.0% → 25.0%)" in text
    heights = [text.index(f"| {name} |") for name in ("under 10", "10-14", "over 64")]
    assert heights == sorted(heights)
    assert "by canton or region" in text


def test_photographs_have_their_row() -> None:
    base, after = revision(), head()
    assert "| Photographs street: exact text | 50.0% | 50.0% | = |" in key_metrics(
        judge(base, after), base, after
    ).texts[0]  # fmt: skip


def test_parameters_are_escaped_and_counted() -> None:
    other = {**PARAMS, "params.yaml": {"plate_format": "a|b<script>@x"}}
    full, short = parameters(revision(), head(params=other)).texts
    assert "<code>a&#124;b&#60;script&#62;&#64;&#8203;x</code>" in full
    assert short.startswith("1 parameters differ: <code>params.yaml:plate_format</code>")
    assert parameters(revision(), head()).texts == ("No parameter differs.",)


def test_commands_set_what_differs() -> None:
    other = {**PARAMS, "params.py": {**PARAMS["params.py"], "TrainOCRParams": {"EPOCHS": 9}}}
    text = commands(revision(), head(params=other)).texts[0]
    assert "dvc exp run -S params.py:TrainOCRParams.EPOCHS=9\n" in text
    assert "python3 -m src.report --base 0123456789" in text
    lost = commands(revision(), head(params={**PARAMS, "params.py": {}})).texts[0]
    assert "dvc exp run" not in lost  # -S cannot take a parameter away


def test_steps_are_timed_from_what_was_recorded() -> None:
    # 900 training pictures at 90 and at 45 a second.
    text = timings(None, head()).texts[0]
    assert "| ocr | head | 2 | 68 | 30 s |" in text
    assert "localize" not in text
    unknown = timings(None, head(params={})).texts[0]
    assert "| ocr | head | 2 | 68 | – |" in unknown
    assert "No stage" in timings(None, head(speeds={})).texts[0]


def test_hashes_say_what_is_the_same() -> None:
    moved = {**head().artifacts, "out/models/ocr": Artifact("train_ocr", "ffff.dir", 2_500_000)}
    text = hashes(revision(), head(artifacts=moved)).texts[0]
    assert "2 outputs, 1 the same in both" in text
    assert (
        "| <code>out/models/ocr</code> | <code>a1b2c3</code> | <code>ffff</code> | 2.5 MB | changed |"
        in text
    )
    assert "| <code>train_ocr</code> | up to date | up to date |" in text


def test_curves_in_words_and_drawn() -> None:
    text = curves(revision(), head(), {"curves": "a b/curves.png"}).texts[0]
    assert "base 1 after 2 epochs, head 1 after 2 epochs" in text
    assert text.count("```mermaid") == 1
    assert "Grey is the base, orange the head." in text
    assert "](a%20b/curves.png)" in text


def test_sheets_only_where_there_are_some() -> None:
    assert sheets(revision(), head(), {}).texts == ()
    text = sheets(revision(), head(), {"head_stack_worst": "x/head_stack_worst.jpg"}).texts[0]
    assert "head:\n\n![Both models, the worst mistakes, head](x/head_stack_worst.jpg)" in text
    assert "base:" not in text


def test_far_too_many_metrics_are_cut() -> None:
    many = {STACK: {f"m{i}": i for i in range(5000)}}
    assert "and 4850 more." in all_metrics(None, head(metrics=many)).texts[0]
