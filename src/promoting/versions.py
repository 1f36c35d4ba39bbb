"""Versions of released models: what a commit holds is checked, and registered by a tag that GTO makes."""

import re
from collections.abc import Iterable
from pathlib import Path

from gto import api
from gto.exceptions import GTOException
from scmrepo.exceptions import SCMError

from ..bundle.bundle import Bundle, load_trusted
from ..bundle.files import SUMS
from ..bundle.promoted import Promoted, promoted_folder, read_tags
from ..bundle.revision import commit_of
from ..common.errors import UserError
from ..common.git import complaint, git
from .contents import content_at, content_of

FIRST = "v1.0.0"
"""The version of a model that has none; later ones count its second number up."""
REFUSALS = (GTOException, SCMError, ValueError, OverflowError)
"""Of GTO, of what it reads git with, and of what both make of a tag that is none of theirs."""


def committed_model(root: Path, name: str) -> Bundle:
    """Return a model of the last commit, taken out of git.

    Raises UserError unless it may be promoted, and where anything in the checkout is not as in that commit.
    """
    status = git(root, "status", "--porcelain")
    if status.returncode:
        raise UserError(f"git does not say which files differ ({complaint(status)}): mend that")
    changed = status.stdout.decode(errors="replace").splitlines()
    if changed:
        raise UserError(
            f"files differ from the last commit ({', '.join(line[3:] for line in changed[:3])}"
            f"{', …' if changed[3:] else ''}): a version is a commit; commit them, or `git stash -u`"
        )
    head = Promoted(name, "HEAD", commit_of(root, "HEAD") or "HEAD")
    # Files that git ignores, or has been told to take for the same, are in no status.
    if content_at(root, head) != content_of(root / name):
        raise UserError(
            f"{name}/{SUMS} or its signature is not in the last commit as it is here: where git ignores it (git "
            f"check-ignore -v {name}/*), commit it by git add -f"
        )
    return checked_model(promoted_folder(head, root))


def checked_model(folder: Path) -> Bundle:
    """Return the model of a folder; raises UserError unless it may be promoted."""
    bundle = load_trusted(folder)
    if bundle.smoke_test:
        raise UserError(f"{folder} is a smoke test ({bundle.card.measured}): train longer")
    return bundle


def register(
    root: Path, model: str, bundle: Bundle, version: str
) -> tuple[Promoted, tuple[str, ...]]:
    """Return the version that a model of the last commit has, and the tag that was made if it had none.

    version: what it is to be called; "" for what it is called, or the next one. Raises UserError for a version that is
    another model's, or that was withdrawn, and for a model whose version was.
    """
    card, content, tags = bundle.card, content_of(bundle.folder), read_tags(root)
    versions, gone = tags.versions(model), tags.withdrawn(model)
    called, withdrawn = (
        {name: content_at(root, Promoted(model, name, commit)) for name, commit in some.items()}
        for some in (versions, gone)
    )
    if version in called and called[version] != content:
        raise UserError(
            f"{model}@{version} is another model ({called[version] or 'none here'}, and here is {content}): a version "
            f"stays what it is; leave the version out, or promote that one by its name, {model}@{version}"
        )
    own = [name for name, one in called.items() if one == content]
    if own and version in ("", *own):
        name = version or own[-1]
        return Promoted(model, name, versions[name]), ()
    if own:
        raise UserError(f"this model is {model}@{own[-1]} already: leave the version out")
    for name, one in withdrawn.items():
        if version == name or one == content:
            raise UserError(
                f"{model}@{name} was withdrawn, and {'this is that model' if one == content else 'stays what it was'}: "
                f"promote another one, or take that back (git tag -d '{model}@{name}!', and in a remote too)"
            )
    message = f"model {content}, {card.plate_format} plates, {card.measured or 'not evaluated'}"
    try:
        event = api.register(
            root,
            model,
            "HEAD",
            version=version or _next({*called, *withdrawn}),
            message=message,
        )
    except REFUSALS as error:
        hint = f" (write it like {FIRST})" if version else ""
        raise UserError(f"{model} cannot be registered: {error}{hint}") from error
    return Promoted(model, event.version, event.commit_hexsha), (event.tag,)


def _next(names: Iterable[str]) -> str:
    """Return the version after all those that a model has or had."""
    numbers = [tuple(map(int, re.findall(r"\d+", name)[:2])) for name in names]
    if not numbers:
        return FIRST
    major, minor = max(numbers)
    return f"v{major}.{minor + 1}.0"
