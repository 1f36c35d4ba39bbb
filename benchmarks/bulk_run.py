"""Running the command that reads at scale, watching its processes, and killing them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.bulk_pictures import Pictures
from src.common.errors import UserError
from src.reading.bulk.plan import RUN, load_run, part_name
from src.reading.bulk.rows import Counts, counts_of
from src.reading.bulk.target import target_at

ROOT = Path(__file__).resolve().parents[1]
# Seconds between two looks at a run, and those that processes have to end after the one that they work for.
LOOK_S, GONE_S = 0.05, 20.0
COLUMNS = ["path", "member", "width", "height", "plate", "error"]


@dataclass
class Seen:
    """What was seen of a run. moments: (seconds since it began, share that is written, MB of the command, MB of all the
    processes that read). processor_s: of all of them together, once it has ended."""

    moments: list[tuple[float, float, float, float]] = field(default_factory=list)
    processor_s: float = 0.0


class BulkRun:
    """The command, started to read into a folder."""

    def __init__(
        self, sources: Sequence[str], target: Path, options: Sequence[str] = (), cores: int = 0
    ) -> None:
        """options: of the command. cores: how many it may use; 0 for all."""
        self.target, self._log = target, target.with_suffix(".log")
        allowed = sorted(os.sched_getaffinity(0))[: cores or None]
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "src.read", "--bulk", *sources, "--out", str(target)]
            self._process = subprocess.Popen(
                [*command, "--model", "release", *options],
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=lambda: os.sched_setaffinity(0, allowed),
            )
        self.began = time.monotonic()

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def share(self) -> float:
        """Return the share of the parts that are written."""
        if not (self.target / RUN).is_file():
            return 0.0
        run = load_run(target_at(str(self.target)))
        assert run is not None
        return sum(1 for _ in self.target.glob("part-*.parquet")) / run.parts

    def until(self, ready: Callable[[], bool]) -> None:
        """Wait until something is so, or the run has ended."""
        while self.alive and not ready():
            time.sleep(LOOK_S)

    def watch(self, seen: Seen, every_s: float) -> None:
        """Note share and memory now and then until it has ended; raises UserError when it fails."""
        while self.alive:
            children = self.children()
            memory = megabytes([self._process.pid]), megabytes(children)
            seen.moments.append((time.monotonic() - self.began, self.share(), *memory))
            end = time.monotonic() + every_s
            self.until(lambda end=end: time.monotonic() > end)  # type: ignore[misc]
        self.finish()

    def finish(self) -> None:
        """Wait for its end; raises UserError when it fails."""
        if self._process.wait() != 0:
            raise UserError(f"reading failed: {self._log.read_text(errors='replace')[-2000:]}")

    def children(self) -> list[int]:
        """Return the numbers of the processes that read for it."""
        return children_of(self._process.pid)

    def kill(self) -> int:
        """Kill the command alone, and return how many of its processes outlive it."""
        readers = self.children()
        self._process.kill()
        self._process.wait()
        end = time.monotonic() + GONE_S
        while (left := [pid for pid in readers if _runs(pid)]) and time.monotonic() < end:
            time.sleep(LOOK_S)
        return len(left)

    def kill_reader(self, number: int) -> bool:
        """Kill one of the processes that read for it; say whether there was one."""
        readers = self.children()
        if not readers:
            return False
        os.kill(readers[number % len(readers)], signal.SIGKILL)
        return True


@dataclass(frozen=True)
class Check:
    """What the rows of a run are.

    pictures: that there are. lost: those without a row. twice: rows too many. wrong: rows that are another picture's,
    or have an error that they should not have, or none. exact, plates: texts that are right, and plates.
    """

    pictures: int
    rows: int
    lost: int
    twice: int
    wrong: int
    exact: int
    plates: int


def check(target: Path, pictures: Pictures) -> Check:
    """Compare the rows of a run with the pictures that it was given."""
    left = dict(pictures.expected)
    rows = twice = wrong = exact = plates = 0
    for file in sorted(target.glob("part-*.parquet")):
        for row in pq.read_table(file, columns=COLUMNS).to_pylist():
            rows += 1
            drawn = left.pop((row["path"], row["member"]), None)
            if drawn is None:
                twice += 1
                continue
            broken = "unreadable" if not drawn.width else None
            size = row["width"] or 0, row["height"] or 0
            wrong += row["error"] != broken or size != (drawn.width, drawn.height)
            plates += bool(drawn.text)
            exact += bool(drawn.text) and row["plate"] == drawn.text
    return Check(len(pictures.expected), rows, len(left), twice, wrong, exact, plates)


def held(target: Path) -> Counts:
    """Return what the parts of a run hold."""
    run = load_run(target_at(str(target)))
    assert run is not None
    total = Counts()
    for number in range(run.parts):
        with (target / part_name(number)).open("rb") as file:
            counts = counts_of(file, run.id, number)
        assert counts is not None
        total.add(counts)
    return total


def children_of(parent: int) -> list[int]:
    """Return the numbers of a process's children."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state = path.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if int(state[1]) == parent and state[0] != "Z":
            found.append(int(path.parent.name))
    return sorted(found)


def megabytes(processes: Sequence[int]) -> float:
    """Return the memory that processes hold, in MB; of those that are gone none."""
    total = 0.0
    for process in processes:
        try:
            status = Path(f"/proc/{process}/status").read_text()
        except OSError:
            continue
        lines = [line for line in status.splitlines() if line.startswith("VmRSS")]
        total += sum(int(line.split()[1]) for line in lines) * 1024 / 1e6
    return total


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
