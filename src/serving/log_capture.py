"""Makes everything that a server writes on standard error, and libraries on standard output, lines of JSON.

Python's own logging is told to. What is left is written past Python, by native libraries, or by the interpreter itself:
it goes through a pipe, and a thread makes JSON of what is none yet. Nobody who writes waits for whoever reads the log.
"""

import json
import logging
import os
import sys
import threading
import time
import traceback
from contextlib import suppress
from types import TracebackType

from .log import JsonFormatter, line, request_log
from .log_writer import LogWriter

END_S = 2.0
"""Longest time in seconds to wait until the last lines are written."""

_END = b"\0\n"
# Longest line that is kept whole; what is longer is cut.
_MOST = 1 << 20


class LogCapture:
    """Standard error as a pipe, from now on.

    Lines are held back until `serve`: a command that ends before has not served, and speaks to a person.
    """

    def __init__(self) -> None:
        self._real = os.dup(2)
        self._writer = LogWriter(self._real)
        reading, writing = os.pipe()
        os.dup2(writing, 2)
        os.close(writing)
        self._serving = threading.Event()
        self._thread = threading.Thread(target=self._pump, args=(reading,), daemon=True)
        self._thread.start()

    def serve(self) -> None:
        """Write JSON from now on, of what was held back as well, and of what goes to standard output."""
        self._serving.set()
        sys.stdout.flush()
        os.dup2(2, 1)
        # What is JSON already need not go through the pipe.
        for own in request_log().handlers:
            if isinstance(own, logging.StreamHandler):
                own.setStream(self._writer)
        handler = logging.StreamHandler(self._writer)
        handler.setFormatter(JsonFormatter())
        logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
        logging.captureWarnings(True)
        sys.excepthook = _uncaught
        threading.excepthook = lambda args: _log_error(args.exc_value)
        sys.unraisablehook = lambda args: _log_error(args.exc_value)

    def end(self, seconds: float) -> None:
        """Write what is left, which may take so many seconds, and give standard error back."""
        end = time.monotonic() + seconds
        if self._thread.is_alive():
            sys.stdout.flush()
            sys.stderr.flush()
            os.write(2, _END)
            self._thread.join(seconds)
            os.dup2(self._real, 2)
        self._writer.wait(max(0.0, end - time.monotonic()))

    def _pump(self, reading: int) -> None:
        held: list[bytes] = []
        with os.fdopen(reading, "rb") as lines:
            for text in iter(lambda: lines.readline(_MOST), b""):
                # The last line may have no end of its own.
                held.append(text.removesuffix(_END))
                last = text.endswith(_END)
                if last or self._serving.is_set():
                    self._writer.put(
                        b"".join(map(as_json, held) if self._serving.is_set() else held)
                    )
                    held.clear()
                if last:
                    return


_capture: LogCapture | None = None


def capture_logs() -> LogCapture:
    """Return the capture of this process, which begins with the first call."""
    global _capture
    _capture = _capture or LogCapture()
    return _capture


def end_logs(seconds: float = END_S) -> None:
    """Write what is left, if logs were captured, within so many seconds."""
    if _capture is not None:
        _capture.end(seconds)


def as_json(text: bytes) -> bytes:
    """Return a line as it is if it is a JSON object, else as the message of one; nothing for an empty one."""
    with suppress(ValueError):
        if isinstance(json.loads(text), dict):
            return text.rstrip(b"\r\n") + b"\n"
    message = text.decode("utf-8", "replace").rstrip()
    return (line("info", {"message": message}) + "\n").encode() if message else b""


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    _log_error(error)


def _log_error(error: BaseException | None) -> None:
    text = "".join(traceback.format_exception(error)) if error is not None else ""
    print(line("error", {"message": str(error), "error": text}), file=sys.stderr)
