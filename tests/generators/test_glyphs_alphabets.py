"""Every character of every format: drawn, whole, and unlike every other."""

import itertools

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from src.generators.formats import format_names, get_format
from src.generators.glyphs import GLYPHS
from src.generators.glyphs_european import EUROPEAN
from src.generators.plate_faces import PLATE_FACES, WEIGHTS, WIDTHS
from src.generators.scripts import cjk, cjk_japan, hangul, hiragana
from src.generators.shapes import known_shapes
from src.generators.typeface import MASTER_HEIGHT, TypeStyle, glyph_mask, sample_style

ALPHABET = sorted({char for name in format_names() for char in get_format(name).alphabet})
HANGUL = [char for char in ALPHABET if char >= "가"]
CHINESE = [char for char in ALPHABET if "一" <= char < "가"]
KANA = [char for char in ALPHABET if "ぁ" <= char <= "ん"]
CROWDED = {*HANGUL, *CHINESE, *KANA}
# What some countries print alike, whatever their rules say.
ALIKE = [{"0", "O"}, {"1", "I"}]


def _small(char: str, style: TypeStyle) -> NDArray[np.int64]:
    """A character as a camera sees it, 32 px high and centred on 40 columns."""
    mask = glyph_mask(char, style)
    width = round(mask.shape[1] * 32 / MASTER_HEIGHT)
    picture = np.zeros((32, 40), np.int64)
    left = (40 - width) // 2
    picture[:, left : left + width] = cv2.resize(mask, (width, 32), interpolation=cv2.INTER_AREA)
    return picture


@pytest.mark.parametrize("weight", [0, 2, 5])
def test_characters_differ_at_32_pixels(weight: int) -> None:
    drawn = {c: _small(c, TypeStyle(weight, 1, 0, {})) for c in ALPHABET}
    for a, b in itertools.combinations(ALPHABET, 2):
        if {a, b} not in ALIKE:
            assert np.abs(drawn[a] - drawn[b]).mean() > 3.5, (a, b)


# 一 is one level stroke.
@pytest.mark.parametrize(
    "char", sorted(EUROPEAN) + HANGUL + KANA + [c for c in CHINESE if c != "一"]
)
def test_shapes_fill_the_height_and_stay_open_in_every_weight(char: str) -> None:
    for weight, index in itertools.product((0, 5), range(len(known_shapes(char)))):
        mask = glyph_mask(char, TypeStyle(weight, 1, 0, {char: index}))
        inked = np.flatnonzero((mask > 127).any(axis=1))
        assert inked[0] <= 4, (weight, index)
        assert inked[-1] >= MASTER_HEIGHT * 0.78, (weight, index)
        assert 0.08 < (mask > 127).mean() < (0.66 if char in CROWDED else 1.01), (weight, index)


# Pieces and holes of the shapes that only European plates have.
TOPOLOGY = {
    **dict.fromkeys("469OPQR", (1, 1)),
    **dict.fromkeys("1235CEFGJMUW", (1, 0)),
    "B": (1, 2),
    "Ä": (3, 1),
    "Ö": (3, 1),
    "Ü": (3, 0),
}


@pytest.mark.parametrize("char", sorted(TOPOLOGY))
def test_european_shapes_have_the_right_pieces_and_holes(char: str) -> None:
    first = len(GLYPHS.get(char, ()))
    for weight, index in itertools.product(range(len(WEIGHTS)), range(len(EUROPEAN[char]))):
        mask = glyph_mask(char, TypeStyle(weight, 1, 1, {char: first + index}))
        filled = np.pad(mask > 127, 1).astype(np.uint8)
        pieces = cv2.connectedComponents(filled, connectivity=8)[0] - 1
        holes = cv2.connectedComponents(1 - filled, connectivity=4)[0] - 2
        # The open four of DIN closes where it is heavy.
        wanted = [TOPOLOGY[char], *([(1, 0)] if (char, index) == ("4", 0) else [])]
        assert (pieces, holes) in wanted, (weight, index)


def test_the_slit_zero_is_open_and_the_other_closed() -> None:
    for index, holes in ((2, 1), (3, 0)):
        for weight in range(len(WEIGHTS)):
            mask = glyph_mask("0", TypeStyle(weight, 1, 1, {"0": index}))
            filled = np.pad(mask > 127, 1).astype(np.uint8)
            assert cv2.connectedComponents(1 - filled, connectivity=4)[0] - 2 == holes, weight


@pytest.mark.parametrize(
    ("syllable", "pieces"), [("가", 2), ("오", 2), ("하", 3), ("울", 3), ("광", 4), ("인", 3)]
)
def test_syllables_have_their_letters(syllable: str, pieces: int) -> None:
    """Letters that do not touch: one piece each, two where the hat of ㅎ stands apart."""
    mask = glyph_mask(syllable, TypeStyle(0, 1, 0, {}))
    assert cv2.connectedComponents((mask > 127).astype(np.uint8))[0] - 1 == pieces


@pytest.mark.parametrize(
    ("char", "pieces", "holes"),
    [
        ("川", 3, 0),
        ("吉", 2, 1),
        ("甘", 1, 2),
        ("云", 2, 0),
        ("鲁", 3, 7),
        ("京", 4, 1),
        ("贵", 4, 2),
        ("品", 3, 3),
        ("王", 1, 0),
        ("札", 2, 0),
        ("福", 5, 5),
        ("大", 1, 0),
    ],
)
def test_chinese_characters_have_their_strokes(char: str, pieces: int, holes: int) -> None:
    """As they are written; counted where strokes are thinnest."""
    for index in range(len(known_shapes(char))):
        mask = glyph_mask(char, TypeStyle(0, 1, 0, {char: index}))
        filled = np.pad(mask > 127, 1).astype(np.uint8)
        assert cv2.connectedComponents(filled, connectivity=8)[0] - 1 == pieces, index
        assert cv2.connectedComponents(1 - filled, connectivity=4)[0] - 2 == holes, index


@pytest.mark.parametrize(
    ("char", "pieces", "holes"),
    [("い", 2, 0), ("く", 1, 0), ("の", 1, 1), ("は", 2, 1), ("り", 2, 0)],
)
def test_hiragana_have_their_strokes(char: str, pieces: int, holes: int) -> None:
    for index in range(len(known_shapes(char))):
        mask = glyph_mask(char, TypeStyle(0, 1, 0, {char: index}))
        filled = np.pad(mask > 127, 1).astype(np.uint8)
        assert cv2.connectedComponents(filled, connectivity=8)[0] - 1 == pieces, index
        assert cv2.connectedComponents(1 - filled, connectivity=4)[0] - 2 == holes, index


def test_no_character_is_written_down_twice_or_for_nothing() -> None:
    assert not set(cjk._CHARACTERS) & set(cjk_japan.CHARACTERS)
    assert set(cjk_japan.CHARACTERS) <= set(get_format("japanese").alphabet)
    named = {
        part.partition(" ")[0]
        for strokes in cjk_japan.CHARACTERS.values()
        for part in strokes.split(";")
    }
    assert set(cjk_japan.PARTS) <= named


def test_marked_hiragana_have_two_strokes_more() -> None:
    for marked, plain in (("ば", "は"), ("ぎ", "き")):
        one, other = (hiragana.shapes(char)[0].strokes.count(";") for char in (marked, plain))
        assert one == other + 2
    with pytest.raises(KeyError):
        hiragana.shapes("ん")


@pytest.mark.parametrize("char", ["A", "ㄱ", "가나", "", "值"])
def test_what_is_no_chinese_character_of_plates_is_refused(char: str) -> None:
    with pytest.raises(KeyError):
        cjk.shapes(char)


@pytest.mark.parametrize("char", ["A", "ㄱ", "가나", "", "값"])
def test_what_is_no_syllable_of_plates_is_refused(char: str) -> None:
    with pytest.raises(KeyError):
        hangul.shapes(char)


def test_widths_widen_letters_and_digits_apart() -> None:
    plain, wide = WIDTHS.index(1.0), len(WIDTHS) - 1
    narrow = TypeStyle(2, 1, 0, {})
    letters, digits = (TypeStyle(2, 1, 0, {}, *pair) for pair in ((wide, plain), (plain, wide)))
    assert glyph_mask("H", letters).shape[1] > 1.2 * glyph_mask("H", narrow).shape[1]
    assert glyph_mask("8", letters).shape == glyph_mask("8", narrow).shape
    assert glyph_mask("8", digits).shape[1] > 1.2 * glyph_mask("8", narrow).shape[1]


@pytest.mark.parametrize("name", sorted(PLATE_FACES))
def test_faces_name_shapes_that_exist_and_vary(name: str) -> None:
    face = PLATE_FACES[name]
    assert sum(face.weights) == pytest.approx(1)
    assert all(index < face.counts[char] for char, index in face.usual.items())
    assert all(count <= len(known_shapes(char)) for char, count in face.counts.items())
    rng = np.random.default_rng(0)
    styles = [sample_style(rng, face) for _ in range(200)]
    assert {style.letters for style in styles} == set(range(*face.letters))
    assert {style.digits for style in styles} == set(range(*face.digits))
    assert all(i < face.counts[c] for style in styles for c, i in style.shapes.items())
    usual = sum(style.shapes == dict(face.usual) for style in styles)
    assert 40 < usual < 180
