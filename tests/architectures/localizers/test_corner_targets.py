"""What each cell should answer, by hand on small grids of 8-pixel cells."""

import math

import pytest
import torch

from src.architectures.localizers.corner_detector.targets import MIN_HEAT, SPREAD, cell_targets
from src.models.base import PlateTargets

# Centres of cells lie at 3.5, 11.5, 19.5 … px; this plate's centre is that of cell (row 1, column 2).
PLATE = [[3.5, 7.5], [35.5, 7.5], [35.5, 15.5], [3.5, 15.5]]


def targets(*pictures: list[tuple[list[list[float]], int]]) -> PlateTargets:
    """Padded targets from plates (corners, lines) per picture."""
    most = max(1, *(len(plates) for plates in pictures))
    quads = torch.zeros(len(pictures), most, 4, 2)
    lines = torch.zeros(len(pictures), most, dtype=torch.int64)
    for i, plates in enumerate(pictures):
        for j, (quad, rows) in enumerate(plates):
            quads[i, j], lines[i, j] = torch.tensor(quad), rows
    return PlateTargets(quads, lines)


def test_one_plate_by_hand() -> None:
    cells = cell_targets(targets([(PLATE, 1)]), 4, 6, 8)
    assert cells.heat.shape == (1, 4, 6)
    assert cells.peak[0].nonzero().tolist() == [[1, 2]]
    assert cells.heat[0, 1, 2] == 1
    # One cell to the side is half of half the width; one cell up is 8 px where 6 (0.75 cells) are one unit.
    assert cells.heat[0, 1, 3].item() == pytest.approx(math.exp(-(0.5**2) / (2 * SPREAD**2)))
    assert cells.heat[0, 1, 1].item() == pytest.approx(cells.heat[0, 1, 3].item())
    assert cells.heat[0, 0, 2].item() == pytest.approx(math.exp(-((8 / 6) ** 2) / (2 * SPREAD**2)))
    assert cells.height[0, 1, 2] == 8
    assert cells.two_lines[0, 1, 2] == 0


def test_offsets_lead_from_every_cell_to_the_corners() -> None:
    cells = cell_targets(targets([(PLATE, 1)]), 4, 6, 8)
    assert cells.offsets[0, 1, 2].tolist() == [-16, -4, 16, -4, 16, 4, -16, 4]
    assert cells.offsets[0, 0, 0].tolist() == [0, 4, 32, 4, 32, 12, 0, 12]


def test_only_warm_cells_learn_corners() -> None:
    cells = cell_targets(targets([(PLATE, 1)]), 4, 6, 8)
    warm = cells.heat >= MIN_HEAT
    assert warm[0].nonzero().tolist() == [[1, 1], [1, 2], [1, 3]]
    assert torch.equal(cells.weight > 0, warm)
    assert torch.equal(cells.weight[warm], cells.heat[warm])


def test_no_plate_leaves_the_grid_cold() -> None:
    cells = cell_targets(targets([], [(PLATE, 1)]), 4, 6, 8)
    assert cells.heat[0].abs().max() == 0
    assert not cells.peak[0].any()
    assert cells.weight[0].sum() == 0
    assert cells.heat[1].max() == 1
    for tensor in (cells.heat, cells.weight, cells.offsets, cells.height):
        assert torch.isfinite(tensor).all()


def test_two_plates_keep_their_own_cells() -> None:
    lower = [[x, y + 16] for x, y in PLATE]
    cells = cell_targets(targets([(PLATE, 1), (lower, 2)]), 4, 6, 8)
    assert cells.peak[0].nonzero().tolist() == [[1, 2], [3, 2]]
    assert cells.two_lines[0, 1, 2] == 0
    assert cells.two_lines[0, 3, 2] == 1
    assert cells.offsets[0, 3, 2].tolist() == cells.offsets[0, 1, 2].tolist()


def test_padding_changes_nothing() -> None:
    alone = cell_targets(targets([(PLATE, 2)]), 4, 6, 8)
    padded = cell_targets(targets([(PLATE, 2)], [(PLATE, 1), (PLATE, 1)]), 4, 6, 8)
    for name in ("heat", "peak", "weight", "offsets", "two_lines"):
        assert torch.equal(getattr(alone, name)[0], getattr(padded, name)[0]), name


def test_a_plate_smaller_than_a_cell_still_has_its_cell() -> None:
    tiny = [[18.0, 10.5], [21.0, 10.5], [21.0, 11.5], [18.0, 11.5]]
    cells = cell_targets(targets([(tiny, 1)]), 4, 6, 8)
    assert cells.peak[0].nonzero().tolist() == [[1, 2]]
    assert cells.weight[0, 1, 2] == 1
    assert cells.height[0, 1, 2] == 4  # errors are not blown up by a height of 1


def test_a_turned_plate_is_warm_along_itself() -> None:
    upright = [[23.5, 3.5], [23.5, 35.5], [15.5, 35.5], [15.5, 3.5]]  # read downwards
    cells = cell_targets(targets([(upright, 1)]), 6, 5, 8)
    assert cells.peak[0].nonzero().tolist() == [[2, 2]]
    assert cells.heat[0, 3, 2] > MIN_HEAT > cells.heat[0, 2, 3]
    assert cells.height[0, 2, 2] == 8
