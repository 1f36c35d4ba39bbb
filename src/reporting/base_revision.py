"""The base revision that a report compares its head with."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from dvc.exceptions import DvcException
from dvc.repo import Repo
from dvc.scm import resolve_rev

from ..common.errors import UserError

WORKSPACE = "workspace"
"""DVC's name for the files as they are."""
_MAINS = ("refs/remotes/origin/main", "refs/remotes/origin/master")
_SHALLOW = (
    "this is a shallow clone: fetch the history with `git fetch --unshallow` "
    "(actions/checkout: `fetch-depth: 0`), or name a --base that is here"
)


@contextmanager
def open_repository(root: Path) -> Iterator[Any]:
    """Yield DVC's repository at a folder; raises UserError where there is none, or no commit in git."""
    try:
        repo = Repo(str(root))
        if getattr(repo.scm, "no_commits", True):
            raise UserError("a report compares commits, and here is none yet: clone the project")
    except DvcException as error:
        raise UserError(f"a report needs a DVC and git repository: {error}") from error
    with closing(repo):
        yield repo


def commit_of(repo: Any, revision: str) -> str | None:
    """Return the commit of a branch, tag, commit or experiment; None for the workspace.

    Raises UserError when there is no such revision, or a shallow clone does not hold it.
    """
    if revision == WORKSPACE:
        return None
    try:
        commit: str = resolve_rev(repo.scm, revision)
    except DvcException as error:
        remedy = _SHALLOW if _is_shallow(repo) else "`git branch -a` and `dvc exp list` name some"
        raise UserError(f"no revision {revision}: {remedy}") from error
    return commit


def default_base(repo: Any, head: str) -> str | None:
    """Return the revision that a head is compared with by default, or None when there is none before it.

    That is the commit where the head left the main branch of origin. On that branch itself it is what came before: the
    last commit for a workspace with changes, and otherwise the commit before it.

    Raises UserError when a shallow clone does not hold that commit.
    """
    tip = commit_of(repo, head if head != WORKSPACE else "HEAD")
    assert tip is not None
    fork = _fork(repo, tip)
    if fork is not None and fork != tip:
        return fork
    if head == WORKSPACE and repo.scm.is_dirty(untracked_files=False):
        return tip
    parents = repo.scm.resolve_commit(tip).parents
    if not parents and _is_shallow(repo):  # git hides the parents of the last commit that it has
        raise UserError(_SHALLOW)
    return str(parents[0]) if parents else None


def _fork(repo: Any, tip: str) -> str | None:
    """Return the last commit that a head shares with origin's main branch; None without such a branch."""
    git = repo.scm.pygit2.repo
    main = repo.scm.get_ref("refs/remotes/origin/HEAD") or next(
        (commit for name in _MAINS if (commit := repo.scm.get_ref(name))), None
    )
    if main is None:
        return None
    fork = git.merge_base(main, tip)
    if fork is None and _is_shallow(repo):
        raise UserError(_SHALLOW)
    return None if fork is None else str(fork)


def _is_shallow(repo: Any) -> bool:
    return bool(repo.scm.pygit2.repo.is_shallow)
