"""Promotion: a version of a released model is registered and comes into a stage, by tags that GTO makes in git."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from gto import api

from ..bundle.choose import unknown_model
from ..bundle.promoted import (
    Promoted,
    Tags,
    find_promoted,
    is_promoted,
    promoted_folder,
    read_tags,
)
from ..collecting.folder import locked
from ..common.errors import UserError
from ..common.git import git
from .contents import released_models
from .remote import fetch_tags, push_tags
from .versions import REFUSALS, checked_model, committed_model, register

# GTO and DVC order events by their seconds: what follows in a stage comes in a later one. Clocks may differ by so many.
_WAIT_S = 3.0
_LOCK = "plates-promotion.lock"


@dataclass(frozen=True)
class Promotion:
    """What is in a stage now. tags: that were made for it, none where all was so already. before: what was there."""

    now: Promoted
    tags: tuple[str, ...]
    before: Promoted | None


def stages_of(root: Path) -> list[str]:
    """Return the stages that the file .gto of a project names, in the order in which a model goes through them."""
    try:
        return list(api.get_stages(root, allowed=True) or [])
    except REFUSALS as error:
        raise UserError(
            f"{error}: stages are tags of a git repository, and .gto names them"
        ) from error


def promote(root: Path, name: str, stage: str, version: str = "", remote: str = "") -> Promotion:
    """Bring a model into a stage.

    name: a released model of the checkout, as it is committed, "release" or "release/NAME"; or what is in another stage
    or of a version, as `is_promoted` knows it. version: what the checkout's is to be called; by default what it is
    called already, or the next one. remote: of git, to which the tags are pushed; none where it is empty.

    Raises UserError for a stage that .gto does not name, files that differ from the last commit, a model that is
    damaged, not signed where that is demanded, or a smoke test, and a version that is another model's.
    """
    with _ready(root, stage, remote):
        if is_promoted(name):
            if version:
                raise UserError(f"{name} is a version already: leave the version out")
            found = replace(find_promoted(name, root), stage="")
            checked_model(promoted_folder(found, root))
            return _assign(root, found, stage, (), remote)
        if name not in released_models(root):
            raise unknown_model(name, "no released model", [*released_models(root), "@STAGE"])
        found, made = register(root, name, committed_model(root, name), version)
        return _assign(root, found, stage, made, remote)


def roll_back(root: Path, model: str, stage: str, remote: str = "") -> Promotion:
    """Bring what was in a stage before back into it; raises UserError where nothing was."""
    with _ready(root, stage, remote):
        tags = read_tags(root)
        found, now = tags.before(model, stage), tags.serving(model, stage)
        if found is None or now is None:
            what = f"nothing was there before {now.release}" if now else f"no {model} is there"
            raise UserError(
                f"there is nothing to go back to in {stage}: {what}; `make promote STAGE={stage} "
                f"MODEL={model}@VERSION` takes any version"
            )
        checked_model(promoted_folder(found, root))
        return _assign(root, found, stage, (), remote)


@contextmanager
def _ready(root: Path, stage: str, remote: str) -> Iterator[None]:
    """Check what every promotion needs, and let no other one of this clone, or of a worktree of it, run meanwhile.

    Both would take the same number, and what one of them undoes may be the other's.
    """
    known = stages_of(root)
    if not known:
        raise UserError("the file .gto names no stages: write `stages: [dev, staging, prod]` there")
    if stage not in known:
        raise UserError(
            f"there is no stage {stage!r}: write {', '.join(known)}, or add it to the file .gto"
        )
    if git(root, "var", "GIT_COMMITTER_IDENT").returncode:
        raise UserError(
            "git needs to know who promotes: run git config user.name me && git config user.email me@localhost"
        )
    own = root / git(root, "rev-parse", "--git-common-dir").stdout.decode().strip()
    lock = os.open(own / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        with locked(lock):
            if remote:
                fetch_tags(root, remote)
            yield
    finally:
        os.close(lock)


def _assign(
    root: Path, found: Promoted, stage: str, made: tuple[str, ...], remote: str
) -> Promotion:
    tags = read_tags(root)
    before = tags.serving(found.model, stage)
    if before is not None and before.version == found.version:
        return Promotion(before, _pushed(root, found.model, made, remote), before)
    if git(root, "cat-file", "-t", f"refs/tags/{found.release}").stdout.strip() == b"commit":
        raise UserError(
            f"the tag {found.release} is a plain one, as some clones make of GTO's: git fetch --tags --force fetches it"
        )
    _wait(tags, found.model, stage)
    try:
        # By force where it has been there before: GTO would take that for a mistake.
        event = api.assign(root, found.model, stage, version=found.version, force=True)
    except REFUSALS as error:
        _remove(root, made)
        raise UserError(f"{found.release} cannot come into {stage}: {error}") from error
    return Promotion(
        replace(found, stage=stage, time=int(event.created_at.timestamp())),
        _pushed(root, found.model, (*made, event.tag), remote),
        before,
    )


def _wait(tags: Tags, model: str, stage: str) -> None:
    """Let the second pass in which a stage has last changed."""
    last = max((e.time for e in tags.events if (e.model, e.stage) == (model, stage)), default=0)
    seconds = last + 1 - time.time()
    if seconds > _WAIT_S:
        raise UserError(
            f"{stage} has last changed {seconds:.0f} s from now, by its tag: set this machine's clock"
        )
    time.sleep(max(0.0, seconds))


def _pushed(root: Path, model: str, made: tuple[str, ...], remote: str) -> tuple[str, ...]:
    """Push a model's tags, those that were made before without a push too; return those that were made now.

    Raises UserError where the remote does not take them, and removes what was made now.
    """
    if remote:
        tags = [event.tag for event in read_tags(root).events if event.model == model]
        try:
            push_tags(root, remote, [tag for tag in tags if tag not in made], made)
        except UserError:
            _remove(root, made)
            raise
    return made


def _remove(root: Path, tags: tuple[str, ...]) -> None:
    if tags:
        git(root, "tag", "--delete", *tags)
