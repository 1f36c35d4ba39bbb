"""The page for everybody: contrast, names, keys, narrow screens."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow

# Text whose contrast with what is behind it is below WCAG's AA, by its own words. Text over pictures is left out.
PALE = """() => {
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    probe.clearRect(0, 0, 1, 1);
    probe.fillStyle = colour;
    probe.fillRect(0, 0, 1, 1);
    return [...probe.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = rgba(getComputedStyle(e).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  const pale = [];
  let checked = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement, text = walker.currentNode.textContent.trim();
    if (!text || !element.checkVisibility() || element.closest("script, noscript, svg, .hidden, #veil")) continue;
    const style = getComputedStyle(element), size = parseFloat(style.fontSize);
    const [a, b] = [light(rgba(style.color)), light(behind(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    checked += 1;
    if (ratio < (large ? 3 : 4.5)) pale.push(`${text}: ${ratio.toFixed(2)}`);
  }
  return { pale, checked };
}"""

# What a screen reader would stumble over.
UNNAMED = """() => [
  ...[...document.querySelectorAll("button, a, summary, [role=img]")]
    .filter((e) => !e.closest("[aria-hidden=true]"))
    .filter((e) => !(e.getAttribute("aria-label") || e.textContent).trim()).map((e) => e.outerHTML),
  ...[...document.querySelectorAll("input, progress, video")]
    .filter((e) => !e.labels?.length && !e.getAttribute("aria-label")).map((e) => e.outerHTML),
  ...[...document.querySelectorAll("img:not([alt])")].map((e) => e.outerHTML),
  ...[...document.querySelectorAll("[aria-labelledby]")]
    .filter((e) => !document.getElementById(e.getAttribute("aria-labelledby"))?.textContent.trim()).map((e) => e.id),
  ...[...document.querySelectorAll("[id]")].map((e) => e.id).filter((id, i, all) => all.indexOf(id) !== i),
]"""


def test_keys_can_be_switched_off(page: Page) -> None:
    page.keyboard.press("?")
    page.get_by_label("Single-key shortcuts").uncheck()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()
    page.keyboard.press("1")
    page.reload()
    page.wait_for_selector("#samples img")
    page.keyboard.press("1")
    page.wait_for_timeout(300)
    expect(page.locator(".card")).to_have_count(0)


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_contrast_and_names(page: Page, colours: Any) -> None:
    page.emulate_media(color_scheme=colours)
    for key in ("1", "8", "?"):
        page.keyboard.press(key)
        page.wait_for_selector({"1": ".card", "8": "#problem h3", "?": "#help"}[key])
        told = page.evaluate(PALE)
        assert told["checked"] > 20
        assert told["pale"] == []
        assert page.evaluate(UNNAMED) == []
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("main").count() == page.locator("h1").count() == 1


def test_every_control_is_reached_by_tab_and_seen(page: Page) -> None:
    page.keyboard.press("1")
    page.wait_for_selector(".card")
    wanted = page.locator("header button, header a, main button:visible, main summary").count()
    reached = set()
    for _ in range(wanted + 8):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            "() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e.id || e.textContent, e.tagName, parseFloat(s.outlineWidth)]; }"
        )
        if seen[1] in ("BUTTON", "A", "SUMMARY"):
            assert seen[2] >= 2, seen
            reached.add(seen[0])
    assert len(reached) >= wanted


@pytest.mark.parametrize("width", [320, 390])
def test_phone_needs_no_sideways_scrolling(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for key in ("1", "6", "8"):
        page.keyboard.press(key)
        page.wait_for_selector("#problem h3" if key == "8" else ".card")
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
