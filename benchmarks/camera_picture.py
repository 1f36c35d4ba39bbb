"""The picture of docs/cameras.md: what `--show` writes of the first camera in its long example.

python3 -m benchmarks.camera_picture (seconds)

Draws a street with two Swiss vehicles, reads it with the released model, and writes docs/cameras_zones.jpg.
"""

from pathlib import Path

import numpy as np
import yaml

from benchmarks.report import take_no_options
from src.bundle.choose import choose_model
from src.common.config import ROOT
from src.common.errors import run_main
from src.generators.clip import Passage, Stop, draw_clip
from src.generators.formats import get_format
from src.generators.splits import sample_spec
from src.pictures.draw import write_picture
from src.reading.cameras.heading import WAYS
from src.reading.cameras.secrets import Secret
from src.reading.cameras.settings import Camera
from src.reading.cameras.show import draw_camera
from src.reading.cameras.zones import Polygon, black_out

PAGE, PICTURE = ROOT / "docs/cameras.md", ROOT / "docs/cameras_zones.jpg"
HEIGHT, WIDTH, SEED = 540, 960, 5
# Where the two vehicles are: the middle of each plate and its width, as shares of the picture.
PLACES = ((0.43, 0.74, 0.24), (0.79, 0.72, 0.17))


def example(page: str) -> Camera:
    """Return the first camera of the second example of a page, as far as it can be drawn."""
    blocks = [part.partition("```")[0] for part in page.split("```yaml\n")[1:]]
    name, said = next(iter(yaml.safe_load(blocks[1])["cameras"].items()))
    return Camera(
        name=name,
        kind="rtsp",
        source=Secret(said["source"]),
        zones={zone: _polygon(points) for zone, points in said["zones"].items()},
        masks=tuple(_polygon(points) for points in said["masks"]),
        directions={way: WAYS[value] for way, value in said["directions"].items()},
    )


def draw(camera: Camera, target: Path) -> list[str]:
    """Draw the street as the camera sees it, write it, and return what was read."""
    bundle = choose_model("release")
    rng = np.random.default_rng(SEED)
    plate_format = get_format("swiss")
    passages = [
        Passage(sample_spec(rng, plate_format, "test"), 0, 2, route=(Stop(0, x, y, share),))
        for x, y, share in PLACES
    ]
    scene = next(draw_clip(rng, passages, 2, HEIGHT, WIDTH))
    seen = black_out(scene.image, camera.masks)
    readings = bundle.reader.read(seen)
    write_picture(target, draw_camera(camera, seen, readings))
    return sorted(reading.text for reading in readings)


def _polygon(points: list[list[float]]) -> Polygon:
    return tuple((float(x), float(y)) for x, y in points)


def main() -> None:
    """Write the picture."""
    take_no_options("benchmarks.camera_picture", __doc__)
    texts = draw(example(PAGE.read_text(encoding="utf-8")), PICTURE)
    print(f"{PICTURE}: {', '.join(texts)}")


if __name__ == "__main__":
    run_main(main)
