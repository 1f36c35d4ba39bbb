"""`--bulk`: from what was asked to parts that are written, and how that ends."""

import os
import time
from argparse import Namespace
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from ...bundle.bundle import Bundle
from ...bundle.choose import choose_model
from ...common.errors import EXIT_INTERRUPTED
from ...common.workers import available_cores
from ..console import give, tell
from ..interrupt import on_interrupt
from ..narrow import narrow
from ..parallel import in_order
from . import plan
from .crew import Crew
from .finding import Finder
from .on_ray import read_on_ray
from .plan import Run
from .progress import follow
from .rows import Counts, counts_of
from .stores import check_url, is_url
from .summary import summary, write_summary
from .target import FolderTarget, Target, target_at

# Parts that are looked at at a time when a run goes on: in a store it is waiting that takes long.
_LOOKING = 16

Said = Generator[int | Counts, None, None]


def read_in_bulk(a: Namespace) -> int:
    """Read what the command line names into parts, or what is left of it.

    Returns 0 when every picture has its row, also where it is one that says what is wrong; 130 after Ctrl-C. Raises
    UserError when that cannot be; what was written stays, and the same command goes on.
    """
    target = target_at(a.out)
    sources = [_absolute(name) for name in a.paths]
    plan.load_run(target)  # before anything is written
    bundle = choose_model(a.model)
    narrow(bundle, a.min_confidence, a.format, a.country)  # raises what each process would
    tell(bundle.title)
    options = {
        "min_confidence": a.min_confidence,
        "format": a.format,
        "countries": list(a.country),
        "rotate": a.rotate,
    }
    with target.alone():
        run = plan.load_run(target)
        if run is None:
            run = _listed(target, sources, options, bundle.card.version)
        else:
            plan.check_same(run, sources, options, bundle.card.version)
        total, done = _looked_at(target, run)
        if done:
            tell(f"{len(done):,} of {run.parts:,} parts are there: {total.pictures:,} pictures")
        settings = {**options, "roots": [name for name in sources if Path(name).is_dir()]}
        return _read(a.ray, bundle, settings, run, target, total, done)


def _read(
    ray: str | None,
    bundle: Bundle,
    settings: dict[str, Any],
    run: Run,
    target: Target,
    total: Counts,
    done: set[int],
) -> int:
    before, began = total.pictures, time.monotonic()
    stream = _on_cores if ray is None else _on(ray)
    with on_interrupt() as asked, closing(stream(bundle, settings, run, target, done)) as said:
        ticks = _counted(said, total, each=ray is None)
        for _ in follow(ticks, before, run.pictures, "read"):
            if asked.is_set():
                break
    give(summary(run, total, total.pictures - before, time.monotonic() - began))
    if asked.is_set() and total.pictures < run.pictures:
        tell("stopped: the same command goes on from here")
        return EXIT_INTERRUPTED
    assert total.pictures == run.pictures, "a part is missing, or is there twice"
    write_summary(target, run, total)
    return 0


def _counted(said: Said, total: Counts, each: bool) -> Iterator[int]:
    """Add up parts as they are written, and yield how many more pictures were read each time.

    each: single pictures are told as well as parts.
    """
    for one in said:
        if isinstance(one, Counts):
            total.add(one)
            yield 0 if each else one.pictures
        else:
            yield one


def _on_cores(
    bundle: Bundle, settings: dict[str, Any], run: Run, target: Target, done: set[int]
) -> Said:
    settings = {**settings, "model": str(bundle.folder.absolute())}
    # No more processes than there are parts of fifty pictures: each takes seconds to load its model.
    size = max(1, min(available_cores(), run.parts - len(done)))
    with Crew(settings, size) as crew:
        yield from crew.read(plan.tasks(target, run, done), run, target)


def _on(address: str) -> Callable[[Bundle, dict[str, Any], Run, Target, set[int]], Said]:
    def read(
        bundle: Bundle, settings: dict[str, Any], run: Run, target: Target, done: set[int]
    ) -> Said:
        name = str(target.folder) if isinstance(target, FolderTarget) else target.name
        tasks = list(plan.tasks(target, run, done))
        yield from read_on_ray(address, bundle, settings, run, name, tasks)

    return read


def _listed(target: Target, sources: list[str], options: dict[str, Any], model: str) -> Run:
    folder = target.folder if isinstance(target, FolderTarget) else None
    finder = Finder(sources, folder)

    def items() -> Iterator[Any]:
        found = finder.items()
        yield from (item for item, _ in zip(found, follow(_ones(), 0, 0, "listed"), strict=False))

    begin = time.monotonic()
    run = plan.new_run(target, sources, options, model, items(), lambda: finder.left_out)
    took = time.monotonic() - begin
    tell(f"listed: {run.pictures:,} pictures in {run.parts:,} parts, {took:.1f} s")
    return run


def _ones() -> Iterator[int]:
    while True:
        yield 1


def _looked_at(target: Target, run: Run) -> tuple[Counts, set[int]]:
    """Return what the parts hold that are there, whole and settled, and their numbers."""
    names = {plan.part_name(number): number for number in range(run.parts)}
    there = [names[name] for name in target.files() if name in names]

    def look(number: int) -> Counts | None:
        with target.open(plan.part_name(number)) as file:
            return counts_of(file, run.id, number)

    total, done = Counts(), set()
    for number, counts in zip(there, in_order(look, there, _LOOKING), strict=True):
        if counts is not None and counts.settled:
            total.add(counts)
            done.add(number)
    return total, done


def _absolute(name: str) -> str:
    if is_url(name):
        check_url(name)
        return name
    return os.path.abspath(name)  # noqa: PTH100 - that of pathlib keeps ".."
