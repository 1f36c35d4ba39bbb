"""Optional fonts of the user's, whose characters are drawn on plates."""

import unicodedata
from pathlib import Path
from statistics import median_low

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ..common.errors import UserError
from ..generators.font import FONT_HEIGHT, Font

SUFFIXES = (".otc", ".otf", ".ttc", ".ttf")
_EM = 2 * FONT_HEIGHT
"""Pixels of an em for drawing characters, before they are cut out and shrunk."""
_NO_CHARACTER = "\U0010ffff"
"""What no font has: whatever is drawn for it is drawn for all that a font lacks."""


def load_fonts(folder: Path, alphabet: str) -> tuple[Font, ...]:
    """Return the fonts in a folder, sorted by path, with those characters of `alphabet` that each has.

    Of a collection the first font is taken. None when there is no such folder or it has no fonts.
    Raises UserError naming the first file that is no font, or has nothing of the alphabet.
    """
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    return tuple(_load(path, alphabet) for path in paths if path.is_file())


def _load(path: Path, alphabet: str) -> Font:
    try:
        font = ImageFont.truetype(str(path), _EM)
        blank = _drawn(font, _NO_CHARACTER)
        drawn = {char: _drawn(font, char) for char in alphabet}
    except (OSError, ValueError) as error:
        raise UserError(
            f"the font {path} cannot be read ({error}): replace it by a TrueType or OpenType font, or remove it"
        ) from error
    kept = {
        char: picture
        for char, picture in drawn.items()
        if picture.any() and not np.array_equal(picture, blank)
    }
    if not kept:
        raise UserError(
            f"the font {path} has none of the characters {alphabet}: put it into the folder of the plate "
            "format that it is for, or remove it"
        )
    masks: dict[str, NDArray[np.uint8]] = {}
    for script in sorted({_script(char) for char in kept}):
        masks |= _cut({char: kept[char] for char in kept if _script(char) == script})
    return Font(path.name, masks)


def _drawn(font: ImageFont.FreeTypeFont, char: str) -> NDArray[np.uint8]:
    """Coverage of a character on a canvas of three ems a side, its base line always at the same height."""
    picture = Image.new("L", (3 * _EM, 3 * _EM))
    ImageDraw.Draw(picture).text((_EM, 2 * _EM), char, fill=255, font=font, anchor="ls")
    return np.array(picture, np.uint8)


def _script(char: str) -> str:
    """What a character's height goes by: letters and digits stand as high as one another."""
    name = unicodedata.name(char, "").partition(" ")[0]
    return "LATIN" if name == "DIGIT" else name


def _cut(drawn: dict[str, NDArray[np.uint8]]) -> dict[str, NDArray[np.uint8]]:
    """Cut the characters of a script out, as high as most of them are; one that is higher is made to fit."""
    spans = {char: _span(picture.max(axis=1)) for char, picture in drawn.items()}
    top = median_low(span[0] for span in spans.values())
    bottom = median_low(span[1] for span in spans.values())
    return {
        char: _shrunk(picture, min(top, spans[char][0]), max(bottom, spans[char][1]))
        for char, picture in drawn.items()
    }


def _span(inked: NDArray[np.uint8]) -> tuple[int, int]:
    """First place that is inked and the one after the last."""
    places = np.flatnonzero(inked)
    return int(places[0]), int(places[-1]) + 1


def _shrunk(picture: NDArray[np.uint8], top: int, bottom: int) -> NDArray[np.uint8]:
    left, right = _span(picture.max(axis=0))
    width = max(1, round((right - left) * FONT_HEIGHT / (bottom - top)))
    cut = picture[top:bottom, left:right]
    return cv2.resize(cut, (width, FONT_HEIGHT), interpolation=cv2.INTER_AREA).astype(np.uint8)
