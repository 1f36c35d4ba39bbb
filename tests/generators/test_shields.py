"""Emblems on plates."""

import cv2
import numpy as np

from src.generators.formats.european.blocks import STARS
from src.generators.formats.swiss.shields import SHIELDS
from src.generators.shields import shield


def test_europes_stars_are_twelve_and_stand_alone() -> None:
    mask = shield(STARS, 0)[1]
    covered = (mask > 60).astype(np.uint8)
    assert cv2.connectedComponents(covered, connectivity=8)[0] - 1 == 12
    assert covered.mean() < 0.25


def test_a_framed_emblem_is_straight_above_and_pointed_below() -> None:
    assert SHIELDS["ZH"].framed
    mask = shield(SHIELDS["ZH"], 0)[1]
    assert mask[3, 3] == 255
    assert mask[-1, 0] == mask[-1, -1] == 0
