"""Whether reading at scale loses a picture or memory, whatever is killed: ``python3 -m benchmarks.bulk``.

Draws pictures (a hundred thousand unless told otherwise, 300 MB) into folders, tars, compressed tars and a manifest,
with broken ones between, and reads them with `python3 -m src.read --bulk`: once while nothing disturbs it, and its
memory is watched; then as many as --killed says, with the command killed at random moments, and processes that read
for it too, and started again each time; then some on one core and on all of them, in turns. Every row is compared with
what was drawn. With --ray two Ray nodes on this machine read, and one of them is killed.
"""

import argparse
import os
import random
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.bulk_chart import soak_chart
from benchmarks.bulk_pictures import Pictures
from benchmarks.bulk_run import BulkRun, Check, Seen, check, held
from benchmarks.report import machine, table
from src.common.errors import UserError, run_main
from src.common.progress import tell
from src.common.workers import available_cores

PICTURES, KILLED, COMPARED, KILLS = 100_000, 10_000, 4_000, 10
# Times that one core and all cores take turns, and looks at the memory.
TURNS, LOOKS = 2, 300
HEAD = ("run", "pictures", "rows", "lost", "twice", "wrong", "exact", "what else")
Mark = tuple[float, float]


def undisturbed(pictures: Pictures, folder: Path, seen: Seen) -> list[str]:
    """Read all pictures and watch; return a row."""
    before = os.times()
    run = BulkRun(pictures.sources, folder)
    run.watch(seen, every_s=max(0.2, len(pictures.expected) / 100 / LOOKS))
    after = os.times()
    seen.processor_s = sum(after[2:4]) - sum(before[2:4])
    useful = held(folder).seconds / seen.processor_s
    return ["undisturbed", *cells(check(folder, pictures)), f"{useful:.0%} of the processor reads"]


def killed(
    pictures: Pictures, folder: Path, kills: int, moments: random.Random
) -> tuple[list[str], list[Mark]]:
    """Read all pictures, kill the command so often at random shares of the work, and a process that reads between.

    Return a row, and for each kill when it was, in seconds of work, and the share that was written by then.
    """
    marks: list[Mark] = []
    spent, outlived, readers = 0.0, 0, 0
    for share in sorted(moments.random() for _ in range(kills)):
        run = BulkRun(pictures.sources, folder)
        half, late = (run.share() + share) / 2, moments.random()
        run.until(lambda run=run, half=half: run.share() >= half)  # type: ignore[misc]
        readers += run.kill_reader(moments.randrange(100))
        run.until(lambda run=run, share=share: run.share() >= share)  # type: ignore[misc]
        end = time.monotonic() + late
        run.until(lambda end=end: time.monotonic() > end)  # type: ignore[misc]
        outlived += run.kill()
        spent += time.monotonic() - run.began
        marks.append((spent, run.share()))
        tell(f"killed at {run.share():.0%}")
    last = BulkRun(pictures.sources, folder)
    last.finish()
    marks.append((spent + time.monotonic() - last.began, last.share()))
    what = f"{kills} kills, {readers} of processes that read; {outlived} outlived it"
    return ["killed", *cells(check(folder, pictures)), what], marks


def scaling(pictures: Pictures, folder: Path) -> str:
    """Read all pictures on one core and on all of them, in turns; return what that says of the rates."""
    folder.mkdir()
    rates: dict[int, list[float]] = {1: [], available_cores(): []}
    for turn in range(TURNS):
        for cores, found in rates.items():
            target = folder / f"{cores}-{turn}"
            BulkRun(pictures.sources, target, cores=cores).finish()
            counts = held(target)
            found.append(counts.pictures / (counts.ended - counts.began))
    one, most = max(rates[1]), max(rates)
    best = max(rates[most])
    share = best / one / most
    return f"One core {one:.1f} pictures a second, {most} cores {best:.1f}: {share:.0%} of {most} × one core"


def memory(seen: Seen) -> str:
    """Return how much memory was held early and late in a run, at most."""
    lines = []
    for name, column in (("the command", 2), ("the processes that read, together", 3)):
        early, late = (
            max((m[column] for m in seen.moments if low <= m[1] < high), default=0.0)
            for low, high in ((0.1, 0.3), (0.8, 1.0))
        )
        lines.append(f"{name} {early:.0f} MB between 10 and 30%, {late:.0f} MB between 80 and 100%")
    return "Memory at most: " + "; ".join(lines)


def cells(found: Check) -> list[str]:
    """Return what a row of the table says of a run's rows."""
    numbers = (found.pictures, found.rows, found.lost, found.twice, found.wrong)
    return [*(f"{number:,}" for number in numbers), f"{found.exact / max(found.plates, 1):.1%}"]


def main() -> None:
    """Draw, read, kill, compare, and print the tables."""
    parser = argparse.ArgumentParser(
        prog="python3 -m benchmarks.bulk",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--pictures", type=int, default=PICTURES, help="read while watched")
    parser.add_argument("--killed", type=int, default=KILLED, help="read while killed")
    parser.add_argument("--compared", type=int, default=COMPARED, help="read on one core and all")
    parser.add_argument("--kills", type=int, default=KILLS, help="of the command")
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    parser.add_argument("--ray", type=int, metavar="N", help="read so many on two Ray nodes")
    parser.add_argument("--chart", type=Path, metavar="PNG", help="draw how both runs went")
    a = parser.parse_args()
    rows: list[list[str]] = []
    said: list[str] = []
    seen = Seen()
    marks: list[Mark] = []

    def keep(row: list[str]) -> None:
        tell(", ".join(row))  # the table comes hours later
        rows.append(row)

    with TemporaryDirectory() as name:
        folder = Path(name)
        if a.pictures:
            pictures = Pictures(folder / "all", a.pictures)
            keep(undisturbed(pictures, folder / "undisturbed", seen))
            said.append(memory(seen))
        if a.killed:
            pictures = Pictures(folder / "some", a.killed)
            row, marks = killed(pictures, folder / "killed", a.kills, random.Random(a.seed))
            keep(row)
        if a.compared:
            said.append(scaling(Pictures(folder / "few", a.compared), folder / "compared"))
        if a.ray:
            from benchmarks.bulk_ray import two_nodes

            pictures = Pictures(folder / "ray", a.ray)
            what = two_nodes(pictures, folder / "on-ray")
            keep(["two Ray nodes", *cells(check(folder / "on-ray", pictures)), what])
    print(f"{machine(['onnxruntime', 'pyarrow', 'numpy'])}\n")
    print("\n\n".join([table(HEAD, rows, texts=1), *said]))
    if a.chart:
        soak_chart(a.chart, seen, marks)
    bad = [row[0] for row in rows if row[3:6] != ["0", "0", "0"]]
    if bad:
        raise UserError(f"pictures were lost, doubled or mixed up: {', '.join(bad)}")


if __name__ == "__main__":
    run_main(main)
