"""The trials of a sweep, kept on disk: Optuna chooses, what was interrupted is tried again, what is done stays done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ..common.errors import UserError
from .space import Choices, Space, Value, short

if TYPE_CHECKING:
    import optuna

# So many trials in a row that fail are no chance.
MOST_FAILURES = 3
_RUN, _SPACE = "run", "space"

Run = Callable[[str, Mapping[str, Value]], float]
"""Runs a trial under a name, with its values, and returns its metric. Raises TrialFailed."""


class TrialFailed(Exception):
    """A trial that came to no result; the message says why."""


@dataclass(frozen=True)
class Trial:
    """A trial that was run. run: the experiment's name. metric: None where it failed, for the reason ``why``."""

    number: int
    run: str
    values: Mapping[str, Value]
    metric: float | None
    why: str = ""


class Study:
    """A sweep under a name; ``file`` keeps it. Several at a time on one file are not meant."""

    def __init__(self, name: str, file: Path, space: Space, seed: int) -> None:
        """Open a study, or begin it. Raises UserError without Optuna, or for another space."""
        try:
            import optuna
        except ModuleNotFoundError:
            raise UserError("a sweep needs Optuna: run pip install optuna, or make setup") from None
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        file.parent.mkdir(parents=True, exist_ok=True)
        self._name, self._space, self._optuna = name, space, optuna
        self._study: optuna.Study = optuna.create_study(
            storage=f"sqlite:///{file}",
            study_name=name,
            direction="maximize" if space.maximize else "minimize",
            # The seed and the number of trials so far: a sweep that goes on does not repeat itself.
            sampler=optuna.samplers.TPESampler(seed=seed + _count(file, name, optuna)),
            load_if_exists=True,
        )
        told = f"{space.metric} {sorted(space.dimensions.items())!r} {list(space.fixed)!r} {list(space.stages)!r}"
        if self._study.user_attrs.setdefault(_SPACE, told) != told:
            raise UserError(
                f"the sweep {name} was begun with another space: give this one another --name"
            )
        self._study.set_user_attr(_SPACE, told)
        self._again()

    def _again(self) -> None:
        """Have what was interrupted tried again; and first of all what stands in params.py now."""
        trials, states = self._study.get_trials(deepcopy=False), self._optuna.trial.TrialState
        if not trials and self._space.now is not None:
            self._study.enqueue_trial(dict(self._space.now))
        for trial in trials:
            if trial.state == states.RUNNING:
                self._study.tell(trial.number, state=states.FAIL)
                self._study.enqueue_trial(dict(trial.params))

    def done(self) -> list[Trial]:
        """Return the trials that came to an end, in order; not those that were interrupted."""
        states = self._optuna.trial.TrialState
        return [
            Trial(t.number, t.user_attrs[_RUN], _values(t), t.value, t.user_attrs.get("why", ""))
            for t in self._study.get_trials(deepcopy=False)
            if t.state in (states.COMPLETE, states.FAIL)
            and ("why" in t.user_attrs or t.value is not None)
        ]

    def best(self) -> Trial | None:
        """Return the best trial; None before any has come to a result."""
        found = [trial for trial in self.done() if trial.metric is not None]
        pick = max if self._space.maximize else min
        return pick(found, key=lambda trial: trial.metric or 0.0) if found else None

    def go_on(self, count: int, run: Run, after: Callable[[Trial], None]) -> None:
        """Run trials until ``count`` came to an end, earlier ones included. after: is told of each.

        Raises UserError when MOST_FAILURES in a row have failed.
        """
        failures = 0
        while len(self.done()) < count:
            trial = self._study.ask()
            values = {name: self._suggest(trial, name) for name in self._space.dimensions}
            name = f"{self._name}-{trial.number:03}"
            trial.set_user_attr(_RUN, name)
            trial.set_user_attr("values", values)
            try:
                metric = run(name, values)
            except TrialFailed as error:
                failures += 1
                trial.set_user_attr("why", str(error))
                self._study.tell(trial, state=self._optuna.trial.TrialState.FAIL)
                after(Trial(trial.number, name, values, None, str(error)))
                if failures == MOST_FAILURES:
                    raise UserError(
                        f"{failures} trials in a row have failed, the last one: {error}"
                    ) from error
                continue
            failures = 0
            self._study.tell(trial, metric)
            after(Trial(trial.number, name, values, metric))

    def _suggest(self, trial: "optuna.Trial", name: str) -> Value:
        dimension = self._space.dimensions[name]
        if isinstance(dimension, Choices):
            return cast(Value, trial.suggest_categorical(name, dimension.values))
        if dimension.whole:
            whole: int = trial.suggest_int(
                name, int(dimension.low), int(dimension.high), log=dimension.log
            )
            return whole
        value = short(trial.suggest_float(name, dimension.low, dimension.high, log=dimension.log))
        return min(max(value, dimension.low), dimension.high)


def _values(trial: Any) -> Mapping[str, Value]:
    values: Mapping[str, Value] = trial.user_attrs.get("values", trial.params)
    return values


def _count(file: Path, name: str, optuna: Any) -> int:
    """Return how many trials a study has, 0 where it is not there yet."""
    if not file.is_file():
        return 0
    summaries = optuna.get_all_study_summaries(f"sqlite:///{file}")
    return int(next((s.n_trials for s in summaries if s.study_name == name), 0))
