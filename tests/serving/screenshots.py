"""Take the pictures of the page that docs/ shows.

python3 -m tests.serving.screenshots
"""

import tempfile
from pathlib import Path
from typing import Literal

from PIL import Image

from src.common.files import atomic_path
from tests.serving.browser import chromium, served_page
from tests.source import ROOT

# By the name of the file: colours, width and height in pixels, and the number of the sample that is read.
_SHOTS: dict[str, tuple[Literal["light", "dark"], int, int, str]] = {
    "page_light": ("light", 1280, 800, "5"),
    "page_dark": ("dark", 1280, 800, "3"),
    "page_phone": ("light", 390, 844, "4"),
}


def main() -> None:
    """Write docs/page_*.png, each of 256 colours, which is what keeps them small."""
    with (
        tempfile.TemporaryDirectory() as folder,
        served_page(Path(folder) / "log.txt") as address,
        chromium() as browser,
    ):
        for name, (colours, width, height, sample) in _SHOTS.items():
            page = browser.new_page(
                color_scheme=colours, viewport={"width": width, "height": height}
            )
            page.goto(address)
            page.wait_for_selector("#samples img")
            # The first answer of a server that has just started is slow.
            for _ in range(3):
                with page.expect_response("**/predict"):
                    page.keyboard.press(sample)
            page.wait_for_selector(".card")
            page.wait_for_load_state("networkidle")
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
