"""Draw what the page shows: its sample pictures, and the letters of the plates on it.

python3 -m src.serving.artwork

Both come from the generators, so the page needs neither photographs nor a font file. The same source draws the same
bytes; after a change in the generators, check the samples again, and choose other scenes where they no longer show
what they should.
"""

import csv
import json
import string
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ..common.files import atomic_path
from ..datasets.prepared import Sample
from ..datasets.scenes import SceneRecipe
from ..generators.formats import get_format
from ..generators.plate_faces import WEIGHTS
from ..generators.scene import SceneOptions, World
from ..generators.typeface import MASTER_HEIGHT, TypeStyle, glyph_mask
from ..pipeline.stage import run_command
from .pages import PAGE

MAX_SAMPLE_BYTES = 40_000
"""The page is quick on slow lines: no sample is larger."""
SCENES = {
    "1-one-line": 21,
    "2-two-lines": 26,
    "3-night": 35,
    "4-blurred": 125,
    "5-tilted": 38,
    "6-two-plates": 3,
    "7-dark": 23,
    "8-no-plate": 153,
}
"""Numbers of scenes by the name of the sample; the figure in front is the order on the page."""

_SEED = 8
_OPTIONS = SceneOptions(
    height=480, width=640, max_plates=2, empty_share=0.15, min_plate=0.25, max_plate=0.6
)
_QUALITIES = (85, 80, 75, 70, 60, 50)
_STYLE = TypeStyle(weight=WEIGHTS.index(0.135), slant=1, oval=0, shapes={})
# Contours are followed on an enlarged mask, smoothed over about a pixel of the small one, and kept this close, in
# pixels of the large one: a quarter of a hundredth of the cap height.
_ENLARGED, _SMOOTH, _CLOSE = 8, 5.0, 1.0


def main() -> None:
    """Write samples/*.jpg with their annotations.csv, and glyphs.js, into the page's folder."""
    recipe = SceneRecipe(World(get_format("swiss")), _OPTIONS, _SEED, "test")
    samples = {name: recipe(number) for name, number in SCENES.items()}
    save_samples(PAGE / "samples", samples)
    save_glyphs(PAGE / "glyphs.js", string.digits + string.ascii_uppercase + "ÄÖÜ")
    print(f"drew {len(samples)} samples and the letters of the page")


def save_samples(folder: Path, samples: dict[str, Sample]) -> None:
    """Write each scene as NAME.jpg of at most MAX_SAMPLE_BYTES, and what they show as annotations.csv."""
    rows = [["image_path", "plate_text", *(f"{axis}{n}" for n in (1, 2, 3, 4) for axis in "xy")]]
    for name, sample in samples.items():
        with atomic_path(folder / f"{name}.jpg") as partial:
            partial.write_bytes(_jpeg(sample.image))
        height, width = sample.image.shape
        for plate in sample.plates:
            inside = np.clip(plate.known_quad, 0, (width - 1, height - 1))
            corners = [f"{value:.1f}" for value in inside.ravel().tolist()]
            rows.append([f"{name}.jpg", plate.known_text, *corners])
        if not sample.plates:
            rows.append([f"{name}.jpg", "", *[""] * 8])
    with (
        atomic_path(folder / "annotations.csv") as partial,
        partial.open("w", encoding="utf-8", newline="") as file,
    ):
        csv.writer(file, lineterminator="\n").writerows(rows)


def save_glyphs(path: Path, characters: str) -> None:
    """Write a script with each character's width and outline, as an SVG path, in units of 1/100 cap height."""
    outlines = {char: outline(char) for char in characters}
    lines = (
        f"  {json.dumps(c, ensure_ascii=False)}: {json.dumps(o)}," for c, o in outlines.items()
    )
    text = (
        "// The letters of drawn plates as [width, SVG path], caps 100 high.\n"
        "// Written by `python3 -m src.serving.artwork` from src/generators/glyphs.py.\n"
        "export const GLYPHS = {\n" + "\n".join(lines) + "\n};\n"
    )
    with atomic_path(path) as partial:
        partial.write_text(text, encoding="utf-8")


def outline(char: str) -> tuple[float, str]:
    """Return a character's width and outline, to be filled by the even-odd rule; both in 1/100 of the cap height."""
    unit = 100 / (MASTER_HEIGHT * _ENLARGED)
    # A border of paper closes the outlines of strokes that end at the mask's edge.
    mask = cv2.copyMakeBorder(glyph_mask(char, _STYLE), 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=0)
    large = cv2.resize(mask, None, fx=_ENLARGED, fy=_ENLARGED, interpolation=cv2.INTER_LINEAR)
    large = np.greater(cv2.GaussianBlur(large, (0, 0), _SMOOTH), 127).astype(np.uint8)
    found = cv2.findContours(large, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)[0]
    path = ""
    for contour in found:
        points = cv2.approxPolyDP(contour, _CLOSE, True).reshape(-1, 2) - 2 * _ENLARGED
        path += "M" + " ".join(f"{x:.1f},{y:.1f}" for x, y in (points * unit).tolist()) + "Z"
    return round((mask.shape[1] - 4) * _ENLARGED * unit, 1), path


def _jpeg(image: NDArray[np.uint8]) -> bytes:
    """Return the best JPEG that is small enough, or the smallest."""
    content = b""
    for quality in _QUALITIES:
        content = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
        if len(content) <= MAX_SAMPLE_BYTES:
            break
    return content


if __name__ == "__main__":
    run_command(main)
