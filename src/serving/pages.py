"""The page to try it in, its files, and sample pictures."""

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

PAGE = Path(__file__).parent / "page"
"""index.html, its style and script, and samples/*.jpg."""


def page_routes(folder: Path = PAGE) -> list[BaseRoute]:
    """Return /, /static/*, /samples (a list of names) and /samples/NAME.jpg."""
    samples = folder / "samples"

    async def page(request: Request) -> Response:
        if not (folder / "index.html").is_file():
            raise HTTPException(404)
        return FileResponse(folder / "index.html")

    async def list_samples(request: Request) -> Response:
        return JSONResponse(sorted(path.name for path in samples.glob("*.jpg")))

    return [
        Route("/", page),
        Mount("/static", StaticFiles(directory=folder, check_dir=False)),
        Route("/samples", list_samples),
        Mount("/samples", StaticFiles(directory=samples, check_dir=False)),
    ]
