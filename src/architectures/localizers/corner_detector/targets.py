"""What the corner detector should answer in each cell, from the true plates."""

from dataclasses import dataclass

import torch
from torch import Tensor

from ....models.base import PlateTargets

# Spread of the heat along and across a plate, as a share of half its width and half its height.
SPREAD = 0.35
# Cells with less heat than this do not learn corners.
MIN_HEAT = 0.3


@dataclass(frozen=True)
class CellTargets:
    """Targets over B grids of (h, w) cells.

    heat (B, h, w) in [0, 1]; peak (B, h, w) bool, the cell nearest each plate's centre; weight (B, h, w), each
    cell's weight in the corner and line losses; offsets (B, h, w, 8) pixels from the cell's centre to the corners;
    height (B, h, w) pixels of the plate; two_lines (B, h, w) 0 or 1.
    """

    heat: Tensor
    peak: Tensor
    weight: Tensor
    offsets: Tensor
    height: Tensor
    two_lines: Tensor


def cell_targets(targets: PlateTargets, rows: int, columns: int, stride: int) -> CellTargets:
    """Spread each plate over the grid; where two plates meet, the cell follows the hotter one."""
    quads, present = targets.quads.float(), targets.lines > 0
    device = quads.device
    centres_y = (torch.arange(rows, device=device) + 0.5) * stride - 0.5
    centres_x = (torch.arange(columns, device=device) + 0.5) * stride - 0.5
    cells = torch.stack(torch.meshgrid(centres_x, centres_y, indexing="xy"), -1)  # (h, w, 2)

    centre = quads.mean(2)  # (B, P, 2)
    along = (quads[:, :, 1] + quads[:, :, 2] - quads[:, :, 0] - quads[:, :, 3]) / 4
    across = (quads[:, :, 3] + quads[:, :, 2] - quads[:, :, 0] - quads[:, :, 1]) / 4
    height = 2 * across.norm(dim=-1)
    delta = cells[None, None] - centre[:, :, None, None]  # (B, P, h, w, 2)
    u = _share(delta, along, stride)
    v = _share(delta, across, stride)
    heat = torch.exp(-(u**2 + v**2) / (2 * SPREAD**2)) * present[:, :, None, None]

    flat = delta.norm(dim=-1).flatten(2)
    nearest = torch.zeros_like(flat, dtype=torch.bool)
    nearest.scatter_(2, flat.argmin(2, keepdim=True), True)
    peak = nearest.view_as(heat) & present[:, :, None, None]
    heat = torch.where(peak, torch.ones_like(heat), heat)

    hottest, owner = heat.max(1)  # (B, h, w)
    corners = quads[:, :, None, None].expand(-1, -1, rows, columns, -1, -1)
    index = owner[:, None, :, :, None, None].expand(-1, 1, -1, -1, 4, 2)
    offsets = (corners.gather(1, index).squeeze(1) - cells[None, :, :, None]).flatten(3)
    weight = torch.where(hottest >= MIN_HEAT, hottest, torch.zeros_like(hottest))
    if targets.sure is not None:
        weight = weight * _owned(targets.sure.float(), owner)
    return CellTargets(
        heat=hottest,
        peak=peak.any(1),
        weight=weight,
        offsets=offsets,
        height=_owned(height, owner).clamp(min=4.0),
        two_lines=_owned((targets.lines == 2).float(), owner),
    )


def _share(delta: Tensor, axis: Tensor, stride: int) -> Tensor:
    """Return how far cells lie along a half axis (B, P, 2): 1 at the plate's edge, and never less than a cell."""
    length = axis.norm(dim=-1).clamp(min=1e-3)
    reach = length.clamp(min=stride * 0.75)
    projected = (delta * (axis / length[..., None])[:, :, None, None]).sum(-1)
    share: Tensor = projected / reach[:, :, None, None]
    return share


def _owned(values: Tensor, owner: Tensor) -> Tensor:
    """Return for each cell the value (B, P) of the plate that owns it (B, h, w)."""
    return values.gather(1, owner.flatten(1)).view(owner.shape)
