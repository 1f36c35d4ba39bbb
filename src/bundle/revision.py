"""Commits of the project, and the release/ of one, taken out of git into .cache/start."""

import hashlib
import io
import tarfile
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from ..common.errors import UserError
from ..common.files import writing
from ..common.git import complaint, git
from ..common.untrusted import one_line
from .bundle import RELEASE
from .files import SUMS

# Of the project's root, and ignored by git and DVC.
CACHE = ".cache/start"
_READ_ONLY = 0o444
_LINK = "120000"
# Of git, by how many digits they have.
_HASHES = {40: "sha1", 64: "sha256"}


def commit_of(root: Path, revision: str) -> str | None:
    """Return the commit of a branch, tag, commit or DVC experiment; None where there is no such thing, or no git."""
    # Told apart from options, which git would take.
    done = git(
        root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
    )
    if done.returncode == 0:
        return done.stdout.decode().strip()
    # DVC keeps an experiment as refs/exps/AB/CDEF…/NAME.
    listed = git(root, "for-each-ref", "--format=%(objectname) %(refname)", "refs/exps")
    for line in listed.stdout.decode().splitlines():
        commit, ref = line.split(" ", 1)
        if ref.count("/") > 3 and ref.split("/", 4)[4] == revision:
            return commit
    return None


def released_by(root: Path, commit: str, name: str) -> Path:
    """Return a copy of the release/ of a commit, of files that nobody is to write to; the checkout stays as it is.

    Where a file of an earlier copy was changed or lost it is taken out of git again. name: as the user calls it. Raises
    UserError where it has none.
    """
    folder = root / CACHE / commit / RELEASE.name
    if (folder / SUMS).is_file() and _is_whole(root, commit, folder):
        return folder
    done = git(root, "archive", "--format=tar", f"{commit}:{RELEASE.name}")
    if done.returncode:
        raise UserError(f"{name} has no {RELEASE.name}/ ({complaint(done)}): write {name} alone")
    with writing(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Several servers may start at once: each writes a folder of its own, and the first one's stays.
        with TemporaryDirectory(dir=folder.parent, prefix=".") as own:
            partial = Path(own) / RELEASE.name
            try:
                with tarfile.open(fileobj=io.BytesIO(done.stdout)) as files:
                    files.extractall(partial, filter="data")
            except tarfile.TarError as error:
                raise UserError(
                    f"{RELEASE.name}/ of {name} cannot be unpacked ({one_line(error)}): commit plain files alone"
                ) from error
            for path in partial.rglob("*"):
                if path.is_file():
                    path.chmod(_READ_ONLY)
            if not (partial / SUMS).is_file():
                raise UserError(
                    f"{RELEASE.name}/ of {name} holds no saved model: {SUMS} is not in it"
                )
            # A damaged copy goes; it is not moved back.
            if folder.exists() and not _is_whole(root, commit, folder):
                folder.rename(Path(own) / "damaged")
            if not folder.exists():
                with suppress(OSError):
                    partial.rename(folder)
    return folder


def _is_whole(root: Path, commit: str, folder: Path) -> bool:
    """Whether every file of a commit's release/ is in a copy of it as git has it."""
    listed = git(root, "ls-tree", "-r", "-z", f"{commit}:{RELEASE.name}").stdout.decode()
    for line in filter(None, listed.split("\0")):
        entry, _, name = line.partition("\t")
        mode, _, made = entry.split()
        if mode == _LINK:
            continue
        try:
            content = (folder / name).read_bytes()
        except OSError:
            return False
        own = hashlib.new(_HASHES[len(made)], usedforsecurity=False)
        own.update(b"blob %d\0" % len(content) + content)
        if own.hexdigest() != made:
            return False
    return True
