"""The tags of released models in a remote of git: fetched before a promotion, pushed after it."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from subprocess import CompletedProcess

from ..bundle.bundle import RELEASE
from ..common.errors import UserError
from ..common.git import git
from ..common.untrusted import printable

_TAGS = "refs/tags/"
_OURS = f"{_TAGS}{RELEASE.name}"
# GitHub starts no workflow, and GitLab calls no hook, for tags of which more come at once.
_AT_ONCE = 3


def fetch_tags(root: Path, remote: str) -> None:
    """Fetch the tags of all released models, and no other.

    Raises UserError where the remote cannot be asked, or has another tag of a name that is here too.
    """
    there, here = _listed(root, remote), _here(root)
    other = sorted(tag for tag, made in here.items() if there.get(tag, made) != made)
    if other:
        raise UserError(
            f"{remote} has {', '.join(other)} too, and not as here: somebody has pushed first; give yours up (git tag "
            f"-d {shlex.join(other)}), and promote again"
        )
    done = git(root, "fetch", "--quiet", "--no-tags", remote, f"{_OURS}*:{_OURS}*")
    if done.returncode:
        raise UserError(f"the tags of {remote} cannot be fetched ({_refusal(done)})")


def push_tags(root: Path, remote: str, earlier: Sequence[str], made: Sequence[str]) -> None:
    """Push tags: first those of `earlier` that the remote lacks, a few at once, then `made`, all or none of them.

    Raises UserError where the remote does not take them.
    """
    there = _listed(root, remote)
    missing = [tag for tag in earlier if tag not in there]
    groups = [missing[start : start + _AT_ONCE] for start in range(0, len(missing), _AT_ONCE)]
    for tags in filter(None, (*groups, made)):
        refs = [f"{_TAGS}{tag}" for tag in tags]
        done = git(root, "push", "--porcelain", "--atomic", remote, *refs)
        if done.returncode:
            raise UserError(
                f"{remote} did not take {', '.join(tags)} ({_refusal(done)}), and nothing is promoted: if somebody "
                "else promotes at this moment, do it again"
            )


def _listed(root: Path, remote: str) -> dict[str, str]:
    """Return what the tags of released models in a remote name, by tag: git's hashes."""
    done = git(root, "ls-remote", "--quiet", "--refs", remote, f"{_OURS}*")
    if done.returncode:
        raise UserError(f"the tags of {remote} cannot be listed ({_refusal(done)})")
    return _by_tag(done.stdout)


def _here(root: Path) -> dict[str, str]:
    listed = git(root, "for-each-ref", "--format=%(objectname)\t%(refname)", _TAGS)
    return _by_tag(listed.stdout)


def _by_tag(lines: bytes) -> dict[str, str]:
    found = (line.split("\t", 1) for line in lines.decode(errors="replace").splitlines())
    return {ref.removeprefix(_TAGS): made for made, ref in found if ref.startswith(_OURS)}


def _refusal(done: "CompletedProcess[bytes]") -> str:
    """Return why git or a remote has refused: of a push git's word for each tag, and what the remote says."""
    answers, said = (
        text.decode(errors="replace").splitlines() for text in (done.stdout, done.stderr)
    )
    words = [line.split("\t")[-1] for line in answers if line.startswith("!")]
    if words:
        said = [line for line in said if line.startswith("remote:")]
    words += [line.removeprefix("remote:").strip() for line in said]
    return printable("; ".join(dict.fromkeys(filter(None, words))))[:400]
