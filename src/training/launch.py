"""Launching a training in several processes: the stage starts itself again, once for each of them.

It does what `torchrun` does, by the same code, so that `dvc repro` stays the way to run a stage.
"""

import os
import signal
import sys

import torch
import torch.distributed as dist
from torch.distributed.elastic.multiprocessing.api import SignalException
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
from torch.distributed.elastic.rendezvous.api import RendezvousError
from torch.distributed.launcher.api import LaunchConfig, elastic_launch

from ..common.errors import EXIT_USER_ERROR, UserError
from ..common.workers import available_cores

# torchrun's own.
PORT = "29400"
# Seconds that a machine waits for the others before it gives up.
WAIT_S = 600


def launched(module: str, devices: int, nodes: int) -> bool:
    """Train in ``devices`` processes on each of ``nodes`` machines, if that is more than this process.

    module: the stage. Each machine runs the same command; MASTER_ADDR (and MASTER_PORT) in the environment say where
    they meet. Returns True when the processes have done it all, and False where this process is to train: alone, or
    as one of them, which it also is when `torchrun` has started it.
    Raises UserError for numbers that cannot be, and when a process or a machine is lost or never comes.
    """
    if dist.is_torchelastic_launched():
        return False
    if devices < 1 or nodes < 1:
        raise UserError(f"DEVICES and NUM_NODES must be at least 1, not {devices} and {nodes}")
    gpus = torch.cuda.device_count()
    if gpus and devices > gpus:
        raise UserError(f"DEVICES is {devices}, but this machine has {gpus} GPU(s): lower it")
    if devices * nodes == 1:
        return False
    # Processes with as many threads each as there are cores would stand in one another's way.
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, available_cores() // devices)))
    plan = LaunchConfig(
        min_nodes=nodes,
        max_nodes=nodes,
        nproc_per_node=devices,
        run_id=module,
        rdzv_backend="c10d",
        rdzv_endpoint=_meeting_point(nodes),
        rdzv_configs={"join_timeout": WAIT_S, "read_timeout": WAIT_S},
        max_restarts=0,
    )
    try:
        elastic_launch(plan, sys.executable)("-u", "-m", module)
    except ChildFailedError as error:
        raise _explained(error, devices * nodes) from error
    except RendezvousError as error:
        raise UserError(
            f"the {nodes} machines did not meet at {plan.rdzv_endpoint} ({error}): start the stage on all of them "
            "within ten minutes, with the same MASTER_ADDR, and NUM_NODES machines in all"
        ) from error
    except SignalException as error:
        raise KeyboardInterrupt from error
    return True


def _meeting_point(nodes: int) -> str:
    if nodes == 1:
        return "localhost:0"
    address = os.environ.get("MASTER_ADDR")
    if not address:
        raise UserError(
            f"NUM_NODES is {nodes}: set MASTER_ADDR to the name of one of the machines, the same on each of them"
        )
    return f"{address}:{os.environ.get('MASTER_PORT', PORT)}"


def _explained(error: ChildFailedError, count: int) -> BaseException:
    """Return what to raise: an explanation for a lost process; a plain exit for one that has printed its own error.

    The rest of the processes are ended by SIGTERM: that one says least.
    """
    ranks = sorted(error.failures)
    codes = {rank: error.failures[rank].exitcode for rank in ranks}
    lost = [rank for rank in ranks if codes[rank] < 0 and codes[rank] != -signal.SIGTERM]
    if not lost and any(code > 0 for code in codes.values()):
        return SystemExit(EXIT_USER_ERROR)
    rank = (lost or ranks)[0]
    return UserError(
        f"process {rank} of {count} was lost ({error.failures[rank].signal_name()}): run the stage again, it goes on "
        "after the last whole epoch"
    )
