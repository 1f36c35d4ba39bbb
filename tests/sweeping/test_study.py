"""Trials are kept: what was interrupted is tried again, what is done stays done. With Optuna, where it is."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from src.common.errors import UserError
from src.sweeping.space import Choices, Range, Space, Value
from src.sweeping.study import MOST_FAILURES, Study, Trial, TrialFailed

SPACE = Space(
    {"x": Range(0.0, 1.0, False), "n": Range(1, 9, True), "kind": Choices(("a", "b"))},
    now={"x": 0.5, "n": 3, "kind": "a"},
)


def study(folder: Path, space: Space = SPACE, seed: int = 0) -> Study:
    pytest.importorskip("optuna", reason="Optuna is not installed: make setup")
    return Study("sweep", folder / "sweep.db", space, seed)


def score(values: Mapping[str, Value]) -> float:
    return float(values["x"]) + (values["kind"] == "b")


def run(name: str, values: Mapping[str, Value]) -> float:
    return score(values)


def nothing(trial: Trial) -> None: ...


def test_the_first_trial_is_what_stands_there_and_the_best_is_found(tmp_path: Path) -> None:
    told: list[Trial] = []
    made = study(tmp_path)
    made.go_on(8, run, told.append)
    assert dict(told[0].values) == SPACE.now
    assert [trial.run for trial in told] == [f"sweep-{n:03}" for n in range(8)]
    assert made.done() == told
    best = made.best()
    assert best is not None
    assert best.metric == max(score(trial.values) for trial in told)
    for trial in told:
        assert all(SPACE.dimensions[name].holds(value) for name, value in trial.values.items())


def test_it_goes_on_where_it_was_and_tries_again_what_was_interrupted(tmp_path: Path) -> None:
    begun: list[Mapping[str, Value]] = []

    def interrupted(name: str, values: Mapping[str, Value]) -> float:
        begun.append(dict(values))
        if len(begun) == 3:
            raise KeyboardInterrupt
        return score(values)

    with pytest.raises(KeyboardInterrupt):
        study(tmp_path).go_on(5, interrupted, nothing)
    again = study(tmp_path)
    assert len(again.done()) == 2
    again.go_on(5, interrupted, nothing)
    assert begun[3] == begun[2]
    assert len(again.done()) == 5
    assert len({trial.run for trial in again.done()}) == 5
    study(tmp_path).go_on(5, interrupted, nothing)  # there is nothing left to do
    assert len(begun) == 6


def test_a_trial_that_fails_is_one_and_many_in_a_row_are_the_end(tmp_path: Path) -> None:
    calls: list[str] = []

    def fails(name: str, values: Mapping[str, Value]) -> float:
        calls.append(name)
        if len(calls) == 2:
            return 1.0
        raise TrialFailed("the loss is not finite")

    made = study(tmp_path)
    with pytest.raises(UserError, match=f"{MOST_FAILURES} trials in a row have failed, .*finite"):
        made.go_on(10, fails, nothing)
    assert len(calls) == 2 + MOST_FAILURES
    assert [trial.why for trial in made.done()].count("the loss is not finite") == 4
    best = made.best()
    assert best is not None
    assert best.run == "sweep-001"


def test_another_space_is_another_sweep(tmp_path: Path) -> None:
    study(tmp_path).go_on(1, run, nothing)
    with pytest.raises(UserError, match="begun with another space: give this one another --name"):
        study(tmp_path, Space({"x": Range(0.0, 2.0, False)}))


def test_less_is_better_where_that_is_said(tmp_path: Path) -> None:
    made = study(tmp_path, Space(SPACE.dimensions, maximize=False))
    made.go_on(4, run, nothing)
    best = made.best()
    assert best is not None
    assert best.metric == min(trial.metric or 0.0 for trial in made.done())


def test_without_optuna_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(UserError, match="pip install optuna"):
        Study("sweep", tmp_path / "sweep.db", SPACE, 0)
