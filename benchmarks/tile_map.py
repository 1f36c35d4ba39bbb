"""A map with a tile of one size for each country, where it lies among its neighbours, and a share in each."""

import math
from collections.abc import Mapping
from pathlib import Path

from matplotlib import colormaps
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from src.common.files import atomic_path

# One line of codes a row, from north to south; .. for the sea and for countries that no format draws.
EUROPE = """
IS .. .. .. .. NO SE FI .. .. ..
.. .. FO .. .. .. .. .. EE .. ..
.. .. .. .. .. DK .. .. LV .. ..
IE IM GB .. NL DE PL .. LT BY ..
.. .. JE BE LU CZ SK .. UA .. ..
.. .. .. FR LI AT HU RO MD .. ..
.. .. AD MC CH SI HR RS BG GE AZ
PT ES .. .. IT SM BA ME XK TR AM
.. GI .. .. .. MT AL MK GR CY ..
"""
TILES = {
    code: (column, row)
    for row, line in enumerate(EUROPE.split("\n")[1:-1])
    for column, code in enumerate(line.split())
    if code != ".."
}
"""Column and row of each country of Europe."""
# Tiles in a row of those that are elsewhere, below the map.
_ELSEWHERE = 11
# From this share down a tile has the darkest red.
_LOWEST = 0.5


def places(codes: Mapping[str, float]) -> dict[str, tuple[int, int]]:
    """Return a column and a row for each code, from 0; those that are not in Europe stand in rows below it."""
    known = {code: TILES[code] for code in codes if code in TILES}
    first = max((row for _, row in known.values()), default=-2) + 2
    others = [code for code in codes if code not in TILES]
    return known | {
        code: (number % _ELSEWHERE, first + number // _ELSEWHERE)
        for number, code in enumerate(others)
    }


def draw_tile_map(path: Path, shares: Mapping[str, float], title: str) -> None:
    """Write a .png with the share in [0, 1] of each country, by its code; raises OSError as writing does."""
    at = places(shares)
    left, right = min(x for x, _ in at.values()), max(x for x, _ in at.values())
    top, bottom = min(y for _, y in at.values()), max(y for _, y in at.values())
    figure = Figure(
        figsize=(0.75 * (right - left + 1) + 0.5, 0.75 * (bottom - top + 1) + 0.8), dpi=100
    )
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    colours = colormaps["RdYlGn"]
    for code, (x, y) in at.items():
        share = shares[code]
        level = max(0.0, (share - _LOWEST) / (1 - _LOWEST))
        axes.add_patch(Rectangle((x + 0.03, y + 0.03), 0.94, 0.94, facecolor=colours(level)))
        ink = "white" if level < 0.15 or level > 0.9 else "black"
        axes.text(x + 0.5, y + 0.36, code, ha="center", va="center", color=ink, weight="bold")
        shown = f"{math.floor(100 * share + 0.5)}"
        axes.text(x + 0.5, y + 0.70, shown, ha="center", va="center", color=ink, size=9)
    axes.set(xlim=(left, right + 1), ylim=(bottom + 1, top), aspect="equal", title=f"{title}, %")
    axes.axis("off")
    with atomic_path(path) as partial:
        figure.savefig(partial, format="png", bbox_inches="tight", metadata={"Software": None})
