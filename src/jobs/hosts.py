"""The machines of a job: which one this is, and how they wait for one another."""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ..common.errors import UserError

# Where torchrun's processes meet; the machines themselves meet at the next one.
PORT = 29400
# Seconds that a machine waits for the others to be there, or to be ready.
WAIT_S = 600
# And that the first one waits at the end, so that all others hear how it ended.
FAREWELL_S = 30
# Seconds between two looks at what the others say.
_LOOK_S = 0.2


@dataclass(frozen=True)
class Hosts:
    """rank: of this machine among ``count``; the first one writes. master: address of that. port: for torchrun.

    interface: the network's, by which they reach each other; "" for any.
    """

    rank: int = 0
    count: int = 1
    master: str = ""
    port: int = PORT
    interface: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """What torch's libraries take the interface from."""
        names = ("GLOO_SOCKET_IFNAME", "NCCL_SOCKET_IFNAME")
        return dict.fromkeys(names, self.interface) if self.interface else {}

    def __post_init__(self) -> None:
        if not 0 <= self.rank < self.count:
            raise UserError(f"machine {self.rank} of {self.count}: NODE_RANK counts from 0")
        if self.count > 1 and not self.master:
            raise UserError(
                f"there are {self.count} machines: set MASTER_ADDR to the name of the first one, the same on each"
            )


def hosts_of(environment: Mapping[str, str]) -> Hosts:
    """Return the machines that NUM_NODES, NODE_RANK, MASTER_ADDR and MASTER_PORT say; one alone without the first.

    Raises UserError for values that cannot be.
    """
    try:
        count = int(environment.get("NUM_NODES") or 1)
        if count == 1:
            return Hosts()
        rank = int(environment["NODE_RANK"])
    except (KeyError, ValueError) as error:
        raise UserError(
            f"NUM_NODES and NODE_RANK must be whole numbers, and the second be set ({error})"
        ) from error
    port = port_of(environment)
    return Hosts(rank, count, environment.get("MASTER_ADDR", ""), port)


def port_of(environment: Mapping[str, str]) -> int:
    """Return the port that MASTER_PORT says, or torchrun's own; raises UserError for what is none."""
    text = environment.get("MASTER_PORT") or str(PORT)
    if not text.isdecimal() or not 0 < int(text) < 65535:
        raise UserError(f"MASTER_PORT is {text[:80]!r}: give a number, and leave the next one free")
    return int(text)


class Lost(UserError):
    """Another machine has failed, or cannot be reached."""


class Meeting:
    """Where the machines of a job meet, to begin each step together.

    The first one says what comes, and the others answer when they are ready for it, or why they cannot be. What they
    say is JSON, and they ask nobody who they are: they belong into a network of their own.
    """

    def __init__(self, hosts: Hosts) -> None:
        """Meet. Raises Lost where not all are there within ten minutes."""
        # Who is gone is said once, by the error, and not by torch's own trace.
        os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")
        import torch.distributed as dist

        self._hosts, self._step = hosts, 0
        try:
            self._store = dist.TCPStore(  # type: ignore[attr-defined]  # torch has it in no list
                hosts.master,
                hosts.port + 1,
                hosts.count,
                hosts.rank == 0,
                timedelta(seconds=WAIT_S),
            )
        except (dist.DistError, OSError) as error:
            raise Lost(
                f"the {hosts.count} machines did not meet at {hosts.master}:{hosts.port + 1}: start the job on all of "
                "them within ten minutes, and let them reach each other"
            ) from error

    def announce(self, what: Mapping[str, Any]) -> None:
        """Say what comes; of the first machine."""
        self._step += 1
        self._store.set(f"step/{self._step}", json.dumps(what))

    def next(self) -> Mapping[str, Any]:
        """Return what comes, when the first machine has said it; raises Lost when that is gone."""
        self._step += 1
        content: Mapping[str, Any] = json.loads(self._wait(f"step/{self._step}", None))
        return content

    def answer(self, what: Mapping[str, Any]) -> None:
        """Say that this machine is ready for what comes, or has failed: ``failed`` and why."""
        self._store.set(f"answer/{self._step}/{self._hosts.rank}", json.dumps(what))

    def answers(self) -> list[Mapping[str, Any]]:
        """Return what the other machines answer; raises Lost when one says that it has failed, or nothing in time."""
        said = []
        end = time.monotonic() + WAIT_S
        for rank in range(1, self._hosts.count):
            told = json.loads(self._wait(f"answer/{self._step}/{rank}", end))
            if "failed" in told:
                raise Lost(f"machine {rank} of {self._hosts.count} has failed: {told['failed']}")
            said.append(told)
        return said

    def leave(self, seconds: float) -> None:
        """Wait until all others have heard the last word; of the first machine, with which the meeting ends."""
        end = time.monotonic() + seconds
        for rank in range(1, self._hosts.count):
            self._wait(f"left/{rank}", end)

    def left(self) -> None:
        """Say that this machine needs no other any more."""
        self._store.set(f"left/{self._hosts.rank}", "")

    def _wait(self, key: str, end: float | None) -> bytes:
        import torch.distributed as dist

        try:
            # Asked again and again: the store's own way of waiting fills the log.
            while not self._store.check([key]):
                if end is not None and time.monotonic() > end:
                    raise Lost(f"another machine did not answer within {WAIT_S} s ({key})")
                time.sleep(_LOOK_S)
            return bytes(self._store.get(key))
        except (dist.DistError, OSError) as error:
            raise Lost(
                f"the first of {self._hosts.count} machines is gone: see what that says"
            ) from error
