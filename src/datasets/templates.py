"""Loads a folder with pictures of a plate's parts.

Layout: `blank_plate.png dot.png swiss_flag.png digits/0.png … digits/9.png
cantons/names/zh.png … cantons/flags/zh.png …`, one picture per canton of the format.
"""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ..common.errors import UserError
from ..generators.templates import PlateTemplates


def load_templates(folder: Path, cantons: Sequence[str]) -> PlateTemplates | None:
    """Read the templates in `folder`, or return None when it is not there or holds no picture.

    `cantons` are the codes in capitals; their files have lower-case names. Transparent pixels
    become white. Raises UserError naming every file that is missing or unreadable.
    """
    if not any(folder.rglob("*.png")):
        return None
    files = {
        "blank": folder / "blank_plate.png",
        "dot": folder / "dot.png",
        "country": folder / "swiss_flag.png",
        **{f"digit {digit}": folder / "digits" / f"{digit}.png" for digit in "0123456789"},
        **{f"name {c}": folder / "cantons" / "names" / f"{c.lower()}.png" for c in cantons},
        **{f"flag {c}": folder / "cantons" / "flags" / f"{c.lower()}.png" for c in cantons},
    }
    pictures = {key: _read(path) for key, path in files.items()}
    bad = [
        str(files[key].relative_to(folder)) for key, picture in pictures.items() if picture is None
    ]
    if bad:
        raise UserError(
            f"Plate templates in {folder}: missing or unreadable: {', '.join(bad)}. "
            "Add these files, or remove the folder to use drawn plates."
        )
    good = {key: picture for key, picture in pictures.items() if picture is not None}
    return PlateTemplates(
        blank=good["blank"],
        dot=good["dot"],
        country_flag=good["country"],
        digits={digit: good[f"digit {digit}"] for digit in "0123456789"},
        names={canton: good[f"name {canton}"] for canton in cantons},
        flags={canton: good[f"flag {canton}"] for canton in cantons},
    )


def _read(path: Path) -> NDArray[np.uint8] | None:
    """Read a picture as grey uint8 (h, w) over white, or None when that cannot be done."""
    try:
        data = np.fromfile(path, np.uint8)
    except OSError:
        return None
    picture = cv2.imdecode(data, cv2.IMREAD_UNCHANGED) if data.size else None
    if picture is None or picture.dtype != np.uint8:
        return None
    if picture.ndim == 2:
        return picture.astype(np.uint8)
    grey = cv2.cvtColor(picture[:, :, :3], cv2.COLOR_BGR2GRAY)
    if picture.shape[2] == 4:
        opacity = picture[:, :, 3].astype(np.float32) / 255
        return np.rint(255 + (grey - 255.0) * opacity).astype(np.uint8)
    return grey.astype(np.uint8)
