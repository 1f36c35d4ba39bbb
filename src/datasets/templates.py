"""Loads a folder with pictures of a plate's parts."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ..common.errors import UserError
from ..generators.formats.base import TemplateFiles
from ..generators.templates import PlateTemplates


def load_templates(folder: Path, parts: TemplateFiles) -> PlateTemplates | None:
    """Read the templates in `folder`, or return None when it is not there or holds no picture.

    Transparent pixels become white. Raises UserError naming every file that is missing or unreadable.
    """
    if not any(folder.rglob("*.png")):
        return None
    files = {
        "blank": folder / parts.blank,
        "dot": folder / parts.dot,
        "country": folder / parts.country,
        **{f"digit {digit}": folder / parts.digits.format(digit) for digit in "0123456789"},
        **{f"name {r}": folder / parts.names.format(r.lower()) for r in parts.regions},
        **{f"flag {r}": folder / parts.flags.format(r.lower()) for r in parts.regions},
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
        face=parts.face,
        blank=good["blank"],
        dot=good["dot"],
        country_flag=good["country"],
        digits={digit: good[f"digit {digit}"] for digit in "0123456789"},
        names={region: good[f"name {region}"] for region in parts.regions},
        flags={region: good[f"flag {region}"] for region in parts.regions},
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
