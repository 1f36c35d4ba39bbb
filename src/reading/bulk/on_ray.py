"""The same on a cluster: Ray Data gives parts to actors on all nodes, each with a process that reads."""

import json
import logging
import os
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ...bundle.bundle import Bundle
from ...common.errors import UserError
from ...common.untrusted import one_line
from ...sandbox.process import HOME
from . import plan
from .crew import Crew
from .plan import Run
from .rows import Counts, counts_of
from .target import target_at

if TYPE_CHECKING:
    from types import ModuleType

LOCAL = "local"
"""The address that starts Ray on this machine alone, to try it."""

# Where in the target the model lies that the nodes read with.
_MODEL = "_bulk/model"
# Blocks that the work is cut into for each core; Ray keeps a record of each.
_BLOCKS = 20


class PartReader:
    """An actor: reads the parts that it is given, with one process, and writes them."""

    def __init__(
        self, files: Sequence[str], settings: Mapping[str, Any], run: Run, target: str
    ) -> None:
        """files: names of the saved model's, in the target. Raises UserError where this node does not see that."""
        self._run, self._target = run, target_at(target)
        there = plan.load_run(self._target) if self._target.has(plan.RUN) else None
        if there is None or there.id != run.id:
            raise UserError(
                f"{target} is not what {os.uname().nodename} sees there: --out, and folders that are read, have to be "
                "in an object store, or mounted at the same place on every node"
            )
        self._folder = TemporaryDirectory(prefix="plates-model-")
        for name in files:
            with self._target.open(f"{_MODEL}/{name}") as file:
                (Path(self._folder.name) / name).write_bytes(file.read())
        self._crew = Crew({**settings, "model": self._folder.name}, 1)

    def __call__(self, row: dict[str, Any]) -> dict[str, str]:
        """Read the parts that a row names; return what they hold."""
        parts = json.loads(row["parts"])
        total = Counts()
        left = []
        for part in parts:
            # Of a node that was lost after it had written: the same task comes again.
            counts = self._there(part)
            if counts is None or not counts.settled:
                left.append(part)
            else:
                total.add(counts)
        if left:
            for said in self._crew.read([left], self._run, self._target):
                if isinstance(said, Counts):
                    total.add(said)
        return {"counts": total.to_json()}

    def __del__(self) -> None:
        """End the process."""
        if hasattr(self, "_crew"):
            self._crew.close()

    def _there(self, part: int) -> Counts | None:
        name = plan.part_name(part)
        if not self._target.has(name):
            return None
        with self._target.open(name) as file:
            return counts_of(file, self._run.id, part)


def read_on_ray(
    address: str,
    bundle: Bundle,
    settings: Mapping[str, Any],
    run: Run,
    target: str,
    tasks: Sequence[list[int]],
) -> Generator[Counts, None, None]:
    """Read parts on a cluster, and yield what each task's parts hold.

    address: of Ray's head, as ``ray.init`` takes it, or LOCAL. target: as every node names it. The code is sent along,
    the model lies in the target; nodes need what ``pip install 'plate-pipeline[ray]'`` brings. Raises UserError when
    Ray is not installed or not there, a node does not see the target, or the pictures cannot be reached.
    """
    ray = _ray()
    if not tasks:
        return
    place = target_at(target)
    ours = not ray.is_initialized()
    try:
        if ours:
            _connect(ray, address)
        cores = max(1, int(ray.cluster_resources().get("CPU", 1)))
        for name in bundle.files:
            # Every node has the target; what Ray keeps of an actor's arguments may be lost with a node.
            place.write(f"{_MODEL}/{name}", (bundle.folder / name).read_bytes())
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        rows = ray.data.from_items(
            [{"parts": json.dumps(task)} for task in tasks],
            override_num_blocks=min(len(tasks), _BLOCKS * cores),
        )
        results = rows.map(
            PartReader,
            fn_constructor_args=(bundle.files, settings, run, target),
            compute=ray.data.ActorPoolStrategy(min_size=1, max_size=min(cores, len(tasks))),
            num_cpus=1,
        )
        for row in results.iter_rows():
            yield Counts.from_json(row["counts"])
    except ray.exceptions.RayError as error:
        raise _told(error) from error
    finally:
        if ours and ray.is_initialized():
            ray.shutdown()


def _ray() -> "ModuleType":
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise UserError(
            f"--ray needs {error.name or 'ray'}: run pip install 'plate-pipeline[ray]' (in a checkout: '.[ray]')"
        ) from error
    module: ModuleType = ray
    return module


def _connect(ray: "ModuleType", address: str) -> None:
    # Nothing is told to anybody.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    package = HOME / __package__.partition(".")[0]
    try:
        ray.init(
            address=address,
            runtime_env={"py_modules": [str(package)]},
            log_to_driver=False,
            logging_level="warning",
        )
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise UserError(
            f"no Ray at {address} ({one_line(error)}): start one with `ray start --head`, or give --ray {LOCAL} to try "
            "it on this machine"
        ) from error


def _told(error: BaseException) -> UserError:
    """Return what went wrong on a node, as it was told there."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, UserError):
            return cause
        cause = getattr(cause, "cause", None) or cause.__cause__
    return UserError(f"Ray gave up ({one_line(error)}): run the same command again, which goes on")
