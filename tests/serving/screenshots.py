"""Take the pictures of the page that docs/ shows.

python3 -m tests.serving.screenshots [NAME …]
"""

import sys
import tempfile
from pathlib import Path
from typing import Literal

from PIL import Image

from src.common.files import atomic_path
from tests.serving.browser import chromium, served_page
from tests.source import ROOT

# By the name of the file: colours, width and height in pixels, the number of the sample that is read, and whether what
# was read is being corrected.
_SHOTS: dict[str, tuple[Literal["light", "dark"], int, int, str, bool]] = {
    "page_light": ("light", 1280, 800, "5", False),
    "page_dark": ("dark", 1280, 800, "3", False),
    "page_phone": ("light", 390, 844, "4", False),
    "page_feedback": ("light", 1280, 800, "4", True),
}


def main() -> None:
    """Write those that are named, or all of docs/page_*.png, each of 256 colours, which is what keeps them small."""
    shots = sys.argv[1:] or list(_SHOTS)
    with (
        tempfile.TemporaryDirectory() as folder,
        served_page(Path(folder) / "log.txt") as keeps_none,
        served_page(Path(folder) / "log2.txt", PLATES_COLLECT=f"{folder}/collected") as collects,
        chromium() as browser,
    ):
        for name in shots:
            colours, width, height, sample, corrects = _SHOTS[name]
            page = browser.new_page(
                color_scheme=colours, viewport={"width": width, "height": height}
            )
            page.goto(collects if corrects else keeps_none)
            page.wait_for_selector("#samples img")
            # The first answer of a server that has just started is slow.
            for _ in range(3):
                with page.expect_response("**/predict"):
                    page.keyboard.press(sample)
            page.wait_for_selector(".card")
            page.wait_for_load_state("networkidle")
            if corrects:
                page.get_by_role("button", name="Wrong? Correct it").first.click()
            taken = Path(folder) / f"{name}.png"
            page.screenshot(path=taken, full_page=width < height)
            page.close()
            with atomic_path(ROOT / "docs" / f"{name}.png") as partial:
                # By coverage, so that the few pixels of red and blue keep their colours.
                full = Image.open(taken).convert("RGB")
                few = full.quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=5)
                few.save(partial, optimize=True)
            print(f"docs/{name}.png")


if __name__ == "__main__":
    main()
