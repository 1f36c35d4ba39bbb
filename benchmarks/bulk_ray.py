"""Two Ray nodes on this machine that read at scale, of which one is killed."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.bulk_pictures import Pictures
from benchmarks.bulk_run import BulkRun
from src.common.errors import UserError
from src.common.progress import tell
from src.common.untrusted import one_line

# Tries to start a node: Ray gives each half a minute, which is not enough on a machine that is busy.
TRIES = 6
# Cores of each node, and the share of the work after which one of them is killed.
CORES, KILL_AT = 1, 0.3


def two_nodes(pictures: Pictures, folder: Path) -> str:
    """Read pictures on two nodes, kill one of them, and return what happened; raises UserError where Ray is missing."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        from ray.cluster_utils import Cluster
    except ImportError as error:
        raise UserError("Ray is not installed: pip install 'ray[data]'") from error
    # The head gives out the work and reads nothing itself.
    cluster = Cluster()
    try:
        _start(lambda: cluster.add_node(num_cpus=0))
        nodes = [_start(lambda: cluster.add_node(num_cpus=CORES)) for _ in range(2)]
        cluster.wait_for_nodes()
        run = BulkRun(pictures.sources, folder, ["--ray", cluster.address])
        run.until(lambda: run.share() >= KILL_AT)
        if not run.alive:
            run.finish()
            raise UserError("all was read before a node could be killed: give more pictures")
        at, begin = run.share(), time.monotonic()
        cluster.remove_node(nodes[0], allow_graceful=False)
        run.finish()
        took = time.monotonic() - begin
        return f"one of two nodes killed at {at:.0%}; the other read the rest in {took:.0f} s"
    finally:
        cluster.shutdown()


def _start(start: Callable[[], Any]) -> Any:
    for _ in range(TRIES - 1):
        try:
            return start()
        except Exception as error:  # Ray has no class for it
            tell(f"a node has not started, another try: {one_line(error)}")
    return start()
