"""Sweep values of params.py and params.yaml: trials of `dvc exp run` that Optuna chooses (docs/sweeps.md).

python3 -m src.sweep SPACE.yaml --trials N [--metric FILE:NAME] [--name NAME] [--seed N]

Started again after an interruption, it goes on where it was; with more trials, it goes on from there.
"""

import re
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path

from .common.config import OUT, ROOT
from .common.errors import UserError, run_main
from .common.progress import tell
from .common.untrusted import one_line, read_json
from .finetune import run_module
from .lent_params import give_back, lent_params
from .pipeline.stage import command_line
from .sweeping.files import PICTURE, TRIALS, metric_of, plain, write_files
from .sweeping.space import Space, Value, as_overrides, read_space
from .sweeping.study import Study, Trial, TrialFailed

FOLDER = OUT / "sweeps"
# The studies; and what is given back to params.py after a trial. Git and DVC ignore both.
_STUDIES, _KEPT = ROOT / ".cache/sweeps", ROOT / ".cache/sweep"
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")


def main(options: Namespace) -> None:
    """Run trials until there are as many as asked for, and write what came of all of them."""
    give_back(ROOT, _KEPT)
    name = options.name or options.space.stem.lower()
    if not _NAME.fullmatch(name):
        raise UserError(
            f"--name is {name!r}: write small letters, digits and hyphens, a letter first"
        )
    if options.trials < 1:
        raise UserError(f"--trials is {options.trials}: write at least 1")
    space = read_space(options.space, ROOT, options.metric)
    study = Study(name, _STUDIES / f"{name}.db", space, options.seed)
    if before := len(study.done()):
        tell(f"going on after {before} trials")

    def run(run_name: str, values: Mapping[str, Value]) -> float:
        return run_trial(space, run_name, values)

    def after(trial: Trial) -> None:
        said = f"failed: {trial.why}" if trial.metric is None else f"{trial.metric:.4g}"
        tell(f"{trial.run}: {said}  {_shown(trial.values)}")
        write_files(FOLDER / name, name, space, study.done())

    study.go_on(options.trials, run, after)
    write_files(FOLDER / name, name, space, study.done())
    best = study.best()
    if best is None:
        raise UserError("no trial came to a result: see what each of them says")
    print(f"best of {len(study.done())} trials: {best.run}, {space.source[1]} {best.metric:.4g}")
    print(f"  {_shown(best.values)}")
    print(f"all of them: {FOLDER / name / TRIALS} and {PICTURE} beside it, which the report shows")
    print(f"its values and results into the workspace: dvc exp apply {best.run}")


def run_trial(space: Space, name: str, values: Mapping[str, Value]) -> float:
    """Run an experiment with some values and return its metric; params.py is then as it was.

    Raises TrialFailed where it fails, and UserError for a metric that it does not have.
    """
    overrides = [*space.fixed, *as_overrides(values)]
    try:
        with lent_params(ROOT, overrides, _KEPT):
            words = [part for value in overrides for part in ("-S", value)]
            run_module("dvc", "exp", "run", "--name", name, *words, *space.stages)
    except SystemExit as error:
        raise TrialFailed(f"dvc exp run ended with code {error.code}, and has said why") from error
    return read_metric(space, ROOT)


def read_metric(space: Space, root: Path) -> float:
    """Return the metric of the experiment that was run last: its results are in the workspace.

    Raises UserError where there is no such file, or no such number in it.
    """
    file, number = space.source
    try:
        content = read_json(root / file)
    except (OSError, ValueError) as error:
        raise UserError(
            f"{file} cannot be read ({one_line(error)}): name a file of metrics of dvc.yaml as metric, and stages that "
            "write it"
        ) from error
    value = metric_of(content, number) if isinstance(content, dict) else None
    if value is None:
        numbers = ", ".join(key for key in content if metric_of(content, key) is not None)
        raise UserError(f"{file} has no number {number!r}: there are {numbers}")
    return value


def _shown(values: Mapping[str, Value]) -> str:
    return " ".join(f"{plain(name)}={value}" for name, value in values.items())


def add_options(parser: ArgumentParser) -> None:
    """Add what this command takes."""
    parser.add_argument("space", type=Path, metavar="SPACE.yaml", help="what is swept")
    parser.add_argument(
        "--trials", type=int, required=True, metavar="N", help="in all, with those run before"
    )
    parser.add_argument(
        "--metric", metavar="FILE:NAME", help="what is to be best; default: the file's"
    )
    parser.add_argument("--name", help="of the sweep; default: the file's name")
    parser.add_argument("--seed", type=int, default=0, help="another one, other trials")


if __name__ == "__main__":
    chosen = command_line(add_options)
    run_main(lambda: main(chosen))
