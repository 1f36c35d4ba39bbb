"""What becomes of six cameras that fail, and of the answers about what passes them.

python3 -m benchmarks.cameras [--minutes N] [--rate N] (N minutes, 30 by default, and one before)

Starts `python3 -m src.read --cameras` with six cameras on loopback: streams (MJPEG), snapshots and RTSP, that drop,
stall, send garbage and lie about lengths; before one of them a vehicle is parked. Answers go to a file and to a webhook
that is away at times. Half-way it is ended by SIGTERM and started again. Then it counts: readings a second on all
together, memory over time, and which passes were answered once, not at all, or more than once.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, NamedTuple

import yaml

from benchmarks.camera_passes import Clip, Street, draw_parked, draw_passes, judge
from benchmarks.camera_servers import Fault, Receiver, Stub, camera
from benchmarks.report import machine, table
from src.bundle.choose import choose_model
from src.common.config import ROOT
from src.common.errors import UserError, run_main

CLIPS = 3
SAMPLE_S = 2.0
AWAY_S, HOOK_TURN_S = 15.0, 45.0
"""The webhook is away for so many seconds of each turn."""
Kind = Literal["mjpeg", "snapshot", "rtsp"]
FAULTS: dict[str, tuple[Kind, Sequence[tuple[float, float, Fault]]]] = {
    "steady": ("mjpeg", ()),
    "dropped": ("mjpeg", ((20, 22, "drop"), (40, 41, "drop"))),
    "garbled": ("mjpeg", ((15, 20, "garbage"), (35, 40, "length"), (50, 52, "drop"))),
    "parked": ("mjpeg", ((25, 31, "stall"), (45, 47, "drop"))),
    "polled": ("snapshot", ((18, 20, "drop"), (30, 36, "stall"), (40, 44, "garbage"), (50, 55, "length"))),
    "rtsp": ("rtsp", ((28, 30, "drop"), (44, 48, "garbage"))),
}  # fmt: skip


class Sample(NamedTuple):
    """How it was at a time, in seconds from the start: pictures read since, and MB of the program and of its others."""

    seconds: float
    frames: int
    program: float
    others: float


class Watched(NamedTuple):
    """What a run of the command has left: samples, times (from, to) without it, seconds that it took to end each time,
    and its exit codes."""

    samples: list[Sample]
    broken: list[tuple[float, float]]
    endings: list[float]
    codes: list[int]


def write_settings(folder: Path, addresses: dict[str, str], hook: str, rate: float) -> Path:
    """Write cameras.yaml into a folder; return its path."""
    limits = {"connect_s": 5, "stall_s": 4, "retry_s": 5}
    content = {
        "state": "state",
        "limits": limits,
        "cameras": {name: {"source": url, "rate": rate} for name, url in addresses.items()},
        "outputs": {"lines": "answers.jsonl", "webhook": {"url": hook}},
    }
    path = folder / "cameras.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def watch(settings: Path, log: Path, seconds: float, restarts: int) -> Watched:
    """Run the command for so long, ended and started again so many times on the way; return what was noted."""
    kept = Watched([], [], [], [])
    began, frames_before = time.time(), 0
    for turn in range(restarts + 1):
        started = time.time()
        end = began + seconds * (turn + 1) / (restarts + 1)
        with log.open("a") as told:
            process = subprocess.Popen(
                [sys.executable, "-m", "src.read", "--cameras", str(settings)],
                cwd=ROOT,
                stderr=told,
                env=os.environ,
            )
        try:
            while time.time() < end:
                time.sleep(min(SAMPLE_S, max(end - time.time(), 0)))
                if process.poll() is not None:
                    raise UserError(f"the command ended by itself: {log.read_text()[-2000:]}")
                frames = frames_before + _frames(settings, started)
                program, others = memory(process.pid)
                kept.samples.append(Sample(time.time() - began, frames, program, others))
        finally:
            asked = time.time()
            process.send_signal(signal.SIGTERM)
            kept.codes.append(process.wait(60))
        kept.endings.append(time.time() - asked)
        frames_before += _frames(settings, started)
        # What nobody has watched: until it reads again.
        kept.broken.append((asked - 12, time.time() + 20))
    return kept


def memory(pid: int) -> tuple[float, float]:
    """Return the MB that a process holds, and those that its children hold together."""
    children = Path(f"/proc/{pid}/task")
    pids: set[str] = set()
    for task in children.iterdir():
        pids |= set((task / "children").read_text().split())
    return _resident(str(pid)), sum(_resident(child) for child in pids)


def _resident(pid: str) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # it ended just now
        return 0.0
    # What is shared by several processes counts for each with its part.
    lines = dict(line.split(":", 1) for line in text.splitlines()[1:])
    return float(lines["Pss"].split()[0]) / 1000


def _frames(settings: Path, since: float) -> int:
    """Return how many pictures were read by the process that was started then."""
    try:
        status = json.loads((settings.parent / "state/status.json").read_text())
    except (OSError, ValueError):
        return 0
    if status["time"] < since:
        return 0
    return sum(camera["frames"] for camera in status["cameras"].values())


def over_time(samples: Sequence[Sample], rows: int = 10) -> str:
    """Return a table of how it went, in so many rows at most."""
    chosen = samples[:: max(1, len(samples) // rows)]
    lines = []
    for before, now in pairwise(chosen):
        rate = (now.frames - before.frames) / (now.seconds - before.seconds)
        lines.append(
            [f"{now.seconds / 60:.1f}", f"{rate:.1f}", f"{now.program:.0f}", f"{now.others:.0f}"]
        )
    head = ("minute", "readings a second", "program, MB", "camera processes, MB")
    return table(head, lines, 0)


def hook_row(answers: Sequence[dict[str, Any]], receiver: Receiver, spool: Path) -> list[str]:
    """Return a row on the webhook: answers, received ones, those that wait, are lost, came twice, or out of order."""
    ids = [answer["id"] for answer in answers]
    got = [json.loads(body)["id"] for body, _ in receiver.received]
    first = list(dict.fromkeys(got))
    moved = sum(a != b for a, b in zip(first, [i for i in ids if i in set(got)], strict=False))
    waiting = {path.stem.partition("-")[2] for path in spool.glob("*.json")} - set(got)
    lost = len(set(ids) - set(got) - waiting)
    twice = sum(n - 1 for n in Counter(got).values())
    numbers = (len(ids), len(first), len(waiting), lost, twice, moved, receiver.attempts)
    return [str(number) for number in numbers]


def main() -> None:
    """Draw, watch, count."""
    parser = argparse.ArgumentParser(
        prog="python3 -m benchmarks.cameras", description="Watch six cameras that fail."
    )
    parser.add_argument("--minutes", type=float, default=30, help="default: %(default)s")
    parser.add_argument("--rate", type=float, default=10, help="of each camera; default: 10")
    arguments = parser.parse_args()
    bundle = choose_model()
    print(f"{bundle.title}\n{machine(('onnxruntime', 'opencv-python-headless', 'numpy'))}")
    clips = {
        name: [draw_parked(bundle.reader, bundle.card.plate_format, 70)]
        if name == "parked"
        else draw_passes(bundle.reader, bundle.card.plate_format, CLIPS, 71 + number)
        for number, name in enumerate(FAULTS)
    }
    with TemporaryDirectory() as folder:
        measure(Path(folder), clips, arguments.minutes * 60, arguments.rate)


def measure(folder: Path, clips: dict[str, list[Clip]], seconds: float, rate: float) -> None:
    """Watch for so many seconds, and print what came of it."""
    streets = {
        name: Street(clips[name], name == "parked", faults) for name, (_, faults) in FAULTS.items()
    }
    stubs = {name: Stub(street.picture, street.fault) for name, street in streets.items()}
    began = time.time()
    receiver = Receiver(lambda: 503 if (time.time() - began) % HOOK_TURN_S < AWAY_S else 204)
    with ExitStack() as stack:
        addresses = {
            name: stack.enter_context(camera(FAULTS[name][0], stub)) for name, stub in stubs.items()
        }
        hook = stack.enter_context(receiver.run())
        settings = write_settings(folder, addresses, hook, rate)
        watched = watch(settings, folder / "log", seconds, restarts=1)
    answers = [json.loads(line) for line in (folder / "answers.jsonl").read_text().splitlines()]
    ended, rows = time.time(), []
    for name, street in streets.items():
        own = [answer for answer in answers if answer["camera"] == name]
        verdict = judge(street, stubs[name].sent, own, ended, watched.broken)
        rows.append([name, *map(str, verdict), str(stubs[name].connections)])
    head = ("camera", "passes shown", "answered once", "lost", "doubled", "shown in part", "other answers",
            "connections")  # fmt: skip
    print(f"\n{table(head, rows, 1)}\n\n{over_time(watched.samples)}\n")
    heading = (
        "answers",
        "at the webhook",
        "in the spool",
        "lost",
        "twice",
        "out of order",
        "attempts",
    )
    print(f"{table(heading, [hook_row(answers, receiver, folder / 'state/webhook')], 0)}\n")
    endings = ", ".join(f"{ending:.1f} s" for ending in watched.endings)
    print(f"SIGTERM to end: {endings}; exit codes {watched.codes}")
    total = watched.samples[-1]
    print(
        f"{total.frames / total.seconds:.1f} readings a second over all, {total.frames:,} in {total.seconds:.0f} s"
    )


if __name__ == "__main__":
    run_main(main)
