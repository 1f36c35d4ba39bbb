"""A revision as DVC's Python interface gives it: metrics, parameters, plots and the index of its stages."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from dvc.exceptions import DvcException

from .base_revision import WORKSPACE, commit_of
from .mistakes import MISTAKES, parse_mistakes
from .plots import charts, pictures, speeds
from .revision import Revision
from .stages import read_index


def read_revisions(repo: Any, names: Sequence[str]) -> list[Revision]:
    """Return revisions. Any part of one may be missing: what could not be read is among its problems.

    Raises UserError when there is no such revision.
    """
    commits = [commit_of(repo, name) for name in names]
    keys = [commit or WORKSPACE for commit in commits]
    metrics, params, plots = (
        _shown(show, keys) for show in (repo.metrics.show, repo.params.show, repo.plots.show)
    )
    revisions = []
    for name, commit, key in zip(names, commits, keys, strict=True):
        measured, problems = _files(metrics.get(key, {}))
        given, others = _files(params.get(key, {}))
        drawn = plots.get(key, {})
        revision = Revision(
            name,
            commit,
            measured,
            given,
            charts=charts(drawn),
            speeds=speeds(drawn),
            pictures=pictures(drawn),
            problems=tuple(dict.fromkeys(problems + others)),
        )
        with _at(repo, commit):
            revisions.append(_with_index(repo, revision))
    return revisions


def _shown(show: Any, keys: list[str]) -> Mapping[str, Any]:
    more = {} if "plots" in type(show.__self__).__module__ else {"hide_workspace": False}
    try:
        shown: Mapping[str, Any] = show(revs=keys, **more)
    except DvcException as error:  # e.g. a revision without dvc.yaml
        return {key: {"error": error} for key in keys}
    return shown


def _files(shown: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the content of each file, and what is wrong with the others."""
    values: dict[str, Any] = {}
    problems = [_sentence("dvc.yaml", shown["error"])] if "error" in shown else []
    for name, result in shown.get("data", {}).items():
        if isinstance(result.get("data"), Mapping):
            values[name] = result["data"]
        elif not isinstance(result.get("error"), FileNotFoundError):
            problems.append(_sentence(name, result.get("error", "not a table of values")))
    return values, tuple(problems)


def _with_index(repo: Any, revision: Revision) -> Revision:
    try:
        revision = replace(revision, **read_index(repo))
        with repo.dvcfs.open(f"/{MISTAKES}", encoding="utf-8", newline="") as file:
            return replace(revision, mistakes=parse_mistakes(file))
    except FileNotFoundError:
        return revision  # revisions from before there was such a list
    except (DvcException, ValueError) as error:
        return replace(revision, problems=(*revision.problems, _sentence("the revision", error)))


@contextmanager
def _at(repo: Any, commit: str | None) -> Iterator[None]:
    """Let DVC look at a commit instead of the workspace."""
    if commit is None:
        yield
        return
    with repo.switch(commit):
        yield


def _sentence(name: str, error: object) -> str:
    return f"{name} cannot be read: {' '.join(str(error).split())}"
