"""What attacks do to the server: whether answers stay right, others are served, memory comes back, and it ends in time.

python3 -m benchmarks.attack [--mutations N] [--seconds S] (four minutes)

Starts servers of its own on loopback, as `python3 -m benchmarks.serve` does, with room for 1,024 files each. It ends
with code 1 where something is not as docs/deploy.md says.
"""

import argparse
import json
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.attack_denials import (
    attacking,
    bomb,
    connection,
    drip,
    header_flood,
    idle,
    stalled_upload,
)
from benchmarks.attack_inputs import answers_in, form, raw_cases, raw_faults, send_mutations
from benchmarks.report import machine, table
from benchmarks.serve import draw_pictures, find_model, memory, ready, server
from src.common.config import load_config
from src.common.errors import run_main
from src.pipeline.world import load_world

MUTATIONS, SECONDS = 4000, 15.0
READY_S, KEPT_MB, END_S = 10.0, 50.0, 26.0
"""Within so many seconds after an attack it reads pictures again, with at most so many MB more than before; and so many
seconds after SIGTERM it is gone."""

FILES, IDLE = 1024, 1100
# Address of the client that means no harm; loopback has many.
_OTHER = "127.0.0.9"
Attack = Callable[[int], AbstractContextManager[object]]
HEAD = (
    "attack",
    "reads during it",
    "ready after, s",
    "memory before, MB",
    "after, MB",
    "SIGTERM, s",
)


def reads(port: int, picture: bytes, timeout_s: float = 30.0) -> bool:
    """Return whether a client of another address gets a picture read."""
    body = form(picture)
    head = (
        "POST /predict HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Content-Type: multipart/form-data; boundary=mutated\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    try:
        with connection(port, _OTHER) as connected:
            connected.settimeout(timeout_s)
            connected.sendall(head.encode() + body)
            got = bytearray()
            while data := connected.recv(1 << 16):
                got += data
        ((status, _),) = answers_in(bytes(got))
        return status == 200
    except (OSError, ValueError):
        return False


def attacks() -> dict[str, Attack]:
    """Return the denials by name; each attacks until its context ends."""

    @contextmanager
    def all_at_once(port: int) -> Iterator[None]:
        with ExitStack() as stack:
            for one in list(alone.values()):
                stack.enter_context(one(port))
            yield

    alone: dict[str, Attack] = {
        "JPEG bombs": lambda port: attacking(port, 4, bomb),
        "stalled uploads": lambda port: attacking(port, 12, stalled_upload),
        "header flood": lambda port: attacking(port, 8, header_flood),
        "idle connections": lambda port: idle(port, IDLE),
        "half a header": lambda port: idle(port, IDLE, b"GET / HT"),
        "dripping headers": lambda port: attacking(port, 50, drip),
    }
    return {**alone, "all of them": all_at_once}


def withstand(
    port: int, process: int, picture: bytes, attack: Attack, seconds: float
) -> tuple[list[str], list[str]]:
    """Attack for so many seconds; return cells of a row, and what was wrong."""
    wrong = [] if all(reads(port, picture) for _ in range(20)) else ["no pictures are read before"]
    before, done = memory(process), []
    with attack(port):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            done.append(reads(port, picture))
            time.sleep(0.2)
    begin = time.monotonic()
    while not (ready(port) and reads(port, picture)) and time.monotonic() < begin + 2 * READY_S:
        time.sleep(0.1)
    after_s = time.monotonic() - begin
    while (after := memory(process)) > before + KEPT_MB and time.monotonic() < begin + 2 * READY_S:
        time.sleep(0.5)
    if not any(done):
        wrong.append("nobody else was served")
    if after_s > READY_S:
        wrong.append(f"ready after {after_s:.1f} s")
    if after > before + KEPT_MB:
        wrong.append(f"{after - before:.0f} MB more than before")
    cells = [f"{sum(done)} of {len(done)}", f"{after_s:.1f}", f"{before:.0f}", f"{after:.0f}"]
    return cells, wrong


def foreign_lines(log: Path) -> list[str]:
    """Return the lines of a log that are no JSON objects."""
    return [line for line in log.read_text().splitlines() if not _is_object(line)]


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def main() -> None:
    """Attack, print the tables, and end with code 1 where something was wrong."""
    parser = argparse.ArgumentParser(
        prog="python3 -m benchmarks.attack", description="Attack the server on loopback."
    )
    parser.add_argument("--mutations", type=int, default=MUTATIONS, help="default: %(default)s")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="default: %(default)s")
    arguments = parser.parse_args()
    (picture,) = draw_pictures(load_world(load_config()), 1)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wrong: list[str] = []
    with TemporaryDirectory() as folder:
        model, _ = find_model(Path(folder))
        log = Path(folder) / "log.txt"
        print(machine(["uvicorn", "httptools", "pillow"]), flush=True)
        with server(model, log) as (port, process):
            for name, (answers, faults) in {
                "raw requests": raw_faults(port, list(raw_cases().items())),
                "mutated bodies": send_mutations(port, arguments.mutations, 4),
            }.items():
                print(f"{name}: {dict(sorted(answers.items()))}", flush=True)
                wrong += [f"{name}: {fault}" for fault in faults]
        rows = []
        for name, attack in attacks().items():
            resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, most))
            with server(model, log) as (port, process):
                resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
                cells, faults = withstand(port, process.pid, picture, attack, arguments.seconds)
                with attack(port):
                    time.sleep(2.0)
                    begin = time.monotonic()
                    process.send_signal(signal.SIGTERM)
                    code = process.wait(2 * END_S)
                    ended = time.monotonic() - begin
            if ended > END_S or code != 0:
                faults.append(f"ended after {ended:.1f} s with {code}")
            faults += [f"in the log: {line[:200]}" for line in foreign_lines(log)]
            wrong += [f"{name}: {fault}" for fault in faults]
            rows.append([name, *cells, f"{ended:.1f}"])
            print(rows[-1], faults, flush=True)
    print(f"\n{table(HEAD, rows, texts=2)}")
    for line in wrong:
        print(f"WRONG: {line}", file=sys.stderr)
    if wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    run_main(main)
