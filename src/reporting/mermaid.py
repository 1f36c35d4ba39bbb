"""Curves as Mermaid charts, which GitHub draws by itself."""

from itertools import takewhile

from .curves import Pair, words

MOST_POINTS = 20
"""Points per line: with more, the labels of the axis run into one another."""
COLOURS = "Grey is the base, orange the head."
"""What the colours mean, in words: the chart has no legend."""
_WIDTH, _HEIGHT = 700, 320
# Numbers are written with six digits after the point.
_LEAST_ROOM = 1e-5
_BASE, _HEAD = "#9a9a9a", "#d9730d"


def mermaid(pair: Pair) -> str:
    """Return one curve as a fenced chart, or "" where neither revision has two points to join.

    The axis names its steps one by one: over an axis of numbers Mermaid would stretch the shorter of two lines to the
    full width. A line ends where it has no value.

    Source: mermaid.js.org/syntax/xyChart.html.
    """
    steps = _thinned(sorted(pair.base.keys() | pair.head.keys()))
    sides = [(_BASE, pair.base), (_HEAD, pair.head)]
    lines = {
        colour: [side[step] for step in takewhile(side.__contains__, steps)]
        for colour, side in sides
    }
    lines = {colour: values for colour, values in lines.items() if len(values) > 1}
    if not lines:
        return ""
    low = min(min(values) for values in lines.values())
    high = max(max(values) for values in lines.values())
    room = max(0.05 * (high - low) or 0.1 * abs(high) or 1.0, _LEAST_ROOM)
    bottom = low - room if low < 0 else max(low - room, 0.0)
    palette = f'"themeVariables": {{"xyChart": {{"plotColorPalette": "{", ".join(lines)}"}}}}'
    return "\n".join(
        [
            "```mermaid",
            f'%%{{init: {{"xyChart": {{"width": {_WIDTH}, "height": {_HEIGHT}}}, {palette}}}}}%%',
            "xychart-beta",
            f'    title "{words(f"{pair.title}, {pair.name}")}"',
            f'    x-axis "{words(pair.x_label)}" [{", ".join(str(step + 1) for step in steps)}]',
            f'    y-axis "{words(pair.y_label)}" {bottom:.6f} --> {high + room:.6f}',
            *(f"    line [{', '.join(f'{v:.6f}' for v in values)}]" for values in lines.values()),
            "```",
        ]
    )


def _thinned(steps: list[int]) -> list[int]:
    """Return at most `MOST_POINTS` steps, evenly spread, the first and the last among them."""
    if len(steps) <= MOST_POINTS:
        return steps
    places = (round(i * (len(steps) - 1) / (MOST_POINTS - 1)) for i in range(MOST_POINTS))
    return [steps[place] for place in places]
