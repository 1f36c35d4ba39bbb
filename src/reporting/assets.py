"""The pictures beside a report. Each may be missing; the text says the same without them."""

from collections.abc import Sequence
from pathlib import Path

from ..common.errors import UserError
from ..common.files import atomic_path
from ..datasets.prepared import PreparedSet, read_prepared
from ..pictures.draw import MISTAKE, Overlay, contact_sheet, draw_tile, write_picture
from .curve_chart import curve_chart
from .revision import Mistake, Revision
from .verdict import Verdict

_SHEETS = {
    name: "out/evaluations/{}/plots/images/{}.jpg".format(*name.split("_"))
    for name in ("stack_predictions", "stack_worst", "localize_worst", "ocr_worst")
}
_MOST_NEW = 12


def write_assets(
    folder: Path, base: Revision | None, head: Revision, verdict: Verdict, prepared: Path
) -> dict[str, Path]:
    """Write what there is to see and return it by name: ``curves``, ``new_mistakes``, ``base_…`` and ``head_…`` sheets.

    prepared: data/prepared/stack of the workspace, for the scenes of new mistakes.
    """
    written: dict[str, Path] = {}
    if curve_chart(folder / "curves.png", base.charts if base else (), head.charts):
        written["curves"] = folder / "curves.png"
    new = verdict.changes.new if verdict.changes else ()
    if _new_mistakes(folder / "new_mistakes.jpg", new, prepared):
        written["new_mistakes"] = folder / "new_mistakes.jpg"
    for side, revision in (("base", base), ("head", head)):
        for name, path in _SHEETS.items():
            content = revision.pictures.get(path) if revision else None
            if content is None:
                continue
            target = folder / f"{side}_{name}.jpg"
            with atomic_path(target) as partial:
                partial.write_bytes(content)
            written[f"{side}_{name}"] = target
    return written


def _new_mistakes(path: Path, mistakes: Sequence[Mistake], folder: Path) -> bool:
    """Draw the worst of them where the scenes are at hand, and are the ones that were tested."""
    shown = mistakes[:_MOST_NEW]
    try:
        scenes = read_prepared(folder, "test")
    except UserError:  # pictures are an extra, and this set is large: often nobody has fetched it
        return False
    if not shown or not all(_is_of(mistake, scenes) for mistake in shown):
        return False
    tiles = []
    for mistake in shown:
        quad = scenes.plates[mistake.image][mistake.plate].quad
        label = f"{mistake.read or 'nothing'} is {mistake.text}"
        tiles.append(draw_tile(scenes.images[mistake.image], [Overlay(quad, label, MISTAKE)]))
    write_picture(path, contact_sheet(tiles, columns=4))
    return True


def _is_of(mistake: Mistake, scenes: PreparedSet) -> bool:
    if not 0 <= mistake.image < len(scenes):
        return False
    plates = scenes.plates[mistake.image]
    return 0 <= mistake.plate < len(plates) and plates[mistake.plate].text == mistake.text
