"""The page to try it in, its files, and sample pictures."""

import os
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

_WHOLE = {"Accept-Ranges": "none"}

PAGE = Path(__file__).parent / "page"
"""index.html, its style and script, and samples/*.jpg."""


def page_routes(folder: Path = PAGE) -> list[BaseRoute]:
    """Return /, /static/*, /samples (a list of names) and /samples/NAME.jpg."""
    samples = folder / "samples"

    async def page(request: Request) -> Response:
        if not (folder / "index.html").is_file():
            raise HTTPException(404)
        return FileResponse(folder / "index.html", headers=_WHOLE)

    async def list_samples(request: Request) -> Response:
        return JSONResponse(sorted(path.name for path in samples.glob("*.jpg")))

    return [
        Route("/", page, middleware=[Middleware(WholeFiles)]),
        Mount("/static", WholeFiles(_Files(directory=folder, check_dir=False))),
        Route("/samples", list_samples),
        Mount("/samples", WholeFiles(_Files(directory=samples, check_dir=False))),
    ]


class WholeFiles:
    """ASGI middleware that has no file answered in parts, as RFC 9110 (14.2) allows.

    The files are small, and Starlette's answers to some requests for ranges are of another length than they say.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = [(name, value) for name, value in scope["headers"] if name != b"range"]
        await self._app({**scope, "headers": headers}, receive, send)


class _Files(StaticFiles):
    def file_response(self, *arguments: Any, **more: Any) -> Response:
        response = super().file_response(*arguments, **more)
        response.headers.update(_WHOLE)
        return response

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        # The system has no name with a zero byte in it, and Python raises ValueError.
        return ("", None) if "\0" in path else super().lookup_path(path)
