"""One line of JSON for each request, and an id that ties it to the answer."""

import json
import logging
import re
import sys
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass
class Note:
    """What is known of a request while it is answered.

    facts: more for its log line; plate texts only if allowed. track: what its client calls the vehicle that its
    pictures are of, "" for nothing.
    """

    request_id: str
    facts: dict[str, Any] = field(default_factory=dict)
    track: str = ""


def is_plain(text: str) -> bool:
    """Say whether a client's word is short and plain enough to be written anywhere."""
    return bool(_SANE_ID.fullmatch(text))


def choose_id(asked: str) -> str:
    """Return the client's own request id if it is short and plain, else a new one."""
    return asked if is_plain(asked) else uuid.uuid4().hex


class JsonFormatter(logging.Formatter):
    """Writes what libraries log, with its traceback if it has one, as a line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        facts = {"logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            facts["error"] = self.formatException(record.exc_info)
        return line(record.levelname.lower(), facts)


def request_log() -> logging.Logger:
    """Return the logger of requests: bare lines to stderr, whatever else is configured."""
    logger = logging.getLogger("plates.requests")
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    return logger


def line(level: str, facts: dict[str, Any]) -> str:
    """Return a log line. JSON escapes line ends, so that no client can forge another line."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return json.dumps({"time": now, "level": level, **facts}, ensure_ascii=True)


def log(level: str, **facts: Any) -> None:
    """Write a line that belongs to no request."""
    request_log().info(line(level, facts))
