"""Dashes and seals between the groups of a row."""

from dataclasses import replace

import numpy as np
import pytest

from src.common.errors import UserError
from src.generators.formats.base import HYPHEN, SEAL_VARIANTS, SEALS, seal
from src.generators.lettering import Spacing, draw_row
from src.generators.seals import seal_mask
from src.generators.typeface import MASTER_HEIGHT, WAISTS, TypeStyle

STYLE = TypeStyle(weight=2, slant=1, oval=1, shapes={})


def test_the_dash_lies_at_half_height_between_its_neighbours() -> None:
    mask = np.zeros((100, 300), np.uint8)
    draw_row(mask, f"I{HYPHEN}I", (50, 20, 250, 80), STYLE, Spacing())
    middle = mask[:, 145:155]
    assert middle[49:51].min() > 200
    assert middle[:40].max() == middle[60:].max() == 0


@pytest.mark.parametrize("kind", SEALS)
def test_seals_are_pale_vary_and_cannot_be_written(kind: str) -> None:
    masks = [seal_mask(kind, variant) for variant in range(SEAL_VARIANTS)]
    assert all(mask.shape[0] == MASTER_HEIGHT and mask.any() for mask in masks)
    assert len({mask.tobytes() for mask in masks}) == SEAL_VARIANTS
    # Characters are full ink; seals are on the whole something between paper and ink.
    assert np.mean([np.mean(mask[mask > 0]) for mask in masks]) < 190
    assert seal_mask(kind, 0) is masks[0]
    with pytest.raises(ValueError, match="read-only"):
        masks[0][0, 0] = 1


@pytest.mark.parametrize("waist", WAISTS)
def test_a_waist_moves_bars_and_leaves_the_ends_in_place(waist: float) -> None:
    straight, waisted = (np.zeros((100, 300), np.uint8) for _ in range(2))
    draw_row(straight, "HH", (50, 20, 250, 80), STYLE, Spacing())
    draw_row(waisted, "HH", (50, 20, 250, 80), replace(STYLE, waist=waist), Spacing())

    def ends(mask: np.ndarray) -> tuple[int, int]:
        rows = np.flatnonzero(mask.max(axis=1) > 128)
        return int(rows[0]), int(rows[-1])

    def bar(mask: np.ndarray) -> float:
        # Between the two stems of the first H nothing but its bar has ink.
        columns = np.flatnonzero(mask.max(axis=0) > 128)
        inside = mask[:, columns[0] + 14 : columns[0] + 18].sum(axis=1)
        return float((inside * np.arange(100)).sum() / inside.sum())

    assert ends(waisted) == ends(straight) == (20, 79)
    assert bar(waisted) - bar(straight) == pytest.approx(60 * waist, abs=1.0)


def test_a_seal_takes_room_in_its_row() -> None:
    bare, sealed = (np.zeros((60, 400), np.uint8) for _ in range(2))
    draw_row(bare, "HH", (0, 5, 400, 55), STYLE, Spacing())
    draw_row(sealed, f"H{seal('pair', 3)}H", (0, 5, 400, 55), STYLE, Spacing())
    spans = [np.ptp(np.flatnonzero(mask.any(axis=0))) for mask in (bare, sealed)]
    assert spans[1] - spans[0] > 0.4 * 50


def test_a_character_without_strokes_is_named() -> None:
    with pytest.raises(UserError, match=r"no strokes are known for É \(U\+00C9\): add its strokes"):
        draw_row(np.zeros((60, 400), np.uint8), "AÉ", (0, 5, 400, 55), STYLE, Spacing())
