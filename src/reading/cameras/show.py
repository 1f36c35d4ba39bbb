"""Pictures of what cameras see, with zones, masks, ways and readings: to set up cameras.yaml by."""

import math
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ...common.errors import EXIT_USER_ERROR
from ...common.progress import tell
from ...inference.reader import Reading
from ...inference.rotation import rotated
from ...pictures.draw import MISTAKE, PREDICTION, TRUTH, draw_reading, write_picture
from ..narrow import Narrow
from .feed import Feed, LostError
from .settings import Camera, Settings
from .zones import Polygon, black_out

# Length of an arrow as a share of the picture's shorter side.
_ARROW = 0.2
_WAIT_S = 60.0


def show_cameras(settings: Settings, narrow: Narrow, folder: Path) -> int:
    """Write one picture for each camera, FOLDER/NAME.jpg; return 0, or 1 where a camera gave none."""
    failed = False
    for camera in settings.cameras:
        feed = Feed(camera)
        try:
            picture = _one(feed)
        except (LostError, EOFError) as error:
            tell(
                f"error: camera {camera.name} ({camera.shown}): {error or 'its file has no pictures'}"
            )
            failed = True
            continue
        finally:
            feed.close()
        seen = black_out(picture, camera.masks)
        readings = rotated(narrow.read, camera.rotate)(seen)
        target = folder / f"{camera.name}.jpg"
        write_picture(target, draw_camera(camera, seen, readings))
        tell(f"camera {camera.name}: {target}, {len(readings)} plates")
    return EXIT_USER_ERROR if failed else 0


def draw_camera(
    camera: Camera, picture: NDArray[np.uint8], readings: list[Reading]
) -> NDArray[np.uint8]:
    """Return a camera's grey picture (H, W) as BGR (H, W, 3), with all that cameras.yaml says of it drawn over it."""
    drawn = np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), np.uint8)
    height, width = picture.shape
    for number, mask in enumerate(camera.masks, start=1):
        draw_reading(drawn, _corners(mask, height, width), f"mask {number}", MISTAKE)
    for name, zone in camera.zones.items():
        draw_reading(drawn, _corners(zone, height, width), name, TRUTH)
    for name, way in camera.directions.items():
        if isinstance(way, float):
            _draw_way(drawn, name, way)
    for reading in readings:
        draw_reading(drawn, reading.quad, reading.text, PREDICTION)
    return drawn


def _one(feed: Feed) -> NDArray[np.uint8]:
    """Return a camera's first picture."""
    while (frame := feed.next(_WAIT_S)) is None:
        pass  # until it is there, or the feed says that it is lost
    return frame.picture


def _corners(polygon: Polygon, height: int, width: int) -> NDArray[np.float32]:
    return np.array(polygon, np.float32) * np.array((width, height), np.float32) - np.float32(0.5)


def _draw_way(picture: NDArray[np.uint8], name: str, way: float) -> None:
    """Draw an arrow from the middle of a picture, with a name at its head."""
    height, width = picture.shape[:2]
    length, angle = _ARROW * min(height, width), math.radians(way)
    start = np.array((width / 2, height / 2))
    end = start + length * np.array((math.sin(angle), -math.cos(angle)))
    ends = [tuple(int(value) for value in point.round()) for point in (start, end)]
    cv2.arrowedLine(
        picture, ends[0], ends[1], TRUTH, max(2, height // 200), cv2.LINE_AA, tipLength=0.25
    )
    head = np.repeat(end[None].astype(np.float32), 4, axis=0)
    draw_reading(picture, head, name, TRUTH)
