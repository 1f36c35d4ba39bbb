"""Pictures to set up cameras.yaml by."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from src.pictures.draw import MISTAKE, PREDICTION, TRUTH
from src.reading.cameras.load import load_settings
from src.reading.cameras.show import draw_camera, show_cameras
from tests.reading import made as films
from tests.reading.cameras import made

LEFT = ((0.1, 0.1), (0.4, 0.1), (0.4, 0.9), (0.1, 0.9))
RIGHT = ((0.6, 0.1), (0.9, 0.1), (0.9, 0.9), (0.6, 0.9))


def has(picture: np.ndarray, colour: tuple[int, int, int], where: tuple[slice, slice]) -> bool:
    return bool((picture[where] == colour).all(axis=-1).any())


def test_zones_masks_ways_and_readings_are_drawn_where_they_are() -> None:
    camera = made.camera(
        zones={"in": LEFT}, masks=(RIGHT,), directions={"out": 0.0, "x": "leaving"}
    )
    one = films.reading("ZH42", x=300, y=300)
    drawn = draw_camera(camera, np.full((400, 640), 90, np.uint8), [one])
    assert drawn.shape == (400, 640, 3)
    left, right = (slice(0, 400), slice(0, 250)), (slice(0, 400), slice(400, 640))
    middle = (slice(250, 350), slice(255, 345))
    assert (has(drawn, TRUTH, left), has(drawn, MISTAKE, left)) == (True, False)
    assert (has(drawn, TRUTH, right), has(drawn, MISTAKE, right)) == (False, True)
    assert has(drawn, PREDICTION, middle)
    # The way out goes up from the middle.
    assert has(drawn, TRUTH, (slice(125, 200), slice(310, 330)))


def test_one_picture_for_each_camera(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    films.write_video(tmp_path / "a.avi", films.greys([200] * 3, 240, 320))
    made.write(tmp_path / "b.avi", "no film")
    text = "cameras: {a: {source: a.avi, masks: [[[0, 0], [1, 0], [1, 0.5]]]}, b: {source: b.avi}}"
    settings = load_settings(made.write(tmp_path / "cameras.yaml", text), {})
    assert show_cameras(settings, made.narrow(), tmp_path / "seen") == 1
    (path,) = (tmp_path / "seen").iterdir()
    shown = cv2.imread(str(path))
    assert shown is not None
    assert (path.name, shown.shape) == ("a.jpg", (240, 320, 3))
    assert shown[30, 300].max() < 60
    told = capsys.readouterr().err
    assert f"camera a: {path}, " in told
    assert "error: camera b (file): " in told
