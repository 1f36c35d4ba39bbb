"""The letterings of Europe: every character of each drawn, whole, and unlike those that it is taken for."""

import itertools
import string

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from src.generators.formats.european.faces import FACES
from src.generators.formats.european.strokes import STROKES
from src.generators.plate_faces import WEIGHTS
from src.generators.typeface import MASTER_HEIGHT, TypeStyle, glyph_mask, sample_style

# What is read for one another on photographs, and how much of their ink they do not share at least.
CONFUSED = {
    "WV": 0.28, "WN": 0.22, "WM": 0.33, "WU": 0.25, "Q0": 0.06, "QO": 0.05, "D0": 0.05, "DO": 0.05,
    "G6": 0.09, "B8": 0.07, "S5": 0.09, "Z2": 0.22, "MN": 0.10, "HN": 0.08, "VY": 0.17, "I1": 0.14,
    "CG": 0.07, "EF": 0.09, "PR": 0.10, "71": 0.40, "38": 0.09,
}  # fmt: skip
# 1 and I are one bar there, and the grammar says which it is.
ONE_BAR = ("charles_wright", "charles_wright_wide", "greek")


def _usual(char: str, face: str, weight: int, index: int = 0) -> NDArray[np.uint8]:
    style = TypeStyle(weight, 1, 0, {char: index}, own=FACES[face].own)
    return glyph_mask(char, style)


def _alone(char: str, name: str, weight: int) -> NDArray[np.uint8]:
    return glyph_mask(char, TypeStyle(weight, 1, 0, {}, own={char: (STROKES[char][name],)}))


def _difference(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> float:
    """How much of the ink of two characters lies in one of them alone, where they overlap the most, in [0, 1].

    Both are brought to one width first: that plates condense their characters must not make them alike.
    """
    wide = max(a.shape[1], b.shape[1], 16)
    one, other = (
        cv2.resize(mask, (wide, MASTER_HEIGHT)).astype(float)
        if mask.shape[1] > 0.4 * wide
        else np.pad(mask, ((0, 0), (wide - mask.shape[1], 0))).astype(float)
        for mask in (a, b)
    )
    return float(np.abs(one - other).sum() / (one + other).sum())


@pytest.mark.parametrize("face", sorted(FACES))
def test_what_is_confused_is_drawn_differently(face: str) -> None:
    heaviest = max(i for i, share in enumerate(FACES[face].weights) if share)
    for pair, least in CONFUSED.items():
        one, other = pair[0], pair[1]
        if pair != "I1" or face not in ONE_BAR:
            difference = _difference(_usual(one, face, heaviest), _usual(other, face, heaviest))
            assert difference > least, pair


HOLES = {
    **dict.fromkeys("069ADOPQR", 1),
    "4": 1,
    **dict.fromkeys("8B", 2),
}
OPENINGS = {
    ("0", "slit"): (0,),
    ("4", "crossed"): (0, 1),
    ("4", "high"): (0, 1),
    ("Q", "long"): (1, 2),
}
"""Holes where weights differ: a four of DIN closes where it is heavy, a long tail parts a bow."""


@pytest.mark.parametrize("char", STROKES)
def test_shapes_are_whole_and_open_in_every_weight(char: str) -> None:
    for name, weight in itertools.product(STROKES[char], range(len(WEIGHTS))):
        mask = _alone(char, name, weight) > 127
        inked = np.flatnonzero(mask.any(axis=1))
        assert inked[0] <= 4
        assert inked[-1] >= MASTER_HEIGHT - 5
        padded = np.pad(mask, 1).astype(np.uint8)
        assert cv2.connectedComponents(padded, connectivity=8)[0] == 2
        holes = cv2.connectedComponents(1 - padded, connectivity=4)[0] - 2
        assert holes in OPENINGS.get((char, name), (HOLES.get(char, 0),)), (name, weight)


def test_a_w_is_unlike_every_other_letter_in_every_shape_and_weight() -> None:
    for name, weight in itertools.product(STROKES["W"], (0, len(WEIGHTS) - 1)):
        mask = _alone("W", name, weight)
        for other in "VNMUXY":
            for shape in STROKES.get(other, {}):
                assert _difference(mask, _alone(other, shape, weight)) > 0.14, (name, other, shape)


def test_a_zero_and_an_o_are_alike_in_britain_and_not_in_germany() -> None:
    def alike(face: str) -> float:
        zero, o = _usual("0", face, 3), _usual("O", face, 3)
        return _difference(zero, o) + abs(zero.shape[1] - o.shape[1]) / MASTER_HEIGHT

    assert alike("charles_wright") < 0.02
    assert alike("fe") > 0.12
    assert alike("dutch") > 0.12


def test_faces_have_every_character_and_every_shape_that_they_may_draw() -> None:
    for face in FACES.values():
        assert sum(face.weights) == pytest.approx(1)
        for char in string.digits + string.ascii_uppercase + "ÄÖÜ":
            for index in range(face.counts[char]):
                assert glyph_mask(char, TypeStyle(2, 1, 0, {char: index}, own=face.own)).any()


def test_plates_of_a_face_show_its_own_shapes_most() -> None:
    rng = np.random.default_rng(1)
    styles = [sample_style(rng, FACES["dutch"]) for _ in range(400)]
    assert all(style.own is FACES["dutch"].own for style in styles)
    assert sum(style.shapes.get("0", 0) == 0 for style in styles) > 300
