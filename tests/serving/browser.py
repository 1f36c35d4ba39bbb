"""A headless Chromium, and the server that it visits."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from src.bundle.choose import choose_model
from src.common.errors import UserError
from tests.serving.servers import running, serve_command

_NAMES = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """Path of a Chromium on PATH."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium; skips the test where there is none."""
    path = find_chromium()
    if path is None:
        pytest.skip(f"no browser: none of {', '.join(_NAMES)} is on PATH")
    # Chromium's sandbox refuses to run as root. The camera is a drawn one.
    arguments = ["--use-fake-device-for-media-stream"]
    arguments += ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        try:
            yield browser
        finally:
            browser.close()


def model_to_serve() -> Path:
    """The folder of the model that `python3 -m src.serve` would take; skips the test where there is none."""
    try:
        return choose_model(os.environ.get("PLATES_MODEL")).folder
    except UserError as error:
        pytest.skip(str(error))


@contextmanager
def served_page(log: Path, **environment: str) -> Iterator[str]:
    """Serve that model, with these variables; yield the address."""
    with running(serve_command(model_to_serve()), log, environment) as server:
        yield server.address
