"""Grey values: strengths measured in plates, saturation, legibility."""

import numpy as np
import pytest

from src.generators import degrade_pixels as pixels

CHANGES = [
    pixels.blur, pixels.motion_blur, pixels.shade, pixels.add_noise, pixels.change_brightness,
    pixels.darken, pixels.resize_and_back, pixels.compress,
]  # fmt: skip
NONE = np.zeros((0, 4, 2), np.float32)


def rectangle(width, height, x=10.0, y=10.0):
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    return np.array([corners], np.float32)


def test_line_height_of_one_and_two_lines_by_hand():
    assert pixels.line_height(rectangle(100, 22), (200, 200)) == pytest.approx(22)
    assert pixels.line_height(rectangle(60, 32), (200, 200)) == pytest.approx(16)
    both = np.vstack([rectangle(100, 22), rectangle(60, 32)])
    assert pixels.line_height(both, (200, 200)) == pytest.approx(16)
    assert pixels.line_height(NONE, (160, 400)) == pytest.approx(20)


def test_line_height_of_a_slanted_plate_is_its_thickness():
    angle = np.pi / 4  # a 100 x 20 plate stays 20 px thick however it is turned
    turn = np.array(((np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))))
    turned = (rectangle(100, 20) @ turn).astype(np.float32)
    assert pixels.line_height(turned, (200, 200)) == pytest.approx(20, rel=1e-4)
    sheared = np.array([[(0, 0), (100, 100), (100, 120), (0, 20)]], np.float32)
    # 100 x 20 px² over a long side of 141 px, although its short sides are 20 px long
    assert pixels.line_height(sheared, (200, 200)) == pytest.approx(2000 / np.sqrt(20000), rel=1e-4)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("shape", [(16, 16), (16, 500), (301, 33)])
@pytest.mark.parametrize("grey", [0, 255])
def test_black_stays_dark_and_white_stays_pale(change, shape, grey):
    image = np.full(shape, grey, np.uint8)
    for seed in range(8):
        changed = change(np.random.default_rng(seed), image, NONE, 1.0)
        assert changed.shape == shape
        assert changed.dtype == np.uint8
    assert (image == grey).all()


@pytest.mark.parametrize("grey", [0, 255])
def test_blurs_and_codecs_leave_a_plain_picture_alone(grey):
    image = np.full((64, 64), grey, np.uint8)
    rng = np.random.default_rng(0)
    for change in (pixels.blur, pixels.motion_blur, pixels.resize_and_back, pixels.compress):
        assert np.abs(change(rng, image, NONE, 1.0).astype(int) - grey).max() <= 1


def test_a_shadow_never_brightens_and_low_light_darkens():
    image = np.random.default_rng(0).integers(0, 256, (80, 80), dtype=np.uint8)
    for seed in range(10):
        shaded = pixels.shade(np.random.default_rng(seed), image, NONE, 1.0)
        assert (shaded <= image).all()
        assert shaded.mean() < image.mean()
        dark = pixels.darken(np.random.default_rng(seed), image, NONE, 1.0)
        assert dark.mean() < 0.2 * image.mean()


def test_motion_kernel_by_hand():
    across = pixels.motion_kernel(3.0, 0.0)
    assert across == pytest.approx(np.pad(np.full((1, 3), 1 / 3), ((2, 2), (1, 1))))
    assert pixels.motion_kernel(1.0, 0.7) == pytest.approx(np.pad([[1.0]], 1))
    for angle in np.linspace(0, np.pi, 7):
        slanted = pixels.motion_kernel(6.5, float(angle))
        assert slanted.sum() == pytest.approx(1)
        assert slanted == pytest.approx(slanted[::-1, ::-1], abs=1e-6)  # no shift


def test_blur_grows_with_the_plate():
    image = np.zeros((200, 400), np.uint8)
    image[:, 200:] = 255
    rng = np.random.default_rng(0)
    small, large = (
        pixels.blur(rng, image, rectangle(5 * size, size), 1.0) for size in (12.0, 60.0)
    )
    edge = [np.count_nonzero((row > 12) & (row < 243)) for row in (small[100], large[100])]
    assert edge[0] <= 5 < edge[1]


def test_small_plates_are_not_shrunk():
    image = np.random.default_rng(0).integers(0, 256, (100, 100), dtype=np.uint8)
    for seed in range(10):
        same = pixels.resize_and_back(np.random.default_rng(seed), image, rectangle(50, 10.9), 1.0)
        assert (same == image).all()


@pytest.mark.parametrize("contrast", [30, 60, 200])
@pytest.mark.parametrize(
    "change", [pixels.shade, pixels.change_brightness, pixels.darken], ids=lambda f: f.__name__
)
def test_light_leaves_a_plate_its_contrast(change, contrast):
    quad = rectangle(100, 22, 50, 50)
    image = np.full((150, 220), 128, np.uint8)
    image[50:73, 50:151] = 128 + contrast // 2
    image[52:70, 55:146:8] = 128 - contrast // 2  # bars for letters
    image[52:70, 56:146:8] = 128 - contrast // 2
    before = image[55:68, 70:131].std()
    for seed in range(60):
        after = change(np.random.default_rng(seed), image, quad, 1.0)
        assert after[55:68, 70:131].std() >= min(before, 11) * 0.9
