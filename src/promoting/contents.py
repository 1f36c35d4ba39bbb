"""What the versions of a model hold, read from their commits."""

import hashlib
from pathlib import Path

from ..bundle.bundle import CARD, RELEASE, VERSION_DIGITS
from ..bundle.card import BundleCard, parse_card
from ..bundle.files import SUMS
from ..bundle.promoted import Promoted
from ..bundle.signature import SIGNATURE
from ..common.errors import UserError
from ..common.git import complaint, git


def card_of(root: Path, found: Promoted) -> BundleCard:
    """Return the card of a version; its `version` is what the model's files are, whatever the tag is called.

    Raises UserError where the commit is not here, has no such model, or one whose card is damaged.
    """
    try:
        version = _content(_at(root, found, SUMS), None)
        return parse_card(_at(root, found, CARD).decode(), version)
    except ValueError as error:
        raise UserError(f"the card of {found.release} is damaged ({error})") from error


def content_at(root: Path, found: Promoted) -> str:
    """Return what a version holds, as `content_of` says it of a folder; "" where its commit has no such model."""
    sums, signed = (
        git(root, "cat-file", "blob", f"{found.commit}:{found.model}/{name}")
        for name in (SUMS, SIGNATURE)
    )
    if sums.returncode:
        return ""
    return _content(sums.stdout, signed.stdout if signed.returncode == 0 else None)


def content_of(folder: Path) -> str:
    """Return what the files of a bundle's folder are: its `BundleCard.version`, and by which signature it is signed."""
    signature = folder / SIGNATURE
    return _content(
        (folder / SUMS).read_bytes(), signature.read_bytes() if signature.is_file() else None
    )


def released_models(root: Path) -> list[str]:
    """Return the names of the released models of a checkout: release, and release/NAME of each other one."""
    folder = root / RELEASE.name
    found = [folder, *sorted(path.parent for path in folder.glob(f"*/{SUMS}"))]
    return [path.relative_to(root).as_posix() for path in found if (path / SUMS).is_file()]


def _content(sums: bytes, signature: bytes | None) -> str:
    content = hashlib.sha256(sums).hexdigest()[:VERSION_DIGITS]
    if signature is None:
        return content
    return f"{content} signed {hashlib.sha256(signature).hexdigest()[:VERSION_DIGITS]}"


def _at(root: Path, found: Promoted, name: str) -> bytes:
    done = git(root, "cat-file", "blob", f"{found.commit}:{found.model}/{name}")
    if done.returncode:
        raise UserError(
            f"{found.release} names the commit {found.commit[:7]}, which has no {found.model}/{name} "
            f"({complaint(done)}): run git fetch --tags"
        )
    return done.stdout
