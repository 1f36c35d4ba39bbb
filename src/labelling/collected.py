"""Taking pictures from a folder into which servers collect."""

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..collecting.folder import collected
from ..collecting.rows import CONFIRMED, CORRECTED, KeptRow
from ..common.errors import UserError
from .record import Plate


def take_collected(source: Path, target: Path) -> Mapping[str, Sequence[KeptRow]]:
    """Put all pictures of such a folder into another one, and return their rows by their paths in there.

    A picture is one file under two names where the disk allows it, else a copy: what the servers remove later stays in
    the target. Raises UserError where there are none.
    """
    with collected(source) as pictures:
        if not pictures:
            raise UserError(f"{source}: nothing is collected there yet")
        for name, _ in pictures:
            place = target / name
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(source / name, place)
            except OSError:
                shutil.copyfile(source / name, place)
        return dict(pictures)


def is_told(rows: Sequence[KeptRow]) -> bool:
    """Say whether a client has said what stands on a picture's plates, and that was kept."""
    told = any(one.feedback in (CORRECTED, CONFIRMED) for one in rows)
    return told and not any(one.text_hash for one in rows)


def is_doubted(rows: Sequence[KeptRow]) -> bool:
    """Say whether a client has said anything of how a picture was read: somebody should look at it first."""
    return any(one.feedback for one in rows)


def told_plates(rows: Sequence[KeptRow]) -> tuple[Plate, ...]:
    """Return the plates of rows that a server wrote."""
    plates = []
    for row in (one.row for one in rows):
        if not row.text and not row.corners:
            continue
        numbers = [float(cell) for cell in row.corners]
        corners = tuple(zip(numbers[::2], numbers[1::2], strict=True)) or None
        plates.append(Plate(row.text, corners, own_order=True, lines=row.lines, group=row.group))
    return tuple(plates)
