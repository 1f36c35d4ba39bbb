"""Draw the picture of docs/drift.md: drawn scenes as they are, and the same kind of scenes at dusk, out of focus.

python3 -m tests.monitoring.picture
"""

import cv2
import numpy as np

from src.bundle.bundle import RELEASE, load_bundle
from src.common.progress import progress
from src.generators.formats import get_format
from src.generators.scene import SceneOptions, World, draw_scene
from src.monitoring.chart import draw_shifts
from src.monitoring.observation import observe
from src.monitoring.shift import shifts
from src.monitoring.summary import Summary, empty_summary
from src.monitoring.table import table
from tests.source import ROOT

PICTURES = 400
OPTIONS = SceneOptions(
    height=256, width=256, max_plates=1, empty_share=0.3, min_plate=0.2, max_plate=0.8
)


def look(seed: int, dusk: bool) -> Summary:
    """What the released model sees in scenes. dusk: with half of the light, and a lens out of focus."""
    bundle, swiss = load_bundle(RELEASE), get_format("swiss")
    world, rng, summary = World(swiss), np.random.default_rng(seed), empty_summary("swiss")
    for _ in progress(range(PICTURES), PICTURES, "look"):
        image = draw_scene(rng, world, OPTIONS, "test").image
        if dusk:
            image = np.asarray(cv2.GaussianBlur(image // 2, (0, 0), 1.2), np.uint8)
        summary.add(observe(image, bundle.reader.read(image), swiss))
    return summary


def main() -> None:
    """Write docs/drift_example.png, and print the table beside it."""
    reference, log = look(1, False), look(2, True)
    found = shifts(reference, log)
    draw_shifts(ROOT / "docs/drift_example.png", found, reference, log)
    print("\n".join(table(found, reference, log)))


if __name__ == "__main__":
    main()
