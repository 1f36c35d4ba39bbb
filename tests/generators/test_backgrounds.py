"""Backgrounds at any size, the same from the same seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.generators import backgrounds, cars, textures, writing
from src.generators.backgrounds import draw_background

PAINTERS = [
    textures.plain, textures.clouds, textures.asphalt, textures.boards, textures.wall,
    textures.stripes, textures.mesh, textures.shapes, cars.car, cars.panel, cars.street_at_night,
]  # fmt: skip


@pytest.mark.parametrize("painter", PAINTERS)
@pytest.mark.parametrize(("height", "width"), [(12, 12), (16, 300), (300, 16), (97, 131)])
def test_every_painter_fills_any_size(painter, height, width):
    pictures = [painter(np.random.default_rng(seed), height, width) for seed in range(12)]
    assert all(picture.shape == (height, width) for picture in pictures)
    assert all(picture.dtype == np.uint8 for picture in pictures)
    assert len({picture.tobytes() for picture in pictures}) > 6
    again = [painter(np.random.default_rng(seed), height, width) for seed in range(12)]
    assert all((a == b).all() for a, b in zip(pictures, again, strict=True))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), height=st.integers(16, 200), width=st.integers(16, 200))
def test_background_is_whole_and_repeatable(seed, height, width):
    photos = [np.full((1, 1), 9, np.uint8), np.full((50, 20), 200, np.uint8)]
    for given_photos in ((), photos):
        first = draw_background(np.random.default_rng(seed), height, width, given_photos)
        second = draw_background(np.random.default_rng(seed), height, width, given_photos)
        assert first.shape == (height, width)
        assert first.dtype == np.uint8
        assert first.flags.c_contiguous
        assert first.flags.writeable
        assert (first == second).all()


def test_a_large_background():
    assert draw_background(np.random.default_rng(3), 2000, 2000).shape == (2000, 2000)


def test_backgrounds_differ_in_tone_and_detail():
    rng = np.random.default_rng(0)
    pictures = [draw_background(rng, 64, 64).astype(float) for _ in range(200)]
    means, detail = zip(*((p.mean(), np.abs(np.diff(p)).mean()) for p in pictures), strict=True)
    assert np.std(means) > 35
    assert np.quantile(detail, 0.9) > 5 * np.quantile(detail, 0.1)


def test_half_of_the_backgrounds_are_photos_when_given():
    photo = np.full((40, 60), 77, np.uint8)
    rng = np.random.default_rng(1)
    pictures = [draw_background(rng, 32, 32, [photo]) for _ in range(400)]
    # A piece of a plain photo is plain (or, turned, plain and black beyond the edge).
    pieces = sum(
        set(np.unique(picture)) <= set(range(78)) and 77 in picture for picture in pictures
    )
    assert 0.4 < pieces / 400 < 0.65


def test_drawing_does_not_touch_the_photos():
    photo = np.arange(256, dtype=np.uint8).reshape(16, 16)
    before = photo.copy()
    for seed in range(30):
        draw_background(np.random.default_rng(seed), 40, 40, [photo])[:] = 0
    assert (photo == before).all()


def test_a_lamp_is_added_saturating_and_cut_off_at_the_edge():
    image = np.full((50, 50), 250, np.uint8)
    cars.add_glow(image, 0, 0, 10.0, 300)
    assert image[0, 0] == 255
    assert image.min() == 250
    cars.add_glow(image, -500, 20, 10.0, 300)  # out of sight: nothing happens
    assert image[20, 0] in range(250, 256)


def test_writing_on_a_pale_strip_is_lower_case(monkeypatch):
    written = []
    monkeypatch.setattr(writing, "write", lambda rng, image, text, *rest: written.append(text))
    image = np.full((100, 400), 128, np.uint8)
    rng = np.random.default_rng(0)
    for _ in range(300):
        image[:] = 128
        written.clear()
        writing.scatter_writing(rng, image)
        if len(written) == 1 and image.max() > 128:  # one strip, paler than its ink
            assert written[0] == written[0].lower()


def test_pools_are_the_same_whoever_asks_first_and_never_change():
    pools = (backgrounds._pool, backgrounds._sharp_pool, backgrounds._pooled_thumbnail)
    first = [pool(index).copy() for pool in pools for index in (3, 5)]
    rng = np.random.default_rng(0)
    for _ in range(300):
        draw_background(rng, 64, 64)[:] = 0
    for pool in pools:
        pool.cache_clear()
    again = [pool(index) for pool in pools[::-1] for index in (5, 3)][::-1]
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    assert not any(picture.flags.writeable for picture in again)


def test_backgrounds_hardly_ever_repeat():
    drawn = {draw_background(np.random.default_rng(i), 48, 48).tobytes() for i in range(600)}
    assert len(drawn) > 585  # plain ones of the same grey may be equal
