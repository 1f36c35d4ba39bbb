"""The command that serves: `plates-serve`, or `python3 -m src.serve` in a checkout."""

import argparse
import os
import sys
from functools import partial

from ..bundle.bundle import Bundle
from ..bundle.choose import add_model_option
from ..common.errors import UserError, run_main
from .app import create_app
from .log_capture import capture_logs, end_logs
from .run import listen, run
from .service import Service
from .settings import read_settings
from .start import announce, served_model


def main(prog: str | None = None) -> None:
    """Serve a saved model. prog: what its help calls it."""
    parser = argparse.ArgumentParser(prog=prog, description="Serve a saved model over HTTP.")
    parser.add_argument(
        "--host",
        default=os.environ.get("PLATES_HOST") or "127.0.0.1",
        help="0.0.0.0 for all of the network (default: PLATES_HOST or 127.0.0.1)",
    )
    parser.add_argument("--port", type=int, default=None, help="default: PLATES_PORT or 8080")
    add_model_option(parser, "PLATES_MODEL, else ")
    arguments = parser.parse_args()
    # From here on what libraries and processes of this one write is seen to.
    capture_logs()
    port = _environment_port() if arguments.port is None else arguments.port
    serve(served_model(arguments.model), arguments.host, port)


def serve(bundle: Bundle, host: str, port: int) -> None:
    """Serve a loaded model until SIGTERM or an interrupt; raises KeyboardInterrupt after the latter."""
    service = Service(bundle, read_settings(os.environ))
    app = create_app(service)
    with listen(host, port) as listening:
        capture_logs().serve()
        announce(service)
        print(f"open http://{host}:{port}", file=sys.stderr)
        run(app, service, listening)


def _environment_port() -> int:
    text = os.environ.get("PLATES_PORT") or "8080"
    if not text.isdecimal():
        raise UserError(f"PLATES_PORT is {text!r}: set it to a number, or not at all")
    return int(text)


def console(prog: str | None = None) -> None:
    """Run it, and report what its user can mend."""
    try:
        run_main(partial(main, prog))
    finally:
        end_logs()
