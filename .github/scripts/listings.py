"""Fetches the listings of folders from the DVC remote into the cache, each as dvc.lock says: ``listings.py``.

With the remote's option ``verify`` DVC hashes what it fetches, but for one kind of object: the listing of a folder
(names and hashes of its files) is used as it came, so that whoever can write to the remote could put any file into a
folder. Once the right listing is in the cache, DVC takes that one. Call this before every pull, in the repository.
"""

import hashlib
import sys
from pathlib import Path

from dvc.exceptions import DvcException
from dvc.repo import Repo
from dvc_data.hashfile.db import HashFileDB

LIMIT = 100_000_000
"""Bytes of a listing; one of 100,000 files has about a tenth."""


class AlteredError(Exception):
    """An object of the remote is not what its name says."""


def is_listing(content: bytes, oid: str) -> bool:
    """Tell whether this is the listing of that name."""
    return f"{hashlib.md5(content, usedforsecurity=False).hexdigest()}.dir" == oid


def in_cache(cache: HashFileDB, oid: str) -> bool:
    """Tell whether the cache holds a listing that is what its name says; any other is removed.

    DVC's own check believes every file that is read-only, and an unchecked pull leaves such files too.
    """
    path = Path(cache.oid_to_path(oid))
    if not path.is_file():
        return False
    if is_listing(path.read_bytes(), oid):
        return True
    path.unlink()
    return False


def fetch(remote: HashFileDB, cache: HashFileDB, oid: str) -> bool:
    """Copy a listing into the cache; False where the remote has none, AlteredError where it is another."""
    try:
        with remote.fs.open(remote.oid_to_path(oid), "rb") as file:
            content = file.read(LIMIT + 1)
    except FileNotFoundError:
        return False
    if not is_listing(content, oid):
        raise AlteredError(
            f"the remote's object {oid} was altered or is damaged: find out who can write there, delete it, and push "
            "again from a clone that has it"
        )
    cache.add_bytes(oid, content)
    cache.protect(cache.oid_to_path(oid))
    return True


def main() -> None:
    """Fetch what is missing, or end with one line on what is wrong."""
    with Repo() as repo:
        name = repo.config["core"].get("remote")
        if not name:
            sys.exit("error: there is no DVC remote to pull from: run make remote DIR=…")
        remote, cache = repo.cloud.get_remote_odb(), repo.cache.local
        if not remote.verify:
            sys.exit(
                f"error: what comes from the remote {name} would not be checked: run "
                f"dvc remote modify --local {name} verify true"
            )
        hashes = [out.hash_info for out in repo.index.outs if out.use_cache]
        missing = [h.value for h in hashes if h and h.isdir and not in_cache(cache, h.value)]
        # What DVC remembers of folders may come from listings that nobody has checked.
        repo.drop_data_index()
        for oid in missing:
            fetch(remote, cache, oid)


if __name__ == "__main__":
    try:
        main()
    except (AlteredError, DvcException) as error:
        sys.exit(f"error: {error}")
    except Exception as error:  # those of the storages' libraries have no class in common
        sys.exit(f"error: the DVC remote cannot be read: {' '.join(str(error).split())[:300]}")
