"""Fonts of the user's as pictures of characters."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from src.common.errors import UserError
from src.datasets.fonts import load_fonts
from src.generators.font import FONT_HEIGHT, Font
from tests.fonts import DEJAVU


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(DEJAVU, tmp_path / "b.TTF")
    (tmp_path / "licence.txt").write_text("…")
    return tmp_path


def only(folder: Path, alphabet: str) -> Font:
    (font,) = load_fonts(folder, alphabet)
    return font


def test_a_font_has_the_characters_of_the_alphabet_that_it_knows(folder: Path) -> None:
    font = only(folder, "0A京Яⵣ")
    assert font.name == "b.TTF"
    assert set(font.masks) == set("0AЯⵣ")
    for mask in font.masks.values():
        assert mask.dtype == np.uint8
        assert mask.shape[0] == FONT_HEIGHT
        assert (mask.max(axis=0)[[0, -1]] > 20).all()  # cut to its ink
        assert 0.05 < (mask > 127).mean() < 0.9


def test_letters_and_digits_are_as_high_as_one_another_and_tails_and_dots_fit(folder: Path) -> None:
    masks = only(folder, "018HEÄQ").masks
    for char in "018HEÄQ":
        inked = np.flatnonzero((masks[char] > 100).any(axis=1))
        assert inked[0] <= 3, char
        assert inked[-1] >= FONT_HEIGHT - 4, char


def test_a_low_character_of_a_script_stays_low(folder: Path) -> None:
    masks = only(folder, "БЖДж").masks
    assert np.flatnonzero((masks["Ж"] > 100).any(axis=1))[0] <= 3
    assert np.flatnonzero((masks["ж"] > 100).any(axis=1))[0] > 15


def test_fonts_come_in_the_order_of_their_paths(folder: Path) -> None:
    (folder / "more").mkdir()
    shutil.copy(DEJAVU, folder / "a.ttf")
    shutil.copy(DEJAVU, folder / "more/c.ttf")
    assert [font.name for font in load_fonts(folder, "A")] == ["a.ttf", "b.TTF", "c.ttf"]


def test_no_folder_no_fonts(tmp_path: Path) -> None:
    assert load_fonts(tmp_path / "absent", "A") == ()
    assert load_fonts(tmp_path, "A") == ()


def test_a_damaged_font_is_named(folder: Path) -> None:
    (folder / "b.TTF").write_bytes(DEJAVU.read_bytes()[:1000])
    with pytest.raises(UserError, match=r"the font .*b\.TTF cannot be read .*: replace it"):
        load_fonts(folder, "A")


def test_a_font_without_any_character_is_named(folder: Path) -> None:
    with pytest.raises(UserError, match=r"b\.TTF has none of the characters 京沪: put it into"):
        load_fonts(folder, "京沪")
