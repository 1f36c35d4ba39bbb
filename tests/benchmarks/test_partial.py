"""The benchmark of hidden parts hides what it says, and counts what is sure and wrong."""

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import cast

import numpy as np
import pytest

from benchmarks import partial
from benchmarks.partial import HEIGHT, KINDS, NARROWEST, WIDEST, WIDTH, plates_of, row
from src.bundle.choose import choose_model
from src.common.errors import UserError
from src.common.geometry import quad_box, quad_size
from src.generators.formats import get_format
from src.inference.reader import PlateReader, Reading
from tests.reading import made

SWISS = get_format("swiss")


def test_parts_are_taken_away() -> None:
    for image, quad, text in islice(plates_of(SWISS, HEIGHT, WIDTH, NARROWEST, WIDEST), 3):
        assert text
        assert 0.7 * NARROWEST < quad_size(quad)[0] < 1.1 * WIDEST
        left, _, right, _ = quad_box(quad)
        rng = np.random.default_rng(1)
        seen = {what: hide(image, quad, rng) for what, hide in KINDS.items()}
        assert np.array_equal(seen["whole"], image)
        lost = right - seen["cut at the right by 30%"].shape[1]
        assert lost / (right - left) == pytest.approx(0.3, abs=0.02)
        assert image.shape[1] - seen["cut at the left by 12%"].shape[1] > left
        for what in ("behind a post by 20%", "under a ball", "under a sticker"):
            changed = np.nonzero((seen[what] != image).any(axis=0))[0]
            assert left < changed.min() < right
            assert seen[what].shape == image.shape


class Says:
    """A reader that gives the same readings of every picture."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        self.readings = readings

    def read(self, _: np.ndarray) -> Sequence[Reading]:
        return self.readings


def test_what_is_sure_and_wrong_is_counted() -> None:
    picture = np.zeros((4, 4), np.uint8)
    part = replace(made.reading("ZH4", 0.95), partial=True)
    for readings, counts in (
        ([], ["0", "0", "0"]),
        ([made.reading("ZH42", 0.95)], ["0", "2", "2"]),
        ([made.reading("ZH4", 0.95)], ["2", "2", "0"]),
        ([made.reading("ZH4", 0.8)], ["0", "2", "0"]),
        ([part], ["0", "0", "0"]),
    ):
        says = cast(PlateReader, Says(readings))
        assert row(says, "kind", iter([(picture, "ZH42")] * 3), 2) == ["kind", "2", *counts]


@pytest.mark.slow
def test_the_released_model_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partial, "LARGE", {"500×700, plates of 90": (500, 700, 90)})
    lines = list(partial.rows(choose_model("release/swiss").reader, SWISS, 4))
    assert [line[0] for line in lines[1:12]] == [*KINDS][1:]
    assert int(lines[0][4]) >= 3  # whole ones
    assert sum(int(line[2]) for line in lines) <= 1  # sure and wrong
    assert int(lines[-1][4]) >= 1


def test_what_cannot_be_measured_is_refused() -> None:
    with pytest.raises(UserError, match=r"--plates 0: at least 1 is needed"):
        partial.main(Namespace(plates=0, model="release/swiss", format=None))
