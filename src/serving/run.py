"""The server process: listening, and graceful shutdown that loses no accepted request."""

import asyncio
import ctypes
import os
import signal
import socket
import struct
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from ..common.errors import UserError
from .connections import GuardedConfig, GuardedProtocol
from .log import log
from .log_capture import end_logs
from .service import Service

LINGER_S = 1.0
"""After SIGTERM it goes on listening for so many seconds, and /readyz says 503: a balancer has time to notice."""

ANSWER_S = 15
"""And so many seconds, with the time limit of a picture, are left for what was accepted by then."""

# Seconds for a request to arrive over a connection that was made just before: so many, and where none has arrived over
# one of them, whose client may have no processor to send with, up to so many.
_ARRIVE_S, _ARRIVE_LATE_S = 0.25, 2.0
_KEEP_ALIVE_S = 15
# Connections that the kernel has made and nobody has fetched yet; at the end all of them are fetched, each a file.
_BACKLOG = 256
# Of these asyncio fetches so many at once; it fetches twice more before the first of them can be refused and closed.
_FETCHED = 32
# Files that are open besides the connections: those that are about to be refused, the model, the page's files; and for
# each picture at once the pipes of a process that decodes and of one that reads, and of those that take their places.
_OTHER_FILES, _PROCESS_FILES = _BACKLOG + 128, 8
# Seconds between the end of what was accepted and the end of the process.
_MARGIN_S = 4
# Of Linux: man 7 socket, and BPF_RET | BPF_K of linux/filter.h, "return so many bytes of the packet".
_SO_ATTACH_FILTER, _BPF_RETURN = 26, 0x06
# Seconds of the promised time that are kept for an end by force.
_FORCE_S = 2


class LingeringServer(uvicorn.Server):
    """Ends in steps: it stops being ready, then stops listening, then answers what it has accepted.

    From the first step on every answer closes its connection, so that no client sends another request into a
    connection that is about to go.
    """

    def __init__(self, config: GuardedConfig, service: Service) -> None:
        super().__init__(config)
        self._guarded, self._service = config, service
        self._at_once = False
        self._end: threading.Timer | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal; the interrupt of a person at the keyboard wants no lingering."""
        self._at_once = self._at_once or sig == signal.SIGINT
        self._service.stopping = True
        if self._end is None:
            seconds = LINGER_S + ANSWER_S + self._service.settings.timeout_s - _FORCE_S
            self._end = threading.Timer(
                seconds, _end_by_force, [0 if sig == signal.SIGTERM else 130]
            )
            self._end.daemon = True
            self._end.start()
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin. sockets: those that it listens on."""
        await super().startup(sockets)
        # What asyncio fetches at once it also makes the length of the kernel's queue.
        for listening in sockets or []:
            listening.listen(_BACKLOG)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End in the steps above. sockets: those that it listens on."""
        if not self._at_once:
            await asyncio.sleep(LINGER_S)
            await self._stop_listening(sockets or [])
            await self._let_arrive()
        await super().shutdown(sockets)
        self._service.close()

    async def _stop_listening(self, sockets: Sequence[socket.socket]) -> None:
        # Closing a socket resets the connections that the kernel has made and nobody has fetched yet: none is made any
        # more, then those are fetched.
        for listening in sockets:
            _make_no_more(listening)
        waiting = [connection for listening in sockets for connection in _accept_all(listening)]
        for server in self.servers:
            server.close()
        loop = asyncio.get_running_loop()
        for connection in waiting:
            await loop.connect_accepted_socket(self._protocol, connection)

    async def _let_arrive(self) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + _ARRIVE_LATE_S
        await asyncio.sleep(_ARRIVE_S)
        while loop.time() < end and any(
            isinstance(one, GuardedProtocol) and one.cycle is None
            for one in self.server_state.connections
        ):
            await asyncio.sleep(_ARRIVE_S / 5)

    def _protocol(self) -> asyncio.Protocol:
        # As uvicorn's own factory, which is out of reach.
        return GuardedProtocol(self._guarded, self.server_state, self.lifespan.state)


def run(app: ASGIApp, service: Service, listening: socket.socket) -> None:
    """Serve on a socket of `listen` until SIGTERM or an interrupt.

    Ends the process with code 0 after SIGTERM, within LINGER_S + ANSWER_S + the time limit of a picture, whatever
    hangs; raises KeyboardInterrupt after an interrupt.
    """
    config = GuardedConfig(
        app,
        most_connections(service.settings.connections, service.settings.concurrency),
        lambda status: service.metrics.count_request("other", status, 0.0),
        access_log=False,
        log_config=None,
        log_level="error",
        server_header=False,
        ws="none",
        backlog=_FETCHED,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=round(ANSWER_S + service.settings.timeout_s - _MARGIN_S),
    )
    # Uvicorn raises the signal again when it is done.
    signal.signal(signal.SIGTERM, lambda *_: _leave(service))
    LingeringServer(config, service).run([listening])


def most_connections(wanted: int, concurrency: int) -> int:
    """Return how many connections there may be: as many as wanted, and fewer where the system lets open fewer files.

    concurrency: pictures at once. Raises UserError when that leaves none.
    """
    if sys.platform == "win32":
        return wanted
    import resource

    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return wanted
    others = _OTHER_FILES + _PROCESS_FILES * concurrency
    if files <= others:
        raise UserError(
            f"at most {files} open files are allowed here, which leaves none for connections: raise the limit to "
            f"{wanted + others} (ulimit -n)"
        )
    return min(wanted, files - others)


def _leave(service: Service) -> None:
    """End the process; at once where a thread hangs, which Python would wait for."""
    if service.gate.late:
        end_logs()
        os._exit(0)
    sys.exit(0)


def _end_by_force(code: int) -> None:
    log("error", message="something hangs: the process ends without it")
    end_logs(_FORCE_S / 2)
    os._exit(code)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; raises UserError when nothing can."""
    remedy = "choose another with --host or --port"
    if not 0 < port < 1 << 16:
        raise UserError(f"there is no port {port}: {remedy}")
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.create_server(address[:2], family=family, backlog=_BACKLOG)
        # Its connections inherit that. asyncio sets it for sockets that it makes alone; without it the second part of
        # every answer waits 40 ms for a client to acknowledge the first.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening
    except OSError as error:
        raise UserError(f"cannot listen on {host}:{port} ({error.strerror}): {remedy}") from error


def _make_no_more(listening: socket.socket) -> None:
    """Have the kernel drop what comes to a listening socket, by a filter that lets nothing through.

    A client that wants to connect asks again within a second, and is refused by then. Only Linux has such filters;
    elsewhere a connection may be made just before the socket is closed, and is reset.
    """
    if sys.platform != "linux":
        return
    nothing = ctypes.create_string_buffer(struct.pack("HBBI", _BPF_RETURN, 0, 0, 0))
    program = struct.pack("HP", 1, ctypes.addressof(nothing))
    with suppress(OSError):  # a sandbox may have none
        listening.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)


def _accept_all(listening: socket.socket) -> list[socket.socket]:
    """Return the connections that wait to be accepted."""
    accepted: list[socket.socket] = []
    while True:
        try:
            connection, _ = listening.accept()
        except BlockingIOError:
            return accepted
        connection.setblocking(False)
        accepted.append(connection)
