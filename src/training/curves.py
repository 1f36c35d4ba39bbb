"""What is measured in each epoch, as curves for `dvc plots` and TensorBoard."""

import sqlite3
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from dvclive import Live
from scmrepo.exceptions import SCMError
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

from ..common.errors import UserError
from ..common.files import writing

_VERSION = "brain.Event:2"


class Curves:
    """Curves over the epochs, counted from 0: ``dvclive`` and ``tensorboard`` in a folder, written anew from the start.

    epochs: what was measured before, by name. A run that goes on knows it from its checkpoint: of the epoch in which it
    was killed, the files may have numbers already. The root dvc.yaml is written by hand, hence ``dvcyaml=False``.
    Raises UserError, here and in `add`, when the disk is full, and here in a git repository without a commit.
    """

    def __init__(self, folder: Path, epochs: Sequence[Mapping[str, float]] = ()) -> None:
        self._folder, self._step = folder, 0
        # TensorBoard's own writer is a thread of its own, whose errors come late and as tracebacks.
        self._events = folder / "tensorboard/events.out.tfevents.epochs"
        with writing(folder):
            try:
                self._live = Live(
                    str(folder / "dvclive"),
                    dvcyaml=False,
                    report=None,
                    save_dvc_exp=False,
                    monitor_system=False,
                )
            except sqlite3.OperationalError as error:
                # It opens the DVC repository, and DVC its databases.
                raise UserError(
                    f"DVC cannot write what it keeps for itself ({error}): free some disk space where "
                    "DVC_SITE_CACHE_DIR, or /var/tmp, is, and run again"
                ) from error
            except SCMError as error:
                raise UserError(
                    f"DVC needs a commit in this git repository ({error}): run git add -A && "
                    "git -c user.name=me -c user.email=me@localhost commit -m Start, and run again"
                ) from error
            self._events.parent.mkdir(parents=True, exist_ok=True)
            self._events.write_bytes(b"")
            self._write(Event(wall_time=time.time(), file_version=_VERSION))
        for values in epochs:
            self.add(values)

    def add(self, values: Mapping[str, float]) -> None:
        """Write what was measured in the next epoch."""
        with writing(self._folder):
            for name, value in values.items():
                self._live.log_metric(name, value, timestamp=False)
            self._live.next_step()
            scalars = [
                Summary.Value(tag=name, simple_value=value) for name, value in values.items()
            ]
            self._write(
                Event(wall_time=time.time(), step=self._step, summary=Summary(value=scalars))
            )
            self._step += 1

    def end(self) -> None:
        """Write the last summary."""
        with writing(self._folder):
            self._live.end()

    def _write(self, event: Event) -> None:
        with self._events.open("ab") as file:
            RecordWriter(file).write(event.SerializeToString())
