"""SCRFD (Guo et al. 2021, arXiv:2105.04714) on MobileNetV4 and a BiFPN, with a plate's corners as key points."""

from collections.abc import Mapping
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ....inference.decoding.anchor_levels import (
    BOX,
    CORNERS,
    LINES,
    MULTIPLE,
    OUTPUTS,
    SCORE,
    STRIDES,
    anchor_grid,
    decode_anchors,
)
from ....models.assigners.atss import assign
from ....models.backbones.mobilenetv4 import DEVIATION, MEAN, MobileNetV4
from ....models.base import Localizer, PlateTargets
from ....models.boxes import box_diou, box_iou, quad_boxes
from ....models.corner_refiner import CornerRefiner
from ....models.distributed import denominator
from ....models.heads.scrfd import ScrfdHead
from ....models.losses.quality_focal import quality_focal_loss
from ....models.necks.bifpn import BiFPN
from ....models.pretrained import Source, prefixed
from ....models.torch_runtime import Output

# Square roots of the areas of a cell's two anchors at each level, in pixels, as published for faces. Plates are wide:
# RATIO is an anchor's width over its height.
SIZES, RATIO = ((16, 32), (64, 128), (256, 512)), 3.0
# What the losses count for.
WEIGHTS = {"score_loss": 1.0, "box_loss": 2.0, "corner_loss": 4.0, "lines_loss": 0.2}
# Where the loss of a corner turns from a square into a line, in heights of the plate.
CORNER_BETA = 1 / 9
# Pixels: of a plate that is lower, corners are not told apart any better.
LEAST_HEIGHT = 4.0
# Distances from an anchor's centre to a box's left, top, right and lower edge lead there.
_OUTWARDS = torch.tensor([-1.0, -1.0, 1.0, 1.0])


class Scrfd(Localizer):
    """Detector over one-channel pictures of any size that is a multiple of 32.

    width: factor on the backbone's channels. neck: channels and cells. head: channels and convolutions. refiner: the
    corner refiner, None for none; ``forward`` is the detector alone.
    """

    multiple = MULTIPLE
    decode = staticmethod(decode_anchors)

    def __init__(
        self,
        width: float,
        neck: tuple[int, int],
        head: tuple[int, int],
        refiner: CornerRefiner | None,
    ) -> None:
        super().__init__(refiner)
        self.backbone = MobileNetV4(width)
        self.neck = BiFPN(self.backbone.channels, *neck)
        self.heads = nn.ModuleList(
            ScrfdHead(neck[0], *head, anchor_shapes(level) / STRIDES[level])
            for level in range(len(STRIDES))
        )

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        """Return of each level a map (B, ANCHORS · OUTPUTS, h, w), the finest first; see anchor_levels.py."""
        levels = self.neck(self.backbone((images.float() - MEAN) / DEVIATION))
        return tuple(head(level) for head, level in zip(self.heads, levels, strict=True))

    def loss(self, raw: Output, targets: PlateTargets) -> dict[str, Tensor]:
        """Quality focal loss on scores, DIoU on boxes, smooth L1 on corners in plate heights, cross entropy on lines.

        All are sums over the positives, scores over all anchors, per positive.
        """
        assert isinstance(raw, tuple), "a map for each level"
        answers = torch.cat([_by_anchor(level) for level in raw], 1).float()  # (B, N, OUTPUTS)
        anchors = _anchors(tuple(level.shape[2:] for level in raw), answers.device)
        present = targets.lines > 0
        truth = quad_boxes(targets.quads.float())
        plate = assign(anchors.boxes, anchors.cells, truth, present)
        picture, anchor = (plate >= 0).nonzero(as_tuple=True)
        plate = plate[picture, anchor]
        positive, centre = answers[picture, anchor], anchors.centres[anchor]
        stride, owner = anchors.strides[anchor], (picture, plate)

        edges = positive[:, BOX] * stride[:, None] * _OUTWARDS.to(answers.device)
        boxes = centre.repeat(1, 2) + edges
        quality = torch.zeros_like(answers[..., SCORE])
        quality[picture, anchor] = box_iou(boxes.detach(), truth[owner])
        corners = centre[:, None] + positive[:, CORNERS].view(-1, 4, 2) * stride[:, None, None]
        quads = targets.quads.float()[owner]
        error = (corners - quads) / _heights(quads)[:, None, None]
        off = F.smooth_l1_loss(error, torch.zeros_like(error), beta=CORNER_BETA, reduction="none")
        two = (targets.lines[owner] == 2).float()
        rows = F.binary_cross_entropy_with_logits(positive[:, LINES], two, reduction="none")

        sure = torch.ones_like(two) if targets.sure is None else targets.sure[owner].float()
        count, known = denominator(two.new_tensor(len(two)), 1), denominator(sure.sum(), 1)
        losses = {
            "score_loss": quality_focal_loss(answers[..., SCORE], quality).sum() / count,
            "box_loss": (1 - box_diou(boxes, truth[owner])).sum() / count,
            "corner_loss": (off.mean((1, 2)) * sure).sum() / known,
            "lines_loss": (rows * sure).sum() / known,
        }
        total = torch.stack([WEIGHTS[name] * value for name, value in losses.items()]).sum()
        return {"loss": total, **losses}

    def public_weights(self) -> Mapping[str, Source]:
        """Return where the backbone's weights stand in a file of them."""
        return prefixed("backbone", self.backbone.public_weights())


class _Anchors(NamedTuple):
    """N anchors of a picture: boxes (N, 4), centres (N, 2) and cell sizes (N,) in pixels; cells: of each level."""

    boxes: Tensor
    centres: Tensor
    strides: Tensor
    cells: tuple[int, ...]


def _anchors(sizes: tuple[tuple[int, ...], ...], device: torch.device) -> _Anchors:
    """Return the anchors of levels with so many rows and columns of cells, in the order of `anchor_grid`."""
    grid, sides = anchor_grid(sizes)
    centres = torch.tensor(grid, dtype=torch.float32, device=device)
    cells = tuple(rows * columns for rows, columns in sizes)
    shapes = torch.cat(
        [anchor_shapes(level).repeat(count, 1) for level, count in enumerate(cells)]
    ).to(device)
    boxes = torch.cat([centres - shapes / 2, centres + shapes / 2], 1)
    strides = torch.tensor(sides, dtype=torch.float32, device=device)
    return _Anchors(boxes, centres, strides, cells)


def anchor_shapes(level: int) -> Tensor:
    """Return width and height in pixels (ANCHORS, 2) of the anchors of each cell of a level."""
    return torch.tensor([[size * RATIO**0.5, size / RATIO**0.5] for size in SIZES[level]])


def _by_anchor(level: Tensor) -> Tensor:
    """Return the answers (B, anchors, OUTPUTS) of a level's map (B, ANCHORS · OUTPUTS, h, w)."""
    return level.flatten(2).transpose(1, 2).reshape(len(level), -1, OUTPUTS)


def _heights(quads: Tensor) -> Tensor:
    """Return the heights (N,) in pixels of quads (N, 4, 2): of both sides' mean, and not less than LEAST_HEIGHT."""
    across = (quads[:, 3] + quads[:, 2] - quads[:, 0] - quads[:, 1]) / 2
    heights: Tensor = across.norm(dim=-1)
    return heights.clamp(min=LEAST_HEIGHT)
