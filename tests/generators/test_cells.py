"""Characters in cells of one width."""

from dataclasses import replace

import numpy as np
import pytest

from src.generators.cells import in_cell, width_in_cell
from src.generators.typeface import MASTER_HEIGHT, TypeStyle, glyph_mask

STYLE = TypeStyle(weight=2, slant=1, oval=1, shapes={"1": 1})


@pytest.mark.parametrize(
    ("natural", "cell", "width"),
    [(0.5, 0.6, 0.6), (0.76, 0.5, 0.5), (0.3, 0.6, 0.3), (0.3, 0.2, 0.2)],
)
def test_all_but_narrow_characters_fill_their_cell(
    natural: float, cell: float, width: float
) -> None:
    assert width_in_cell(natural, cell) == width


def test_a_character_stands_in_the_middle_of_its_cell() -> None:
    mask = np.full((4, 3), 255, np.uint8)
    assert in_cell(mask, 8)[0].tolist() == [0, 0, 255, 255, 255, 0, 0, 0]
    assert np.array_equal(in_cell(mask, 2), mask)


@pytest.mark.parametrize("cell", [0.5, 1.33])
def test_characters_of_a_row_with_cells_are_as_wide_as_one_another(cell: float) -> None:
    style = replace(STYLE, cell=cell)
    for char in "0MWJ1京藏":
        assert glyph_mask(char, style).shape == (MASTER_HEIGHT, round(cell * MASTER_HEIGHT))


def test_strokes_stay_as_thick_in_a_wide_cell() -> None:
    def stem(cell: float) -> int:
        # The left stem of an H, above its bar.
        row = glyph_mask("H", replace(STYLE, cell=cell))[8] > 127
        return int(np.argmin(row[np.argmax(row) :]))

    assert abs(stem(1.33) - stem(0.52)) <= 1


def test_w_is_not_clogged_in_a_narrow_cell() -> None:
    heavy = TypeStyle(weight=5, slant=1, oval=1, shapes={"W": 2})
    assert (glyph_mask("W", replace(heavy, cell=0.5)) > 127).mean() < 0.72
