"""Whatever a server process writes, in whatever way, is lines of JSON; a command that fails before speaks plainly."""

import json
import subprocess
import sys
from typing import Any

from src.serving.log_capture import as_json
from tests.source import ROOT

SERVER = """
import logging, os, sys, threading, warnings
from src.serving.log_capture import capture_logs, end_logs
capture = capture_logs()
os.write(2, b"a library that loads\\n")
capture.serve()
os.write(2, b"past Python\\n")
os.write(1, b"to standard output\\n")
print('{"of": "ours"}', file=sys.stderr)
logging.getLogger("uvicorn.error").error("gone %s", "wrong")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("asyncio").exception("a defect")
warnings.warn("something is old")
thread = threading.Thread(target=lambda: [][1])
thread.start()
thread.join()
os.system("echo a child >&2")
os.write(2, b"no end of line")
end_logs()
"""


def run(code: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)


def test_every_line_is_json() -> None:
    done = run(SERVER)
    assert done.stdout == ""
    lines: list[dict[str, Any]] = [json.loads(line) for line in done.stderr.splitlines()]
    messages = [line.get("message", "") for line in lines]
    for wanted in (
        "a library that loads", "past Python", "to standard output", "gone wrong", "a defect", "a child",
        "no end of line",
    ):  # fmt: skip
        assert wanted in messages
    assert {"of": "ours"} in lines
    assert any("something is old" in message for message in messages)
    errors = [line["error"] for line in lines if "error" in line]
    assert any("ZeroDivisionError" in error for error in errors)
    assert any("IndexError" in error for error in errors)
    assert all(line["level"] in ("info", "warning", "error") for line in lines if "message" in line)


def test_command_that_never_serves_is_left_alone() -> None:
    done = run(
        "import sys; from src.serving.log_capture import capture_logs, end_logs; capture_logs();"
        "print('error: no such port', file=sys.stderr); end_logs()"
    )
    assert done.stderr == "error: no such port\n"


def test_lines() -> None:
    assert as_json(b'{"a": 1}\r\n') == b'{"a": 1}\n'
    assert as_json(b"\n") == b""
    assert json.loads(as_json(b"[1]\n"))["message"] == "[1]"
    assert (
        json.loads(as_json(b'\xff "quoted"\n'))["message"] == '\N{REPLACEMENT CHARACTER} "quoted"'
    )
