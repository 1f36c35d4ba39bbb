"""The stroke typeface."""

import itertools
import string

import cv2
import numpy as np
import pytest

from src.generators.glyphs import GLYPHS
from src.generators.plate_faces import WEIGHTS
from src.generators.typeface import (
    MASTER_HEIGHT,
    OVALS,
    SLANTS,
    TypeStyle,
    glyph_mask,
    sample_style,
)

PLAIN = TypeStyle(weight=2, slant=1, oval=1, shapes={})


def test_every_digit_and_letter_has_a_shape() -> None:
    assert set(GLYPHS) == set(string.digits + string.ascii_uppercase)


@pytest.mark.parametrize("char", sorted(GLYPHS))
def test_glyphs_reach_top_and_bottom_in_every_style(char: str) -> None:
    for weight, slant, shape in itertools.product((0, 5), range(3), range(len(GLYPHS[char]))):
        mask = glyph_mask(char, TypeStyle(weight, slant, 0, {char: shape}))
        assert mask.dtype == np.uint8
        assert mask.shape[0] == MASTER_HEIGHT
        rows = np.flatnonzero((mask > 127).any(axis=1))
        assert rows[0] <= 4
        assert rows[-1] >= MASTER_HEIGHT - 5
        assert (mask > 127).mean() > 0.08


HOLES = {
    **dict.fromkeys("069ADOPQR", 1),
    "4": 1,
    **dict.fromkeys("8B", 2),
    **dict.fromkeys("12357CEFGHIJKLMNSTUVWXYZ", 0),
}


@pytest.mark.parametrize("char", sorted(GLYPHS))
def test_glyphs_are_one_piece_with_the_right_number_of_holes(char: str) -> None:
    """A broken or clogged shape shows in its topology: in every shape and every weight."""
    for weight, shape in itertools.product(range(len(WEIGHTS)), range(len(GLYPHS[char]))):
        mask = glyph_mask(char, TypeStyle(weight, 1, 1, {char: shape}))
        filled = np.pad(mask > 127, 1).astype(np.uint8)
        pieces = cv2.connectedComponents(filled, connectivity=8)[0] - 1
        holes = cv2.connectedComponents(1 - filled, connectivity=4)[0] - 2
        assert pieces == 1, (weight, shape)
        open_four = (char, shape) == ("4", 0)
        assert holes == (0 if open_four else HOLES[char]), (weight, shape)


def test_weight_makes_strokes_thicker_as_stated() -> None:
    for weight, share in enumerate(WEIGHTS):
        mask = glyph_mask("I", TypeStyle(weight, 1, 0, {}))
        assert mask.shape[1] == pytest.approx(share * MASTER_HEIGHT, abs=1)


def test_slant_moves_the_top() -> None:
    upright, right = (glyph_mask("I", TypeStyle(2, s, 0, {})) for s in (1, 2))
    centre = [float(np.average(np.arange(m.shape[1]), weights=m[4])) for m in (upright, right)]
    foot = [float(np.average(np.arange(m.shape[1]), weights=m[-5])) for m in (upright, right)]
    assert centre[0] == pytest.approx(foot[0], abs=0.5)
    assert centre[1] - foot[1] == pytest.approx(SLANTS[2] * (MASTER_HEIGHT - 9), abs=1)


def test_letters_differ_from_each_other() -> None:
    """No two characters share a mask when brought to one size."""
    masks = {c: cv2.resize(glyph_mask(c, PLAIN), (24, 48)) for c in GLYPHS}
    for a, b in itertools.combinations(set(GLYPHS) - {"0", "O", "I"}, 2):
        difference = np.abs(masks[a].astype(int) - masks[b].astype(int)).mean()
        assert difference > 6, (a, b)


def test_a_mask_is_shared_and_cannot_be_written() -> None:
    mask = glyph_mask("A", PLAIN)
    assert glyph_mask("A", PLAIN) is mask
    with pytest.raises(ValueError, match="read-only"):
        mask[0, 0] = 1


def test_sampled_styles_are_valid_and_vary() -> None:
    rng = np.random.default_rng(0)
    styles = [sample_style(rng) for _ in range(500)]
    assert {s.weight for s in styles} == set(range(len(WEIGHTS)))
    assert {s.slant for s in styles} == set(range(len(SLANTS)))
    assert {s.oval for s in styles} == set(range(len(OVALS)))
    for style in styles:
        assert all(0 < index < len(GLYPHS[char]) for char, index in style.shapes.items())
    drawn = {(char, index) for s in styles for char, index in s.shapes.items()}
    assert drawn == {(c, i) for c, shapes in GLYPHS.items() for i in range(1, len(shapes))}
    assert sum(not s.shapes for s in styles) > 100
