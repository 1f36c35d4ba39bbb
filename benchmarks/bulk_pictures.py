"""Pictures to read at scale: drawn, in folders, tars and manifests, with broken ones between; and what they are."""

import io
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import pyarrow as pa
import pyarrow.parquet as pq

from src.common.progress import progress
from src.common.workers import available_cores, do, start_workers
from src.datasets.scenes import SceneRecipe
from src.generators.formats import get_format
from src.generators.scene import SceneOptions, World

# Pictures of a hundred that are in plain tars, compressed ones and a manifest; the others are in folders.
IN_TARS, IN_COMPRESSED, IN_MANIFEST = 20, 10, 10
# One of so many is no picture.
BROKEN_EVERY = 250
# Pictures in a folder or tar, and how many are given to a process at a time.
TOGETHER, CHUNK = 1000, 50
# Least height and width in pixels, and how many sizes there are of either: a row that is another picture's shows.
HEIGHT, WIDTH, SIZES = 48, 72, 8
JUNK = b"no picture"
SEED = 0


@dataclass(frozen=True)
class Drawn:
    """One picture. name: its file's. text: of its plate, "" without one. width, height: 0 where it is no picture."""

    name: str
    text: str
    width: int
    height: int
    content: bytes


def draw(index: int) -> Drawn:
    """Return picture ``index``: the same one whenever it is asked for."""
    name = f"{index:07}.jpg"
    if index % BROKEN_EVERY == BROKEN_EVERY - 1:
        return Drawn(name, "", 0, 0, JUNK)
    height, width = HEIGHT + index % SIZES, WIDTH + index // SIZES % SIZES
    options = SceneOptions(
        height=height, width=width, max_plates=1, empty_share=0.2, min_plate=0.5, max_plate=0.9
    )
    sample = SceneRecipe(_world(), options, SEED, "test")(index)
    content = cv2.imencode(".jpg", sample.image)[1].tobytes()
    text = sample.plates[0].known_text if sample.plates else ""
    return Drawn(name, text, width, height, content)


class Pictures:
    """So many drawn pictures below a folder. expected: each by (path, name in its archive), without its content."""

    def __init__(self, folder: Path, count: int) -> None:
        """Draw them."""
        self._folder = folder
        self.expected: dict[tuple[str, str | None], Drawn] = {}
        self._listed: list[str] = []
        self._tars: dict[Path, tarfile.TarFile] = {}
        for place in ("folders", "tars", "listed"):
            (folder / place).mkdir(parents=True)
        with ExitStack() as self._open:
            for index, drawn in enumerate(progress(_drawn(count), count, "drawn")):
                self._put(index, drawn)
        pq.write_table(pa.table({"path": self._listed}), folder / "listed.parquet")

    @property
    def sources(self) -> list[str]:
        """What the command is to read."""
        return [str(self._folder / name) for name in ("folders", "tars", "listed.parquet")]

    def _put(self, index: int, drawn: Drawn) -> None:
        kind, number = index % 100, index // 100 // TOGETHER
        member = None
        if kind < IN_TARS + IN_COMPRESSED:
            ending = ".tar" if kind < IN_TARS else ".tar.gz"
            path = self._folder / "tars" / f"{number:03}-{kind % 4}{ending}"
            member = drawn.name
            if path not in self._tars:
                packed = ending == ".tar.gz"
                tar = tarfile.open(path, "w:gz") if packed else tarfile.open(path, "w:")  # noqa: SIM115
                self._tars[path] = self._open.enter_context(tar)
            about = tarfile.TarInfo(member)
            about.size = len(drawn.content)
            self._tars[path].addfile(about, io.BytesIO(drawn.content))
        elif kind < IN_TARS + IN_COMPRESSED + IN_MANIFEST:
            path = self._folder / "listed" / drawn.name
            path.write_bytes(drawn.content)
            self._listed.append(f"listed/{drawn.name}")
        else:
            path = self._folder / "folders" / f"{index // TOGETHER:04}" / drawn.name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(drawn.content)
        self.expected[str(path), member] = Drawn(
            drawn.name, drawn.text, drawn.width, drawn.height, b""
        )


def _drawn(count: int) -> Iterator[Drawn]:
    starts = range(0, count, CHUNK)
    with start_workers(available_cores(), partial(_draw_some, count)) as pool:
        for some in pool.map(do, starts):
            yield from some


def _draw_some(count: int, start: int) -> list[Drawn]:
    return [draw(index) for index in range(start, min(start + CHUNK, count))]


_worlds: list[World] = []


def _world() -> World:
    """Return the world that this process draws in, made once."""
    if not _worlds:
        _worlds.append(World(get_format("swiss"), kept_plates=64))
    return _worlds[0]
