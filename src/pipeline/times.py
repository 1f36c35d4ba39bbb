"""How long each stage took when it last ran here; git and DVC ignore it."""

import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from ..common.config import OUT
from ..common.errors import UserError
from ..common.files import write_json

TIMES = OUT / "times"


def write_time(module: str, seconds: float, folder: Path = TIMES) -> None:
    """Record how long a stage took. module: the stage's, as "src.localize.train".

    One of several processes that train together leaves it to the one that started them. What cannot be written is left
    out: nothing depends on it.
    """
    if "TORCHELASTIC_RUN_ID" in os.environ:
        return
    model, verb = module.split(".")[-2:]
    ended = datetime.now(UTC).isoformat(timespec="seconds")
    with suppress(OSError, UserError):
        write_json(folder / f"{verb}_{model}.json", {"seconds": round(seconds, 1), "ended": ended})


def read_times(folder: Path = TIMES) -> dict[str, float]:
    """Return the seconds of each stage's last run, by the stage's name; those that are known."""
    times = {}
    for path in sorted(folder.glob("*.json")):
        with suppress(OSError, ValueError, KeyError, TypeError):
            times[path.stem] = float(json.loads(path.read_text(encoding="utf-8"))["seconds"])
    return times
