"""Serve the saved stack over HTTP with MLEM's FastAPI server: POST a picture to /predict, see /docs.

python3 -m src.serve [--host HOST] [--port PORT]
curl -F file=@photo.jpg localhost:8080/predict
"""

import argparse
import socket
from pathlib import Path

import cv2
import numpy as np
import yaml
from mlem.api import serve
from mlem.core.errors import MlemError
from mlem.core.metadata import load_meta
from mlem.core.objects import MlemModel

from src.common.errors import UserError, run_main
from src.save_stack import STACK


def main() -> None:
    """Serve out/models/stack until interrupted."""
    parser = argparse.ArgumentParser(description="Serve the saved stack over HTTP.")
    parser.add_argument(
        "--host", default="127.0.0.1", help="0.0.0.0 for all of the network (default: %(default)s)"
    )
    parser.add_argument("--port", type=int, default=8080, help="default: %(default)s")
    arguments = parser.parse_args()
    cv2.setNumThreads(0)  # requests run in threads of their own
    model = load_stack(STACK)
    check_address(arguments.host, arguments.port)
    serve(
        model, "fastapi", host=arguments.host, port=arguments.port, request_serializer="pil_numpy"
    )


def load_stack(path: Path) -> MlemModel:
    """Return the MLEM model ``path``.mlem with its networks loaded.

    Raises UserError when it, or a network, is missing or damaged.
    """
    if not path.with_name(f"{path.name}.mlem").is_file():
        raise UserError(f"no saved model {path}: run `python3 -m src.save_stack` first")
    try:
        model = load_meta(str(path), load_value=True, force_type=MlemModel)
    except (MlemError, yaml.YAMLError, OSError, ValueError, TypeError, KeyError) as error:
        line = " ".join(str(error).split())
        raise UserError(
            f"{path}.mlem is damaged ({line}): run `python3 -m src.save_stack` again"
        ) from error
    # Loads the networks now, so that what is wrong with them stops the start and the first request is fast.
    model.get_value().predict(np.zeros((64, 64), np.uint8))
    return model


def check_address(host: str, port: int) -> None:
    """Raise UserError when nothing can listen there."""
    remedy = "choose another with --host or --port"
    if not 0 < port < 1 << 16:
        raise UserError(f"there is no port {port}: {remedy}")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            # As the server does: a port on which connections of an ended server linger is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise UserError(f"cannot listen on {host}:{port} ({error.strerror}): {remedy}") from error


if __name__ == "__main__":
    run_main(main)
