"""SCRFD on MobileNetV4: its sizes, its losses, its way from truth to answer and back."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from src.architectures.localizers.registry import build_localizer, localizer_of
from src.architectures.localizers.scrfd_mnv4.network import (
    CORNER_BETA,
    WEIGHTS,
    Scrfd,
    anchor_shapes,
)
from src.inference.decoding.anchor_levels import (
    ANCHORS,
    BOX,
    CORNERS,
    LINES,
    OUTPUTS,
    SCORE,
    STRIDES,
    anchor_grid,
)
from src.inference.settings import Value
from src.models.base import PlateTargets
from src.models.export import export_onnx, noise
from src.models.quantise import quantise

UPPER = [[20.0, 20.0], [84.0, 24.0], [83.0, 40.0], [19.0, 35.0]]
LOWER = [[40.0, 70.0], [80.0, 66.0], [82.0, 88.0], [42.0, 93.0]]
SIZE = (128, 128)
TINY: dict[str, Value] = {
    "width": 0.25,
    "neck_channels": 16,
    "neck_cells": 1,
    "head_channels": 16,
    "head_convolutions": 1,
    "refiner_channels": [8, 8, 8],
    "refiner_hidden": 8,
}
FAR_OFF = 12.0  # logit of a score that is 1 or 0 for all purposes


@pytest.fixture(scope="module")
def network() -> Scrfd:
    torch.manual_seed(1)
    network = build_localizer("scrfd_mnv4", TINY, SIZE).eval()
    assert isinstance(network, Scrfd)
    return network


def targets(quads: list[list[list[float]]], lines: list[int]) -> PlateTargets:
    """One picture's plates."""
    corners = torch.tensor(quads).reshape(1, -1, 4, 2) if quads else torch.zeros(1, 1, 4, 2)
    return PlateTargets(corners, torch.tensor([lines or [0]]))


def perfect(truth: PlateTargets, picture: int = 0) -> tuple[Tensor, ...]:
    """The answer of a network that knows of each anchor's nearest plate, and believes in none."""
    sizes = tuple((SIZE[0] // stride, SIZE[1] // stride) for stride in STRIDES)
    grid, sides = anchor_grid(sizes)
    centres, strides = torch.tensor(grid).float(), torch.tensor(sides).float()
    answers = torch.zeros(len(centres), OUTPUTS)
    answers[:, SCORE] = -FAR_OFF
    there = truth.lines[picture] > 0
    quads, lines = truth.quads[picture, there], truth.lines[picture, there]
    if len(quads):
        owner = (centres[:, None] - quads.mean(1)).norm(dim=-1).argmin(1)
        offsets = (quads[owner] - centres[:, None]) / strides[:, None, None]
        answers[:, CORNERS] = offsets.flatten(1)
        low, high = offsets.amin(1), offsets.amax(1)
        answers[:, BOX] = torch.cat([-low, high], 1)
        answers[:, LINES] = torch.where(lines[owner] == 2, FAR_OFF, -FAR_OFF)
    maps, first = [], 0
    for rows, columns in sizes:
        count = rows * columns * ANCHORS
        level = answers[first : first + count].view(rows, columns, -1)
        maps.append(level.permute(2, 0, 1)[None].clone())
        first += count
    return tuple(maps)


def positives(network: Scrfd, truth: PlateTargets, raw: tuple[Tensor, ...]) -> list[Tensor]:
    """Maps (B, h, w) per level and anchor in which 1 marks what learns corners: what the loss's gradient reaches."""
    leaves = [(level + 0.1).detach().requires_grad_() for level in raw]
    network.loss(tuple(leaves), truth)["lines_loss"].backward()
    marks = []
    for level in leaves:
        assert level.grad is not None
        marks.append((level.grad[:, LINES::OUTPUTS] != 0).float())
    return marks


def believing(network: Scrfd, truth: PlateTargets) -> tuple[Tensor, ...]:
    """The perfect answer, the positives' scores being 1."""
    raw = perfect(truth)
    for level, mark in zip(raw, positives(network, truth, raw), strict=True):
        level[:, SCORE::OUTPUTS] = torch.where(mark > 0, FAR_OFF, -FAR_OFF)
    return raw


@pytest.mark.parametrize(
    ("quads", "lines"),
    [([UPPER], [1]), ([UPPER, LOWER], [1, 2]), ([], [])],
    ids=["one", "two", "none"],
)
def test_a_perfect_output_costs_nothing_and_decodes_to_the_truth(
    network: Scrfd, quads: list[list[list[float]]], lines: list[int]
) -> None:
    truth = targets(quads, lines)
    raw = believing(network, truth) if quads else perfect(truth)
    losses = network.loss(raw, truth)
    assert 0 <= losses["loss"].item() < 1e-3
    (found,) = network.decode(tuple(level.numpy() for level in raw), *SIZE, 0.3)
    found.sort(key=lambda d: float(d.quad[0, 1]))
    assert [d.lines for d in found] == lines
    for detection, quad in zip(found, quads, strict=True):
        assert detection.quad == pytest.approx(np.array(quad), abs=1e-3)
        assert detection.score > 0.99


def test_each_mistake_costs(network: Scrfd) -> None:
    truth = targets([UPPER], [1])
    best = believing(network, truth)
    least = network.loss(best, truth)

    def cost(change: slice | int, factor: float, term: str) -> float:
        raw = [level.clone() for level in best]
        for level in raw:
            level.view(1, ANCHORS, OUTPUTS, *level.shape[2:])[:, :, change] *= factor
        return (network.loss(tuple(raw), truth)[term] - least[term]).item()

    assert cost(SCORE, -1, "score_loss") > 1
    assert cost(BOX, 1.3, "box_loss") > 0.1
    assert cost(CORNERS, 1.3, "corner_loss") > 0.1
    assert cost(LINES, -1, "lines_loss") > 1
    assert cost(LINES, -1, "loss") > 1


def test_corners_by_hand(network: Scrfd) -> None:
    # An upright plate of 48×12 pixels, all of whose corners are 3 pixels to the right: a quarter of its height.
    quad = [[40.0, 58.0], [88.0, 58.0], [88.0, 70.0], [40.0, 70.0]]
    truth = targets([quad], [1])
    raw = believing(network, truth)
    for level, stride in zip(raw, STRIDES, strict=True):
        cells = level.view(1, ANCHORS, OUTPUTS, *level.shape[2:])
        cells[:, :, CORNERS][:, :, ::2] += 3 / stride
    losses = network.loss(raw, truth)
    # Of x and y one is off: (0.25 - β / 2) / 2. Boxes and scores are as they were.
    assert losses["corner_loss"].item() == pytest.approx((0.25 - CORNER_BETA / 2) / 2, rel=1e-3)
    assert losses["box_loss"].item() == pytest.approx(0, abs=1e-4)
    assert losses["loss"].item() == pytest.approx(
        WEIGHTS["corner_loss"] * losses["corner_loss"].item(), rel=1e-2
    )


def test_boxes_and_their_quality_by_hand(network: Scrfd) -> None:
    quad = [[40.0, 58.0], [88.0, 58.0], [88.0, 70.0], [40.0, 70.0]]
    truth = targets([quad], [1])
    raw = believing(network, truth)
    for level, stride in zip(raw, STRIDES, strict=True):
        cells = level.view(1, ANCHORS, OUTPUTS, *level.shape[2:])
        cells[:, :, BOX.start + 2] += 16 / stride  # the right edge is 16 pixels too far
    losses = network.loss(raw, truth)
    iou = 48 / 64
    assert losses["box_loss"].item() == pytest.approx(1 - iou + 8**2 / (64**2 + 12**2), rel=1e-4)
    # Scores of 1 where the quality is the IoU: (1 - q)² · (1 - q)·12, each of the positives.
    assert losses["score_loss"].item() == pytest.approx((1 - iou) ** 3 * FAR_OFF, rel=1e-2)


def test_plates_whose_corners_are_not_known_teach_where_they_are(network: Scrfd) -> None:
    truth = targets([UPPER], [2])
    rough = PlateTargets(truth.quads, truth.lines, torch.tensor([[False]]))
    torch.manual_seed(2)
    raw = tuple(torch.randn_like(level) for level in perfect(truth))
    losses, known = network.loss(raw, rough), network.loss(raw, truth)
    assert losses["corner_loss"].item() == losses["lines_loss"].item() == 0
    assert losses["box_loss"].item() == known["box_loss"].item() > 0
    assert losses["score_loss"].item() == known["score_loss"].item()


def test_losses_are_means_over_the_batch(network: Scrfd) -> None:
    one = targets([UPPER, LOWER], [1, 2])
    torch.manual_seed(2)
    raw = tuple(torch.randn_like(level) for level in perfect(one))
    twice = PlateTargets(one.quads.repeat(2, 1, 1, 1), one.lines.repeat(2, 1))
    doubled = tuple(level.repeat(2, 1, 1, 1) for level in raw)
    for name, value in network.loss(doubled, twice).items():
        assert value.item() == pytest.approx(network.loss(raw, one)[name].item(), rel=1e-4), name


@pytest.mark.parametrize("scale", [0.0, 1.0, 100.0])
def test_losses_are_finite_and_not_negative_for_any_output(network: Scrfd, scale: float) -> None:
    torch.manual_seed(3)
    for truth in (targets([UPPER], [2]), targets([], [])):
        raw = tuple((scale * torch.randn_like(level)).requires_grad_() for level in perfect(truth))
        losses = network.loss(raw, truth)
        for name, value in losses.items():
            assert torch.isfinite(value), name
            assert value >= 0, name
        losses["loss"].backward()
        assert all(level.grad is not None and torch.isfinite(level.grad).all() for level in raw)


@pytest.mark.parametrize(("height", "width"), [(32, 32), (64, 160)])
def test_any_multiple_of_32(network: Scrfd, height: int, width: int) -> None:
    raw = network(torch.randint(0, 256, (2, 1, height, width), dtype=torch.uint8))
    assert [tuple(level.shape) for level in raw] == [
        (2, ANCHORS * OUTPUTS, height // stride, width // stride) for stride in STRIDES
    ]
    assert all(torch.isfinite(level).all() for level in raw)


def test_an_untrained_network_answers_its_anchors_and_believes_none(network: Scrfd) -> None:
    raw = network(torch.full((1, 1, 64, 64), 128, dtype=torch.uint8))
    for number, (level, stride) in enumerate(zip(raw, STRIDES, strict=True)):
        cells = level.detach().view(ANCHORS, OUTPUTS, -1).mean(2)
        assert cells[:, SCORE].sigmoid().tolist() == pytest.approx([0.01] * ANCHORS, abs=0.01)
        right = cells[:, CORNERS][:, 2] * stride
        assert right.tolist() == pytest.approx(anchor_shapes(number)[:, 0].div(2).tolist(), rel=0.3)
    assert network.decode(tuple(level.detach().numpy() for level in raw), 64, 64, 0.3) == [[]]


def test_the_published_sizes() -> None:
    architecture = localizer_of("scrfd_mnv4")
    full = architecture.new(architecture.settings().values(), SIZE)
    assert isinstance(full, Scrfd)

    def count(module: torch.nn.Module) -> int:
        return sum(weight.numel() for weight in module.parameters())

    assert count(full.backbone) == 1_261_088
    # Laterals, three cells of four nodes; each level's tower of two separable convolutions and its answer.
    node = 64 * 9 + 64 * 64 + 2 * 64
    lateral = (64 + 96 + 960) * 64 + 3 * 2 * 64
    assert count(full.neck) == lateral + 3 * (4 * node + 2 + 2 + 3 + 2)
    tower = 2 * (64 * 9 + 2 * 64 + 64 * 64 + 2 * 64)
    assert count(full.heads) == 3 * (tower + 64 * 28 + 28)
    assert math.isclose(anchor_shapes(1).prod(1).sqrt()[0].item(), 64, rel_tol=1e-6)


def test_public_weights_are_the_backbone_s(network: Scrfd) -> None:
    own = {name for name in network.state_dict() if name.startswith("backbone.")}
    assert set(network.public_weights()) == own
    assert network.public_weights()["backbone.blocks.4.0.conv.weight"].key == (
        "blocks.4.0.conv.weight"
    )


def test_without_a_refiner() -> None:
    bare = build_localizer("scrfd_mnv4", {**TINY, "refiner_channels": []}, SIZE)
    assert bare.refiner is None
    assert not [name for name in bare.state_dict() if name.startswith("refiner")]


@pytest.mark.parametrize(
    ("setting", "value"),
    [("width", 0), ("width", 5), ("width", True), ("neck_cells", 0), ("refiner_channels", [8])],
)
def test_settings_that_cannot_be(setting: str, value: Value) -> None:
    with pytest.raises(ValueError, match=setting):
        build_localizer("scrfd_mnv4", {**TINY, setting: value}, SIZE)


def test_onnx_runtime_computes_the_same_in_8_bits_too(network: Scrfd, tmp_path: Path) -> None:
    file, small = tmp_path / "network.onnx", tmp_path / "network.int8.onnx"
    assert export_onnx(network, [(64, 64), (32, 96)], file) < 1e-3
    pictures = list(noise(np.random.default_rng(1), 4, 64, 64)[:, 0])
    assert quantise(file, pictures, (64, 64), small) >= 0.95
    assert small.stat().st_size < file.stat().st_size
