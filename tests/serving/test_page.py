"""The page in a real browser, served by a real process."""

import base64
import io
import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from src.bundle.bundle import RELEASE, load_bundle
from src.serving.pages import PAGE

pytestmark = pytest.mark.slow

SAMPLES = PAGE / "samples"
ORIENTATION = 0x0112

# Drops, or pastes, files made of base64 text.
BRING = """([how, files]) => {
  const data = new DataTransfer();
  for (const [name, type, text] of files) {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    data.items.add(new File([bytes], name, { type }));
  }
  if (how === "drop") window.dispatchEvent(new DragEvent("drop", { dataTransfer: data, cancelable: true }));
  else document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data }));
}"""


def bring(page: Page, *files: tuple[str, str, bytes], how: str = "drop") -> None:
    sent = [(name, kind, base64.b64encode(content).decode()) for name, kind, content in files]
    page.evaluate(BRING, [how, sent])


def sample(name: str) -> tuple[str, str, bytes]:
    return f"{name}.jpg", "image/jpeg", (SAMPLES / f"{name}.jpg").read_bytes()


def answer(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page.locator("#json").text_content() or "")
    return found


def assert_outlined(page: Page) -> None:
    """Each plate's outline lies on the picture where the answer says."""
    told = answer(page)
    frame = page.locator("#picture").bounding_box()
    boxes = [line.bounding_box() for line in page.locator(".outline .line").all()]
    assert frame is not None
    assert len(boxes) == len(told["plates"]) > 0
    scale = frame["width"] / told["image"]["width"]
    assert frame["height"] / told["image"]["height"] == pytest.approx(scale, rel=0.01)
    for box, plate in zip(boxes, told["plates"], strict=True):
        assert box is not None
        x1, y1, x2, _ = plate["box"]
        assert box["x"] - frame["x"] == pytest.approx(x1 * scale, abs=5)
        assert box["y"] - frame["y"] == pytest.approx(y1 * scale, abs=5)
        assert box["width"] == pytest.approx((x2 - x1) * scale, abs=8)


@pytest.mark.parametrize("how", ["drop", "paste"])
def test_picture_is_read(page: Page, how: str) -> None:
    bring(page, sample("1-one-line"), how=how)
    expect(page.get_by_role("status")).to_contain_text("One plate: ZH 354 580, ")
    expect(page.locator(".card .enamel")).to_have_attribute("aria-label", "ZH 354 580")
    expect(page.locator(".card")).to_contain_text("Canton of Zürich")
    assert page.locator(".characters b").all_text_contents() == list("ZH354580")
    for share in page.locator(".characters .share").all_text_contents():
        assert re.fullmatch(r">?\d+%", share)
    assert_outlined(page)
    assert (page.locator("#curl").text_content() or "").startswith(
        "curl -F file=@1-one-line.jpg http://127.0.0.1"
    )


def test_crop_is_the_plate_straightened(page: Page) -> None:
    bring(page, sample("5-tilted"))
    page.wait_for_selector(".card canvas")
    encoded = page.evaluate("document.querySelector('.card canvas').toDataURL()").partition(",")[2]
    crop = np.asarray(Image.open(io.BytesIO(base64.b64decode(encoded))).convert("L"))
    # Pale paper along the upper and lower edge from end to end, dark letters between.
    height, width = crop.shape
    assert width > 3 * height
    for y in (round(0.1 * height), round(0.9 * height)):
        assert crop[y, width // 10 : 9 * width // 10].min() > 150
    assert crop[height // 2, width // 4 : 3 * width // 4].min() < 90


def test_two_plates_have_a_card_each(page: Page) -> None:
    bring(page, sample("6-two-plates"))
    expect(page.get_by_role("status")).to_contain_text("2 plates: ")
    assert_outlined(page)
    page.get_by_role("button", name="GL 6011: show its card").click()
    expect(page.locator(".card").filter(has_text="Canton of Glarus")).to_be_focused()
    expect(page.locator(".outline.strong")).to_have_count(1)


def test_photograph_of_a_phone_held_upright(page: Page) -> None:
    turned = Image.open(SAMPLES / "1-one-line.jpg").transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    content = io.BytesIO()
    turned.save(content, "JPEG", quality=95, exif=exif)
    bring(page, ("phone.jpg", "image/jpeg", content.getvalue()))
    expect(page.get_by_role("status")).to_contain_text("ZH 354 580")
    assert answer(page)["image"] == {"width": 640, "height": 480}
    assert_outlined(page)


def test_sample_by_its_key(page: Page, address: str) -> None:
    page.keyboard.press("2")
    expect(page.get_by_role("status")).to_contain_text("One plate: NW 4834, ")
    curl = page.locator("#curl").text_content()
    assert curl == f"curl -s {address}/samples/2-two-lines.jpg | curl -F file=@- {address}/predict"


def test_nothing_is_kept_and_nothing_to_be_corrected(page: Page) -> None:
    expect(page.locator("#promise")).to_have_text(
        "Pictures go to this server only, and it keeps none."
    )
    page.keyboard.press("1")
    page.wait_for_selector(".card")
    expect(page.locator(".wrong")).to_have_count(0)


def test_no_plate(page: Page) -> None:
    bring(page, sample("8-no-plate"))
    expect(page.get_by_role("alert")).to_contain_text("No plate found")
    expect(page.get_by_role("alert")).to_contain_text("Swiss and European plates")
    expect(page.locator(".outline")).to_have_count(0)
    assert answer(page)["plates"] == []


def test_text_file_is_no_picture(page: Page) -> None:
    bring(page, sample("1-one-line"))
    page.wait_for_selector(".card")
    bring(page, ("words.txt", "text/plain", b"only words"))
    alert = page.get_by_role("alert")
    expect(alert.get_by_role("heading")).to_have_text(re.compile("not a picture|cannot be read"))
    # What was read before is not taken for this file's.
    expect(page.locator(".card, .outline")).to_have_count(0)
    expect(page.locator("#frame")).to_be_hidden()


def test_dropped_words_are_no_file(page: Page) -> None:
    bring(page)
    expect(page.get_by_role("alert")).to_contain_text("That was no picture file")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("truncated_image", "incomplete"),
        ("too_many_pixels", "too many pixels"),
        ("too_large", "too large"),
        ("timeout", "took too long"),
        ("internal", "went wrong"),
    ],
)
def test_every_refusal_has_its_words(page: Page, code: str, words: str) -> None:
    body = {"error": {"code": code, "message": "As the server puts it."}, "request_id": "r-1"}
    page.route("**/predict", lambda route: route.fulfill(status=400, json=body))
    page.keyboard.press("1")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(words)
    expect(alert).to_contain_text("As the server puts it.")
    expect(alert).to_contain_text("r-1")


def test_busy_server_is_asked_again(page: Page) -> None:
    asked = 0

    def reply(route: Route) -> None:
        nonlocal asked
        asked += 1
        if asked > 1:
            route.continue_()
            return
        body = {"error": {"code": "busy", "message": "Busy."}, "request_id": "r-1"}
        route.fulfill(status=503, json=body, headers={"Retry-After": "1"})

    page.route("**/predict", reply)
    page.keyboard.press("1")
    expect(page.locator("#stage-name")).to_contain_text("busy")
    expect(page.get_by_role("status")).to_contain_text("ZH 354 580")
    assert asked == 2


def test_server_gone(page: Page) -> None:
    page.route("**/predict", lambda route: route.abort())
    bring(page, sample("1-one-line"))
    expect(page.get_by_role("alert")).to_contain_text("The server does not answer")
    page.unroute("**/predict")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("status")).to_contain_text("ZH 354 580")


def test_waiting_can_be_cancelled(page: Page) -> None:
    page.route("**/predict", lambda route: None)
    bring(page, sample("1-one-line"))
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("status")).to_contain_text("Cancelled")
    expect(page.get_by_role("progressbar")).to_be_hidden()
    page.unroute("**/predict")


def test_doubt_is_told_in_words(page: Page) -> None:
    def doubt(route: Route) -> None:
        body = route.fetch().json()
        body["plates"][0]["confidence"] = 0.62
        body["plates"][0]["characters"][4]["confidence"] = 0.71
        route.fulfill(json=body)

    page.route("**/predict", doubt)
    page.keyboard.press("1")
    expect(page.locator(".verdict")).to_have_text("Not sure 62.0%")
    expect(page.locator(".meaning")).to_contain_text("4 is in doubt (71.0%): check it")
    expect(page.locator(".doubtful")).to_have_text("471%")


def test_a_plate_of_which_a_part_cannot_be_seen_is_told_in_words(page: Page) -> None:
    def hide(route: Route) -> None:
        body = route.fetch().json()
        plate = body["plates"][0]
        plate |= {"partial": True, "pattern": plate["text"] + "?", "confidence": 0.3}
        route.fulfill(json=body)

    page.route("**/predict", hide)
    page.keyboard.press("1")
    expect(page.locator(".verdict")).to_have_text(
        re.compile(r"Only a part can be seen [A-Z0-9]+\?")
    )
    expect(page.locator(".meaning")).to_contain_text("Where the ? stands")
    expect(page.locator(".meaning")).to_contain_text("30.0%")


def test_what_the_model_was_measured_to_read_is_rounded_as_the_command_line_rounds_it(
    page: Page,
) -> None:
    code = "async (metrics) => (await import('/static/words.js')).measured(metrics)"
    for metrics in (
        {"val_acc": 0.8989412, "plates": 1039},
        {"val_acc": 0.966},
        {"val_acc": 0.0},
        {},
    ):
        said = page.evaluate(code, metrics).replace("drawn test scenes", "test scenes")
        assert said == replace(load_bundle(RELEASE).card, metrics=metrics).measured
    assert page.evaluate(code, {"val_acc": 0.8989412}).startswith("89.9% exact")
    expect(page.locator("#model")).to_contain_text(
        re.compile(r"\d% of [\d,]+ plates exact on drawn")
    )


def test_several_files_and_what_was_read_before(page: Page) -> None:
    bring(page, sample("1-one-line"), ("words.txt", "text/plain", b"words"), sample("2-two-lines"))
    expect(page.get_by_role("status")).to_contain_text("Picture 3 of 3. One plate: NW 4834")
    entries = page.locator("#history button")
    expect(entries).to_have_count(2)
    entries.nth(1).click()
    expect(page.get_by_role("status")).to_contain_text("ZH 354 580")
    assert_outlined(page)


def test_camera(page: Page, address: str) -> None:
    page.context.grant_permissions(["camera"], origin=address)
    page.keyboard.press("c")
    page.wait_for_function("() => document.getElementById('video').videoWidth > 0")
    page.get_by_role("button", name="Take the picture").click()
    expect(page.locator("#viewfinder")).to_be_hidden()
    page.wait_for_selector("#status:not(:empty), #problem:not(:empty)")
    assert answer(page)["image"]["width"] > 0


def test_camera_refused(page: Page) -> None:
    page.context.clear_permissions()
    page.keyboard.press("c")
    expect(page.get_by_role("alert")).to_contain_text("The camera was refused")


def test_copies(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page.keyboard.press("1")
    page.wait_for_selector(".card")
    for key, part in (("t", "ZH354580"), ("u", "curl -s "), ("j", '"plate": "ZH354580"')):
        page.keyboard.press(key)
        page.wait_for_function(
            "async (part) => (await navigator.clipboard.readText()).includes(part)", arg=part
        )
