"""Training curves, and what was read before and after, in pictures."""

from collections.abc import Mapping

from .curves import Pair, pairs
from .markdown import code, details, image, plain
from .mermaid import COLOURS, mermaid
from .page import Section
from .revision import Revision

Pictures = Mapping[str, str]
"""Paths of the pictures that there are, relative to the page, by name."""
_SHEETS = {
    "stack_predictions": "Both models, the first test scenes",
    "stack_worst": "Both models, the worst mistakes",
    "localize_worst": "Localizer, the worst mistakes",
    "ocr_worst": "Reader, the worst mistakes",
}


def curves(base: Revision | None, head: Revision, pictures: Pictures) -> Section:
    """Return each curve of validation as a chart and in words."""
    found = pairs(base.charts if base else (), head.charts)
    said = [f"- {plain(pair.title)}, {code(pair.name)}: {_ends(pair)}" for pair in found]
    charts = [(pair.name, chart) for pair in found if (chart := mermaid(pair))]
    if not found:
        return Section("Training", 50, ())
    colours = COLOURS if charts else ""
    open_charts = [chart for name, chart in charts if "loss" not in name]
    folded = [chart for name, chart in charts if "loss" in name]
    parts = ["\n".join(said), colours, *open_charts]
    if folded:
        parts.append(details("Losses", "\n\n".join(folded)))
    if "curves" in pictures:
        drawn = image(
            "Curves of training and validation: base dashed, head solid", pictures["curves"]
        )
        parts.append(details("All curves as one picture", drawn))
    return Section("Training", 50, ("\n\n".join(p for p in parts if p), "\n".join(said)))


def sheets(base: Revision | None, head: Revision, pictures: Pictures) -> Section:
    """Return what was read before and after, as pictures."""
    parts = []
    for name, title in _SHEETS.items():
        shown = [
            f"{side}:\n\n{image(f'{title}, {side}', pictures[f'{side}_{name}'])}"
            for side in ("base", "head")
            if f"{side}_{name}" in pictures
        ]
        if shown:
            parts.append(
                details(f"{title}, before and after" if base else title, "\n\n".join(shown))
            )
    legend = "Of both models: orange is read right, red is wrong, green is missed."
    return Section("Pictures", 40, ("\n\n".join([legend, *parts]),) if parts else ())


def _ends(pair: Pair) -> str:
    sides = [
        f"{side} {line[max(line)]:.4g} after {max(line) + 1} epochs"
        for side, line in (("base", pair.base), ("head", pair.head))
        if line
    ]
    return ", ".join(sides)
