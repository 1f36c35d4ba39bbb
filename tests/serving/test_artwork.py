"""What the page shows of the pipeline's own drawing."""

import cv2
import numpy as np
import pytest

from src.common.errors import UserError
from src.datasets.decode import read_picture
from src.datasets.photos import load_photos
from src.generators.formats import get_format
from src.serving.artwork import MAX_SAMPLE_BYTES, SCENES, main, outline, save_glyphs
from src.serving.pages import PAGE
from src.stack.bundle import load_bundle
from tests.serving.browser import model_to_serve

SAMPLES = PAGE / "samples"


def test_samples_are_small_and_complete() -> None:
    sizes = {path.stem: path.stat().st_size for path in SAMPLES.glob("*.jpg")}
    assert set(sizes) == set(SCENES)
    assert max(sizes.values()) <= MAX_SAMPLE_BYTES


def test_samples_show_one_plate_two_and_none() -> None:
    photos = load_photos(SAMPLES, get_format("swiss").alphabet).photos
    assert sorted(len(photo.plates) for photo in photos) == [0, 1, 1, 1, 1, 1, 1, 2]


def test_drawn_again_they_are_the_same(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("src.serving.artwork.PAGE", tmp_path)
    main()
    for name in ("glyphs.js", "samples/annotations.csv"):
        assert (tmp_path / name).read_text("utf-8") == (PAGE / name).read_text("utf-8"), (
            "drawing has changed: run `python3 -m src.serving.artwork` and look at the samples"
        )
    for path in SAMPLES.glob("*.jpg"):
        now, then = read_picture(tmp_path / "samples" / path.name), read_picture(path)
        assert float(np.mean(cv2.absdiff(now, then))) < 1


@pytest.mark.parametrize(("char", "closed"), [("I", 1), ("A", 2), ("8", 3), ("Ö", 4)])
def test_outline_has_a_letters_parts(char: str, closed: int) -> None:
    width, path = outline(char)
    assert path.count("M") == path.count("Z") == closed
    numbers = [
        [float(n) for n in point.split(",")]
        for point in path.strip("MZ").replace("ZM", " ").split()
    ]
    xs, ys = zip(*numbers, strict=True)
    assert -1 <= min(xs) <= 2
    assert width - 3 <= max(xs) <= width + 1
    assert -1 <= min(ys) <= 3
    assert 97 <= max(ys) <= 101


def test_unknown_letter_is_refused(tmp_path) -> None:
    with pytest.raises(UserError, match="no strokes are known"):
        save_glyphs(tmp_path / "glyphs.js", "?")
    assert not (tmp_path / "glyphs.js").exists()


@pytest.mark.slow
def test_samples_are_read_right() -> None:
    reader = load_bundle(model_to_serve()).reader
    for photo in load_photos(SAMPLES, get_format("swiss").alphabet).photos:
        readings = reader.read(read_picture(photo.path))
        assert {r.text for r in readings} == {p.text for p in photo.plates}, photo.path.name
