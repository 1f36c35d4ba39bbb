"""The page, opened in a browser. Tests that do not ask for it start neither browser nor server."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.serving.browser import chromium, served_page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served_page(tmp_path_factory.mktemp("log") / "log.txt") as served:
        yield served


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The page, opened. In the end: no error on the console, nothing asked of another host."""
    opened = browser.new_page(viewport={"width": 1280, "height": 800})
    said: list[str] = []
    asked: list[str] = []
    opened.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(address)
    opened.wait_for_selector("#samples img")
    yield opened
    opened.close()
    # The browser's own word on every answer of 400 and above.
    assert [line for line in said if "Failed to load resource" not in line] == []
    assert asked
    assert [url for url in asked if not url.startswith((f"{address}/", "blob:", "data:"))] == []
