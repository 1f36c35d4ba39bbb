"""Parameters that are other for one run, and then as they were: `dvc exp run -S` leaves its values in the files.

Killed, it leaves the repository without its branch as well (a detached HEAD), which comes back with the parameters.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .bundle.files import copy_whole, whole_folder
from .common.git import git, said
from .common.progress import tell
from .jobs.overrides import PARAMS_PY as _PY
from .jobs.overrides import PARAMS_YAML as _YAML
from .jobs.overrides import apply, by_file

# What the files were, and what a run makes of them.
_BEFORE, _DURING = "before", "during"
_BRANCH = "branch"


@contextmanager
def lent_params(root: Path, overrides: Sequence[str], kept: Path) -> Iterator[None]:
    """Give params.py and params.yaml back after the body, which runs `dvc exp run` with these values for -S.

    root: of the project. overrides: as after -S. kept: a folder for what is to be given back; it tells what a run left
    behind that was killed, and the next one gives that back first. A file that somebody has changed meanwhile stays.

    Raises UserError for a value that DVC does not take, and for a name that is not there, of which DVC says nothing.
    """
    give_back(root, kept)
    with whole_folder(kept) as partial:
        for state in (_BEFORE, _DURING):
            (partial / state).mkdir()
            for name in (_PY, _YAML):
                copy_whole(root / name, partial / state / name)
        for name, values in by_file(overrides).items():
            apply(partial / _DURING / name, values)
        (partial / _BRANCH).write_text(said(root, "symbolic-ref", "--quiet", "HEAD") or "")
    try:
        yield
    finally:
        give_back(root, kept)


def give_back(root: Path, kept: Path) -> None:
    """Put back what a run has left in the files, if one has."""
    if not kept.is_dir():
        return
    for name in (_PY, _YAML):
        now, before, during = (
            (folder / name).read_bytes() for folder in (root, kept / _BEFORE, kept / _DURING)
        )
        if now == during:
            copy_whole(kept / _BEFORE / name, root / name)
        elif now != before:
            tell(f"note: {name} was changed meanwhile, and stays as it is: git diff {name}")
    branch = (kept / _BRANCH).read_text()
    detached = said(root, "symbolic-ref", "--quiet", "HEAD") is None
    if branch and detached and said(root, "rev-parse", branch) == said(root, "rev-parse", "HEAD"):
        git(root, "symbolic-ref", "HEAD", branch)
    shutil.rmtree(kept)
