"""Chinese characters of number plates: 31 provinces, and what stands for the use of a vehicle; of Japan `cjk_japan.py`.

Each is written as its strokes and parts on a grid of 0…100 in both directions, separated by `;`. A stroke is a row of
points `x,y`, closed by a trailing `z`; a part is a name of `_PARTS` and its cell `left,top,right,bottom`. They follow
the standard forms of mainland China (Tongyong Guifan Hanzi Biao) as they are written on plates: upright, without
serifs, all as wide as a letter. They were laid out for this project; no font was traced.
"""

import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import import_module
from itertools import pairwise

from ..glyphs import Shape

Point = tuple[float, float]

_PARTS = {
    "water": "15,2 75,15;0,34 64,46;6,100 80,62",
    "grass": "0,52 100,52;28,0 28,100;72,0 72,100",
    "box": "0,0 100,0 100,100 0,100 z",
    "sun": "0,0 100,0 100,100 0,100 z;0,50 100,50",
    "eye": "0,0 100,0 100,100 0,100 z;0,33 100,33;0,67 100,67",
    "field": "0,0 100,0 100,100 0,100 z;0,50 100,50;50,0 50,100",
    "tree": "0,26 100,26;50,0 50,100;48,30 0,78;54,34 100,74",
    "hand": "0,24 100,24;56,0 56,98 20,90;0,66 100,50",
    "tablets": "8,18 92,18;50,0 50,44;0,44 100,44;8,70 92,70;50,48 50,98;0,98 100,98",
    "capital": "50,0 50,14;0,15 100,15;18,30 82,30 82,54 18,54 z;50,54 50,100 32,95;22,66 2,92;78,66 98,92",
    "shell": "12,64 12,0 88,0 88,64;50,18 50,56 4,100;60,66 96,100",
    "moon": "0,100 0,0 100,0 100,100 76,98;0,33 100,33;0,66 100,66",
    "axe": "96,2 8,14;8,14 8,50 0,100;8,42 100,42;66,42 66,100",
    "rap": "38,0 0,40;30,16 100,16;84,16 60,60 4,100;22,26 50,66 100,100",
}

_CHARACTERS = {
    "京": "capital 0,0,100,100",
    "津": "water 0,2,24,98;42,12 90,12 90,40;32,26 100,26;42,40 90,40;36,56 96,56;28,73 100,73;66,0 66,100",
    "冀": "36,0 36,24;8,8 36,8;2,25 36,19;62,0 62,22 98,22 98,14;94,4 62,11;field 16,32,84,56;32,58 32,82;"
    "68,58 68,82;8,69 92,69;0,82 100,82;34,88 10,100;66,88 90,100",
    "晋": "6,2 94,2;35,2 35,42;65,2 65,42;10,14 20,32;90,14 80,32;0,42 100,42;sun 18,56,82,100",
    "蒙": "grass 6,0,94,18;2,40 2,27 98,27 98,40;26,39 74,39;10,51 90,51;52,51 8,72;"
    "40,58 58,74 58,96 42,100;48,68 6,86;54,78 4,100;88,58 64,70;60,66 76,84 98,94",
    "辽": "34,6 88,6 62,32 62,72 46,68;6,2 20,16;0,36 24,36 12,56 22,68 4,88;2,84 30,94 100,98",
    "吉": "0,18 100,18;50,0 50,44;12,44 88,44;box 16,60,84,100",
    "黑": "12,0 88,0 88,38 12,38 z;50,0 50,70;30,10 36,27;70,10 64,27;10,54 90,54;0,70 100,70;14,82 2,100;"
    "36,84 42,100;62,84 68,100;86,82 100,100",
    "沪": "water 0,2,26,98;60,0 72,12;44,20 96,20 96,52 46,52;46,20 46,64 34,100",
    "苏": "grass 0,0,100,22;14,44 78,44 76,92 54,98;44,28 42,58 8,100;8,60 0,80;90,56 100,78",
    "浙": "water 0,2,20,98;hand 26,0,56,100;axe 62,0,100,100",
    "皖": "22,0 12,14;sun 2,16,36,94;72,0 76,11;50,28 50,14 100,14 100,28;56,37 94,37;46,56 100,56;"
    "66,56 64,76 44,100;82,56 82,98 100,98 100,82",
    "闽": "16,0 30,12;6,20 6,100;42,5 96,5 96,98 82,98;box 30,28,74,54;52,16 52,86;24,88 74,82;68,68 82,94",
    "赣": "26,0 26,10;2,11 50,11;14,18 19,27;39,18 34,27;0,34 52,34;sun 8,44,44,68;0,82 52,82;26,68 26,100;"
    "68,0 58,16;66,7 92,7 60,32;68,16 100,32;60,40 98,40;79,40 79,53;56,53 100,53;shell 60,62,100,100",
    "鲁": "38,0 8,18;36,8 72,8 58,20;field 14,20,86,48;0,60 100,60;sun 18,72,82,100",
    "豫": "4,4 42,4 26,22;12,16 32,28;0,38 46,38 38,54;24,38 24,98 8,92;68,0 54,16;66,7 90,7 80,18;"
    "54,18 98,18 98,38 54,38 z;76,18 76,38;76,38 50,58;66,46 82,62 82,96 68,100;74,58 50,76;80,70 48,94;"
    "100,44 84,58;84,58 100,88",
    "鄂": "box 2,0,24,20;box 34,0,58,20;6,31 54,31;0,46 62,46;24,46 16,64 54,64 50,98 32,96;"
    "72,100 72,4 98,4 84,34 98,54 96,68 82,68",
    "湘": "water 0,2,20,98;tree 26,0,60,100;eye 70,4,100,98",
    "粤": "54,0 42,9;box 10,9,90,56;50,13 50,53;22,32 78,32;30,17 40,27;70,17 60,27;44,37 26,50;56,37 74,50;"
    "0,67 100,67;30,67 24,81 80,81 76,100 54,100",
    "桂": "tree 0,0,38,100;tablets 44,2,100,100",
    "琼": "0,10 38,10;2,46 36,46;0,90 40,82;19,10 19,85;capital 46,0,100,100",
    "渝": "water 0,2,20,98;64,0 26,32;64,0 100,32;46,32 82,32;34,98 34,46 58,46 58,98 50,96;34,62 58,62;"
    "34,78 58,78;74,48 74,82;96,42 96,98 84,96",
    "川": "12,4 12,56 0,100;50,8 50,88;92,0 92,100",
    "贵": "box 16,8,84,26;50,0 50,38;0,38 100,38;shell 6,50,94,100",
    "云": "16,8 84,8;0,40 100,40;46,40 16,92 86,86;68,64 94,100",
    "藏": "grass 4,0,96,16;18,28 100,28;20,28 18,66 8,100;4,32 4,46 18,46;0,62 18,62;"
    "66,40 32,40 32,92 68,92;32,56 62,56 62,74 32,74;50,40 50,56;50,74 50,92;70,18 76,66 88,92 98,98 100,84;"
    "98,46 64,98;86,14 96,22",
    "陕": "2,100 2,4 32,4 18,34 32,54 30,68 14,68;42,20 98,20;52,30 58,50;90,30 82,50;38,58 100,58;"
    "70,0 70,58 62,78 36,100;72,62 100,100",
    "甘": "0,24 100,24;24,0 24,98;76,0 76,98;24,60 76,60;24,94 76,94",
    "青": "10,11 90,11;16,25 84,25;50,0 50,40;0,40 100,40;moon 18,54,82,100",
    "宁": "48,0 52,12;2,34 2,17 98,17 98,34;10,46 90,46;52,46 52,98 30,94",
    "新": "25,0 25,11;2,14 48,14;13,22 18,34;38,22 32,34;0,41 50,41;2,60 48,60;25,41 25,98 14,96;15,68 0,90;"
    "35,68 48,86;axe 56,0,100,100",
    "警": "0,8 48,8;14,0 14,15;34,0 34,15;14,17 2,34;11,23 48,23 46,52 34,50;box 10,32,30,45;"
    "rap 54,0,100,52;50,54 50,62;2,63 98,63;20,71 80,71;20,79 80,79;box 20,87,80,100",
    "学": "12,2 22,18;48,0 54,16;88,0 74,18;2,40 2,25 98,25 98,40;20,43 80,43 52,58;52,58 52,98 32,94;"
    "0,68 100,68",
    "港": "water 0,2,22,98;32,15 96,15;46,0 46,38;80,0 80,38;26,38 100,38;46,38 24,66;80,38 100,62;"
    "46,54 80,54 80,74 46,74;46,54 46,98 96,98 96,84",
    "澳": "water 0,2,20,98;64,0 56,9;34,62 34,10 94,10 94,62;64,16 64,60;42,36 86,36;48,19 54,30;"
    "80,19 72,30;58,40 44,54;70,40 84,54;26,72 100,72;64,62 60,78 26,100;66,76 100,100",
    "挂": "hand 0,0,38,100;tablets 46,2,100,100",
    "使": "28,0 0,46;16,28 16,100;34,14 100,14;box 42,28,92,50;68,0 68,52 62,74 32,100;40,60 100,100",
    "领": "28,0 0,38;28,0 54,36;20,30 34,42;6,54 46,54 26,80;16,70 36,96;58,6 100,6;80,6 74,20;"
    "60,70 60,22 98,22 98,70;79,32 79,60 54,100;84,74 100,100",
}

WIDTH, SQUARE = 0.50, 0.94
"""Width of every character in cap heights: on Chinese plates 45 mm of 90, as that of letters, on Japanese ones about as
wide as high.
"""
_BENDS = ((0.0, 0.0), (0.09, -0.06), (-0.07, 0.09))
"""How far the middle of a shape is drawn across and down from the plain one, as makers differ."""
_INK, _BOLDEST = {WIDTH: 1.5, SQUARE: 2.5}, {WIDTH: 0.58, SQUARE: 0.7}
"""Thickness of the strokes over that of digits: `_INK` by their length in cap heights, and the most, by the width."""


@lru_cache(maxsize=512)
def shapes(char: str) -> tuple[Shape, ...]:
    """Three ways to draw a character: plain, and with its middle drawn to one side or the other.

    Raises KeyError for a character that is on no plate.
    """
    strokes, parts, width = _written(char)
    paths = [path for part in strokes.split(";") for path in _paths(part, parts)]
    length = sum(
        math.hypot(width * (b[0] - a[0]), b[1] - a[1])
        for points, closed in paths
        for a, b in pairwise([*points, points[0]] if closed else points)
    )
    weight = min(_BOLDEST[width], _INK[width] / length)
    return tuple(
        Shape(width, ";".join(_bent(*path, bend) for path in paths), weight) for bend in _BENDS
    )


def _written(char: str) -> tuple[str, Mapping[str, str], float]:
    """Strokes of a character, the parts that they name, and its width; Japan's are imported when one is drawn."""
    if char in _CHARACTERS:
        return _CHARACTERS[char], _PARTS, WIDTH
    japan = import_module(f"{__name__}_japan")
    return japan.CHARACTERS[char], _PARTS | japan.PARTS, SQUARE


def _paths(part: str, parts: Mapping[str, str]) -> Iterator[tuple[list[Point], bool]]:
    """Yield the points, over 0…1, of a stroke or of the strokes of a part in its cell, and whether it is closed."""
    name, _, cell = part.partition(" ")
    inner, (left, top, right, bottom) = [part], (0.0, 0.0, 100.0, 100.0)
    if name in parts:
        inner, (left, top, right, bottom) = parts[name].split(";"), map(float, cell.split(","))
    for stroke in inner:
        numbers = (map(float, vertex.split(",")) for vertex in stroke.removesuffix(" z").split())
        points = [
            ((left + x * (right - left) / 100) / 100, (top + y * (bottom - top) / 100) / 100)
            for x, y in numbers
        ]
        yield points, stroke.endswith(" z")


def _bent(points: list[Point], closed: bool, bend: Point) -> str:
    """A stroke in the notation of `src/generators/glyphs.py`, its middle drawn across and down by `bend`."""
    vertices = (
        f"{x + bend[0] * math.sin(math.pi * x):.3f},{y + bend[1] * math.sin(math.pi * y):.3f}"
        for x, y in points
    )
    return " ".join(vertices) + (" z" if closed else "")
