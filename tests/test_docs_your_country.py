"""The country that docs/your-country.md adds, step by step as it stands there."""

import re
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.checkout import Checkout, clone
from tests.source import ROOT

PAGE = (ROOT / "docs/your-country.md").read_text(encoding="utf-8")
# Files and commands in the page's order: (path, content) or ("", command).
STEPS = [
    (path, content) if path else ("", command)
    for path, content, command in re.findall(
        r"^`(\S+\.py)`:\n\n```python\n(.*?)^```|^    (\S[^\n]*)$", PAGE, re.MULTILINE | re.DOTALL
    )
    if path or command.startswith(("python3 ", "mkdir ", "cp ", "dvc "))
]
SHEET = "ruritania.png"


def take(checkout: Checkout, step: tuple[str, str]) -> None:
    """Write a file, or run a command that has to work."""
    path, content = step
    if not path:
        checkout.ok("bash", "-c", content)
        return
    file = checkout.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")


def ink(sheet: Path) -> int:
    """How many pixels of a sheet are as dark as its letters."""
    image = cv2.imread(str(sheet), cv2.IMREAD_GRAYSCALE)
    assert image is not None
    return int(np.count_nonzero(image < 60))


@pytest.mark.slow
def test_the_made_up_country_is_drawn_from_strokes_and_from_a_font(tmp_path: Path) -> None:
    folder, look, strokes, again, make, copy, other, test, run, train = STEPS
    checkout = clone(tmp_path)
    sheet = checkout.root / SHEET
    take(checkout, folder)
    refused = checkout.run("bash", "-c", look[1])
    assert refused.returncode == 1
    assert "no strokes are known for ⵣ (U+2D63) of the plate format 'ruritanian'" in refused.stderr
    assert not sheet.exists()
    take(checkout, strokes)
    take(checkout, again)
    assert again == look
    assert ink(sheet) > 2000
    by_strokes = sheet.read_bytes()
    for step in (make, copy, other, test, run):
        take(checkout, step)
    # Without the strokes, the font does for every plate.
    (checkout.root / strokes[0]).unlink()
    take(checkout, again)
    assert ink(sheet) > 2000
    assert sheet.read_bytes() != by_strokes
    assert train == ("", "dvc exp run -S plate_format=ruritanian")
    # What git would commit: the folder, its test, the sheet; the font is ignored.
    new = checkout.ok("git", "status", "--porcelain", "--untracked-files=all")
    assert "ruritanian/__init__.py" in new
    assert "DejaVuSans" not in new
