"""Promotion: a version of a released model is registered and comes into a stage, by tags that GTO makes in git."""

import time
from dataclasses import dataclass, replace
from pathlib import Path

from gto import api
from gto.exceptions import GTOException
from scmrepo.exceptions import SCMError

from ..bundle.bundle import Bundle, load_trusted
from ..bundle.choose import unknown_model
from ..bundle.promoted import (
    Promoted,
    Tags,
    find_promoted,
    is_promoted,
    promoted_folder,
    read_tags,
)
from ..bundle.revision import complaint, git
from ..common.errors import UserError
from .contents import content_at, content_of, released_models

FIRST = "v1.0.0"
"""The version of a model that has none; later ones count its second number up."""
# GTO and DVC order events by their seconds: what follows in a stage comes in a later one. Clocks may differ by so many.
_WAIT_S = 3.0


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
    except (GTOException, SCMError) as error:
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
    _ready(root, stage, remote)
    if is_promoted(name):
        if version:
            raise UserError(f"{name} is a version already: leave the version out")
        found = replace(find_promoted(name, root), stage="")
        _checked(promoted_folder(found, root))
        return _assign(root, found, stage, (), remote)
    if name not in released_models(root):
        raise unknown_model(name, "no released model", [*released_models(root), "@STAGE"])
    changed = git(root, "status", "--porcelain").stdout.decode(errors="replace").splitlines()
    if changed:
        raise UserError(
            f"files differ from the last commit ({', '.join(line[3:] for line in changed[:3])}"
            f"{', …' if changed[3:] else ''}): a version is a commit; commit them, or `git stash -u`"
        )
    found, made = _register(root, name, _checked(root / name), version)
    return _assign(root, found, stage, made, remote)


def roll_back(root: Path, model: str, stage: str, remote: str = "") -> Promotion:
    """Bring what was in a stage before back into it; raises UserError where nothing was."""
    _ready(root, stage, remote)
    tags = read_tags(root)
    found, now = tags.before(model, stage), tags.serving(model, stage)
    if found is None or now is None:
        what = f"nothing was there before {now.release}" if now else f"no {model} is there"
        raise UserError(
            f"there is nothing to go back to in {stage}: {what}; `make promote STAGE={stage} MODEL={model}@VERSION` "
            "takes any version"
        )
    _checked(promoted_folder(found, root))
    return _assign(root, found, stage, (), remote)


def _ready(root: Path, stage: str, remote: str) -> None:
    known = stages_of(root)
    if stage not in known:
        raise UserError(
            f"there is no stage {stage!r}: write {', '.join(known)}, or add it to the file .gto"
        )
    if git(root, "var", "GIT_COMMITTER_IDENT").returncode:
        raise UserError(
            "git needs to know who promotes: run git config user.name me && git config user.email me@localhost"
        )
    if remote:
        done = git(root, "fetch", "--quiet", "--tags", remote)
        if done.returncode:
            raise UserError(f"git fetch --tags {remote} failed ({complaint(done)})")


def _checked(folder: Path) -> Bundle:
    """Return the model of a folder, if it may be promoted."""
    bundle = load_trusted(folder)
    if bundle.smoke_test:
        raise UserError(f"{folder} is a smoke test ({bundle.card.measured}): train longer")
    return bundle


def _register(
    root: Path, model: str, bundle: Bundle, version: str
) -> tuple[Promoted, tuple[str, ...]]:
    """Return the version that a checkout's model has, and the tag that was made if it had none."""
    card, versions = bundle.card, read_tags(root).versions(model)
    content = content_of(bundle.folder)
    called = {
        name: content_at(root, Promoted(model, name, commit)) for name, commit in versions.items()
    }
    if version in called and called[version] != content:
        raise UserError(
            f"{model}@{version} is another model ({called[version]}, and here is {content}): a version stays what it "
            f"is; leave the version out, or promote that one by its name, {model}@{version}"
        )
    own = [name for name, one in called.items() if one == content]
    if own and version in ("", *own):
        name = version or own[-1]
        return Promoted(model, name, versions[name]), ()
    if own:
        raise UserError(f"this model is {model}@{own[-1]} already: leave the version out")
    message = f"model {content}, {card.plate_format} plates, {card.measured or 'not evaluated'}"
    try:
        event = api.register(
            root,
            model,
            "HEAD",
            version=version or ("" if called else FIRST) or None,
            bump_minor=bool(called and not version),
            message=message,
        )
    except GTOException as error:
        raise UserError(f"{model} cannot be registered: {error}") from error
    return Promoted(model, event.version, event.commit_hexsha), (event.tag,)


def _assign(
    root: Path, found: Promoted, stage: str, made: tuple[str, ...], remote: str
) -> Promotion:
    tags = read_tags(root)
    before = tags.serving(found.model, stage)
    if before is not None and before.version == found.version:
        return Promotion(before, _pushed(root, found.model, made, remote), before)
    _wait(tags, found.model, stage)
    try:
        # By force where it has been there before: GTO would take that for a mistake.
        event = api.assign(root, found.model, stage, version=found.version, force=True)
    except GTOException as error:
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
    if not remote:
        return made
    tags = [f"refs/tags/{event.tag}" for event in read_tags(root).events if event.model == model]
    done = git(root, "push", "--quiet", "--atomic", remote, *tags)
    if done.returncode:
        _remove(root, made)
        raise UserError(
            f"{remote} did not take {', '.join(made) or model} ({complaint(done)}), and nothing is promoted: if "
            "somebody else promotes at this moment, do it again"
        )
    return made


def _remove(root: Path, tags: tuple[str, ...]) -> None:
    if tags:
        git(root, "tag", "--delete", *tags)
