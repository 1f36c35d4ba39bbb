"""What sources name, picture by picture: folders, globs, tars, manifests and object stores."""

import glob
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from pathlib import Path, PurePosixPath
from threading import Lock

from fsspec import AbstractFileSystem

from ...common.errors import UserError
from ...common.untrusted import one_line, printable
from ..parallel import in_order
from ..sources import RAW_PROBLEM, VIDEOS, Source, find_sources, is_raw, is_wanted
from . import manifests, stores, tars
from .items import UNKNOWN, Item, is_archive
from .seen import Seen

# Tars that are gone through at a time: where they lie in a store, it is waiting that takes long.
_TARS = 8
TWICE, VIDEO = "named twice", "videos"


class Finder:
    """Finds what some sources name.

    left_out: how many things, by what they are, were passed over: videos, and pictures that were named before.
    """

    def __init__(self, names: Iterable[str], left_out: Path | None = None) -> None:
        """names: folders, globs, tars, manifests, pictures and URLs. left_out: a folder that is passed over."""
        self._names, self._folder = list(names), left_out
        self.left_out: Counter[str] = Counter()
        self._counting = Lock()

    def items(self) -> Iterator[Item]:
        """Yield each picture once, in the order of the sources, and by name within one; what is broken as well.

        Paths are absolute. Raises UserError when a source is not there, or is none.
        """
        # A folder has no picture twice; of several sources, globs and manifests, nobody knows.
        alone = len(self._names) == 1 and not (
            glob.has_magic(self._names[0]) or self._names[0].endswith(manifests.ENDING)
        )
        with Seen() as seen:
            for item in self._apart(chain.from_iterable(map(self._of, self._names))):
                if alone or item.problem is not None or seen.add(item):
                    yield item
                else:
                    self._leave_out(TWICE)

    def _of(self, name: str) -> Iterator[Item]:
        """Yield what one source names; archives as they are."""
        if stores.is_url(name):
            yield from self._in_store(name)
        elif name.endswith(manifests.ENDING):
            for manifest in _files(name):
                yield from manifests.listed(manifest)
        else:
            yield from self._here(name)

    def _here(self, name: str) -> Iterator[Item]:
        for source in find_sources([name], self._folder, archives=True):
            if source.problem is not None and str(source.path) == name:
                raise source.problem
            item = self._item(source)
            if item is not None:
                yield item

    def _item(self, source: Source) -> Item | None:
        path = os.path.abspath(source.path)  # noqa: PTH100 - that of pathlib keeps ".."
        if source.problem is not None:
            return Item(path, problem=str(source.problem))
        if source.kind == "camera":
            raise UserError(f"{source.path} is a camera, which has no end: --bulk reads pictures")
        if source.kind == "video":
            self._leave_out(VIDEO)
            return None
        return Item(path)

    def _in_store(self, url: str) -> Iterator[Item]:
        files, path = stores.open_store(url)
        web = not isinstance(files.protocol, str) and "http" in files.protocol
        try:
            if url.endswith(manifests.ENDING) and (web or files.isfile(path)):
                yield from manifests.listed(url)
                return
            elif web or files.isfile(path):
                found = iter([(path, UNKNOWN)])
            elif files.isdir(path):
                found = stores.walk(files, path)
            elif glob.has_magic(path):
                found = stores.matching(files, path)
            else:
                raise UserError(f"{url}: nothing is there; check the name, and who may read it")
            yield from self._of_store(files, path, found)
        except UserError:
            raise
        except Exception as error:  # each store has errors of its own
            raise UserError(f"{url} cannot be listed: {one_line(error)}") from error

    def _of_store(
        self, files: AbstractFileSystem, top: str, found: Iterator[tuple[str, int]]
    ) -> Iterator[Item]:
        for path, size in found:
            url = stores.full_name(files, path)
            if is_archive(path) or path == top:
                yield Item(url, size=size)
            elif path.endswith(manifests.ENDING):
                if glob.has_magic(top):
                    yield from manifests.listed(url)
            else:
                item = self._wanted(PurePosixPath(path), Item(url, size=size))
                if item is not None:
                    yield item

    def _apart(self, items: Iterator[Item]) -> Iterator[Item]:
        """Yield items, and in place of archives what is in them."""
        for packed, some in groupby(items, lambda i: i.problem is None and is_archive(i.path)):
            if packed:
                yield from chain.from_iterable(in_order(self._take_apart, some, _TARS))
            else:
                yield from some

    def _take_apart(self, item: Item) -> list[Item]:
        """Return the pictures in an archive; of several of one name the last, which is the one that is unpacked."""
        inside: dict[str, Item] = {}
        broken: list[Item] = []
        try:
            for entry in tars.members(item.path):
                member = Item(item.path, entry.name, entry.offset, entry.size)
                found = self._wanted(PurePosixPath(entry.name), member)
                if found is not None:
                    if inside.pop(entry.name, None):
                        self._leave_out(TWICE)
                    inside[entry.name] = found
        except UserError as error:
            broken.append(Item(item.path, problem=str(error)))
        except Exception as error:  # as above
            text = f"{printable(item.path)}: cannot be gone through ({one_line(error)})"
            broken.append(Item(item.path, problem=text))
        return [*inside.values(), *broken]

    def _leave_out(self, what: str) -> None:
        with self._counting:  # tars are gone through by several threads
            self.left_out[what] += 1

    def _wanted(self, name: PurePosixPath, item: Item) -> Item | None:
        """Return an item, broken if it is known to be; None where it is no picture."""
        if not is_wanted(name):
            return None
        if name.suffix.lower() in VIDEOS:
            self._leave_out(VIDEO)
            return None
        if is_raw(name):
            return Item(item.path, item.member, problem=f"{printable(str(name))}: {RAW_PROBLEM}")
        return item


def _files(name: str) -> list[str]:
    """Return the files that a path or glob stands for, by name."""
    if Path(name).exists() or not glob.has_magic(name):
        return [os.path.abspath(name)]  # noqa: PTH100
    found = sorted(glob.glob(os.path.abspath(name), recursive=True))  # noqa: PTH100, PTH207
    if not found:
        raise UserError(f"{name}: matches nothing; check the pattern")
    return found
