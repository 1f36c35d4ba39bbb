"""Correcting what was read, in a real browser, served by a real process that collects."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from src.collecting.folder import collected
from src.collecting.rows import CORRECTED
from tests.serving.browser import served_page
from tests.serving.test_page_access import PALE, UNNAMED

pytestmark = pytest.mark.slow
KEEPS = "It keeps those that it reads with less than 40% confidence, and those that you correct"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("feedback") / "collected"


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """A server that collects, in place of the one that keeps nothing."""
    variables = {"PLATES_COLLECT": str(folder), "PLATES_COLLECT_BELOW": "0.4"}
    with served_page(folder.parent / "log.txt", **variables) as served:
        yield served


def kept(folder: Path, count: int) -> list[tuple[str, str]]:
    """Text and feedback of each row that is kept, once there are so many."""
    end = time.monotonic() + 10
    while True:
        with collected(folder) as pictures:
            rows = [(row.row.text, row.feedback) for _, found in pictures for row in found]
        if len(rows) >= count or time.monotonic() > end:
            return rows
        time.sleep(0.05)


def test_it_is_said_before_any_picture(page: Page) -> None:
    expect(page.locator("#promise")).to_contain_text(KEEPS)
    expect(page.locator("#promise")).to_contain_text("for 30 days")


def test_a_plate_is_corrected(page: Page, folder: Path) -> None:
    page.keyboard.press("6")
    card = page.locator(".card").nth(1)
    card.get_by_role("button", name="Wrong? Correct it").click()
    field = card.get_by_label("What stands on this plate")
    expect(field).to_be_focused()
    first, read = (plate for plate in page.locator(".copy-text").all())
    assert field.input_value() == read.get_attribute("data-text")
    # Letters are no shortcuts while somebody writes.
    field.fill("")
    field.press_sequentially("gl 6018 c1")
    expect(page.locator("#viewfinder")).to_be_hidden()
    assert page.locator(".card").count() == 2
    field.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Thank you")
    expect(field).to_be_hidden()
    as_read = first.get_attribute("data-text") or ""
    assert kept(folder, 2) == [(as_read, ""), ("GL6018C1", CORRECTED)]
    # And then the other one: what was said first stays.
    page.locator(".card").nth(0).get_by_role("button", name="Wrong? Correct it").click()
    page.locator(".card").nth(0).get_by_role("button", name="No plate here").click()
    expect(page.get_by_role("status")).to_contain_text("no plate")
    assert kept(folder, 1) == [("GL6018C1", CORRECTED)]


def test_a_missed_plate_is_told(page: Page, folder: Path) -> None:
    before = len(kept(folder, 0))
    page.keyboard.press("8")
    page.get_by_role("button", name="Missed one? Tell us").click()
    page.get_by_label("What stands on the plate").fill("ZH 1")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_contain_text("Thank you")
    assert kept(folder, before + 1)[-1] == ("ZH1", CORRECTED)


def test_what_no_plate_says_is_refused_in_words(page: Page) -> None:
    page.keyboard.press("1")
    page.get_by_role("button", name="Wrong? Correct it").click()
    page.get_by_label("What stands on this plate").fill("<b>")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("has what no plate has")


def test_it_can_be_put_away(page: Page) -> None:
    page.keyboard.press("1")
    opener = page.get_by_role("button", name="Wrong? Correct it")
    opener.click()
    assert page.evaluate(PALE)["pale"] == []
    assert page.evaluate(UNNAMED) == []
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    expect(page.locator(".correction")).to_be_hidden()
    assert opener.get_attribute("aria-expanded") == "false"
