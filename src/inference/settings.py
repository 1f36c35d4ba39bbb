"""Sizes of pictures and settings of networks, as cards and params.py have them."""

from collections.abc import Mapping, Sequence

# Height and width of a picture in pixels.
Size = tuple[int, int]
# A setting as JSON and params.py have it.
Value = int | float | Sequence[int | float]
Values = Mapping[str, Value]
