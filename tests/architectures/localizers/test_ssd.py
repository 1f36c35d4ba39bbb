"""The single-shot detectors: as large as published, and every part of what they learn by hand."""

import math
import resource
import time

import numpy as np
import pytest
import torch
from torch import Tensor

from src.architectures.localizers.registry import build_localizer
from src.architectures.ssd.backbones import VGG, ResNet
from src.architectures.ssd.loss import hard_negatives, multibox_loss
from src.architectures.ssd.matching import Matched, encode, match
from src.architectures.ssd.network import SSD
from src.common.geometry import quad_box
from src.inference.decoding.plates import plate_decoding
from src.inference.decoding.ssd import decode_offsets, prior_boxes
from src.inference.networks import detect
from src.inference.settings import Value
from src.models.base import Localizer, PlateTargets
from src.models.batch_norm import BatchNorm

NAMES = [f"ssd{side}_{backbone}" for side in (300, 512) for backbone in ("vgg16", "resnet50")]
TINY: dict[str, Value] = {"width": 0.05, "refiner_channels": []}
SIZE = (64, 96)


def weights_of(module: torch.nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())


def built(name: str, **values: Value) -> Localizer:
    torch.manual_seed(1)
    return build_localizer(name, {**TINY, **values}, SIZE)


def test_it_is_as_large_as_published() -> None:
    with torch.device("meta"):
        vgg, resnet = (
            build_localizer(f"ssd300_{b}", {"refiner_channels": []}, SIZE)
            for b in ("vgg16", "resnet50")
        )
    # 26,285,486 for the 21 classes of Pascal VOC; each has 3×3 weights and a bias for every box a cell.
    channels, boxes = (512, 1024, 512, 256, 256, 256), (4, 6, 6, 6, 4, 4)
    of_class = sum(b * (9 * c + 1) for c, b in zip(channels, boxes, strict=True))
    assert weights_of(vgg) + 19 * of_class == 26_285_486
    backbone = vgg.get_submodule("backbone")
    assert weights_of(backbone.get_submodule("features")) == 14_714_688
    # ResNet-50's 25,557,032 without its last stage and classifier.
    backbone = resnet.get_submodule("backbone")
    seen = weights_of(backbone) - weights_of(backbone.get_submodule("extras"))
    assert seen == 25_557_032 - 14_964_736 - 2_049_000


@pytest.mark.parametrize("name", NAMES)
def test_its_answer_has_a_row_for_every_prior_box(name: str) -> None:
    network = built(name).eval()
    assert isinstance(network, SSD)
    side, count = (300, 8732) if "300" in name else (512, 24564)
    assert network.fixed_size == (side, side)
    with torch.inference_mode():
        logits, offsets = network(torch.zeros(2, 1, *SIZE, dtype=torch.uint8))
        maps = network.backbone(torch.zeros(1, 3, side, side))
    assert logits.shape == (2, count, 2)
    assert offsets.shape == (2, count, 4)
    cells = [38, 19, 10, 5, 3, 1] if side == 300 else [64, 32, 16, 8, 4, 2, 1]
    assert [tuple(one.shape[2:]) for one in maps] == [(n, n) for n in cells]
    assert [one.shape[1] for one in maps] == network.backbone.channels


def test_a_wider_backbone_and_further_ratios_are_settings() -> None:
    assert VGG(300, 0.25).channels == [128, 256, 128, 64, 64, 64]
    assert ResNet(300, 0.5).channels == [512, 256, 256, 128, 128, 128]
    network = built("ssd300_vgg16", prior_ratios=[2, 3, 4, 5]).eval()
    with torch.inference_mode():
        logits, _ = network(torch.zeros(1, 1, *SIZE))
    assert logits.shape[1] == 8732 + 2 * 1940


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"width": 0}, "width is 0"),
        ({"width": 5.0}, "width is 5.0: it must be above 0 and at most 4"),
        ({"width": True}, "width is True"),
        ({"prior_ratios": [2, 0.5]}, "each must be from 1 to 16"),
        ({"prior_ratios": [2.0] * 9}, "a list of 2 to 8"),
        ({"refiner_channels": [8]}, "refiner_channels is"),
    ],
)
def test_settings_that_cannot_be_are_named(values: dict[str, Value], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build_localizer("ssd300_vgg16", values, SIZE)


def test_grey_is_three_equal_colours_as_public_weights_expect_them() -> None:
    network = built("ssd300_vgg16").eval()
    assert isinstance(network, SSD)
    seen: list[Tensor] = []
    network.backbone.register_forward_pre_hook(lambda _, args: seen.append(args[0]))
    with torch.inference_mode():
        network(torch.full((1, 1, *SIZE), 255, dtype=torch.uint8))
    expected = [(1 - 0.485) / 0.229, (1 - 0.456) / 0.224, (1 - 0.406) / 0.225]
    assert seen[0].shape == (1, 3, 300, 300)
    np.testing.assert_allclose(seen[0].amax((0, 2, 3)), expected, rtol=1e-5)
    np.testing.assert_allclose(seen[0].amin((0, 2, 3)), expected, rtol=1e-5)


# Prior boxes by centre and size: one, one half a box to the right, one elsewhere, a smaller one in the first.
PRIORS = torch.tensor(
    [[0.25, 0.25, 0.5, 0.5], [0.5, 0.25, 0.5, 0.5], [0.75, 0.75, 0.5, 0.5], [0.25, 0.25, 0.4, 0.4]]
)


def test_every_plate_has_the_box_that_overlaps_it_most_and_others_half_of_it() -> None:
    # The first is prior box 0 itself, and overlaps box 1 by 1/3 and box 3 by 0.16/0.25. Of the second, which overlaps
    # nothing by half, box 3 is the best: 0.03/(0.16 + 0.04 - 0.03). The third is no plate.
    boxes = torch.tensor([[[0, 0, 0.5, 0.5], [0.2, 0, 0.4, 0.2], [0.5, 0.5, 1, 1]]])
    matched = match(boxes, torch.tensor([[True, True, False]]), PRIORS)
    assert matched.positive.tolist() == [[True, False, False, True]]
    assert matched.offsets[0, 0].tolist() == [0, 0, 0, 0]
    half = math.log(0.5) / 0.2
    np.testing.assert_allclose(matched.offsets[0, 3], [1.25, -3.75, half, half], rtol=1e-5)
    # Alone, the first has both boxes that overlap it by half.
    alone = match(boxes, torch.tensor([[True, False, False]]), PRIORS)
    assert alone.positive.tolist() == [[True, False, False, True]]
    np.testing.assert_allclose(alone.offsets[0, 3, 2:], [math.log(1.25) / 0.2] * 2, rtol=1e-5)
    assert not match(boxes, torch.zeros(1, 3, dtype=torch.bool), PRIORS).positive.any()


def test_two_plates_never_share_their_best_box() -> None:
    boxes = torch.tensor([[[0, 0, 0.5, 0.5], [0, 0, 0.5, 0.52]]])
    matched = match(boxes, torch.ones(1, 2, dtype=torch.bool), PRIORS[:3])
    # Box 1 overlaps the second plate by a third, and is what is left for it.
    assert matched.positive.tolist() == [[True, True, False]]
    assert matched.offsets[0, 0, 3] == 0
    assert matched.offsets[0, 1, 3] == pytest.approx(math.log(1.04) / 0.2, rel=1e-4)


def test_decoding_undoes_what_is_learned() -> None:
    rng = np.random.default_rng(1)
    low = rng.random((1, 8732, 2))
    boxes = np.concatenate([low, low + rng.uniform(0.02, 0.9, low.shape)], 2)
    priors = prior_boxes(300)
    offsets = encode(torch.from_numpy(boxes), torch.from_numpy(priors)).float().numpy()
    np.testing.assert_allclose(decode_offsets(offsets, priors), boxes, atol=1e-5)


def test_three_hard_negatives_for_each_positive() -> None:
    losses = torch.tensor([[9.0, 1, 5, 2, 4, 3, 0, 8], [1.0, 2, 3, 4, 5, 6, 7, 8], [1.0] * 8])
    positive = torch.zeros(3, 8, dtype=torch.bool)
    positive[0, [0, 7]] = True
    positive[2, :5] = True
    chosen = hard_negatives(losses, positive)
    assert chosen[0].nonzero().flatten().tolist() == [
        1,
        2,
        3,
        4,
        5,
        6,
    ]  # 6 for 2, all that there are
    assert chosen[1].nonzero().flatten().tolist() == [5, 6, 7]  # no plate
    assert chosen[2].nonzero().flatten().tolist() == [5, 6, 7]  # 15 wanted
    positive[0, 7] = False
    assert hard_negatives(losses, positive)[0].nonzero().flatten().tolist() == [2, 4, 7]


def test_losses_by_hand() -> None:
    # One box with a plate, undecided. Of five without, those with 3 to 1 for a plate and two undecided ones are hard.
    odds = torch.tensor([1.0, 3, 1, 1e-9, 1, 1e-9])
    logits = torch.stack([torch.zeros(6), odds.log()], -1)[None]
    matched = Matched(torch.tensor([[True, *[False] * 5]]), torch.zeros(1, 6, 4))
    offsets = torch.full((1, 6, 4), 7.0)
    offsets[0, 0] = torch.tensor([0.5, -2, 0, 1])
    losses = multibox_loss(logits, offsets, matched)
    assert losses["score_loss"].item() == pytest.approx(math.log(2) * 3 + math.log(4))
    assert losses["place_loss"].item() == pytest.approx(0.125 + 1.5 + 0.5)
    assert losses["loss"].item() == pytest.approx(5 * math.log(2) + 2.125)
    # Twice the same picture: twice as much, over twice as many.
    twice = Matched(*(torch.cat([one, one]) for one in (matched.positive, matched.offsets)))
    again = multibox_loss(logits.repeat(2, 1, 1), offsets.repeat(2, 1, 1), twice)
    assert again["loss"].item() == pytest.approx(losses["loss"].item())


def test_a_batch_without_plates_teaches_that_there_are_none() -> None:
    network = built("ssd300_vgg16")
    none = PlateTargets(torch.zeros(2, 1, 4, 2), torch.zeros(2, 1, dtype=torch.int64))
    logits = torch.stack([torch.zeros(2, 8732), torch.zeros(2, 8732)], -1)
    losses = network.loss((logits, torch.ones(2, 8732, 4)), none)
    assert losses["loss"].item() == pytest.approx(6 * math.log(2))


def test_a_perfect_answer_costs_nothing_and_is_found() -> None:
    network = built("ssd300_vgg16")
    quad = torch.tensor([[20.0, 20], [70, 24], [70, 40], [20, 36]])
    targets = PlateTargets(quad[None, None], torch.tensor([[1]]))
    priors = torch.from_numpy(prior_boxes(300)).float()
    box = torch.tensor([[[20.5 / 96, 20.5 / 64, 70.5 / 96, 40.5 / 64]]])
    matched = match(box, torch.tensor([[True]]), priors)
    logits = torch.zeros(1, 8732, 2)
    logits[..., 1] = torch.where(matched.positive, 20.0, -20.0)
    losses = network.loss((logits, matched.offsets), targets)
    assert losses["loss"].item() < 1e-6
    (found,) = network.decode((logits.numpy(), matched.offsets.numpy()), *SIZE, 0.5)
    assert len(found) == 1
    np.testing.assert_allclose(found[0].quad, [[20, 20], [70, 20], [70, 40], [20, 40]], atol=1e-3)


def test_what_is_learned_of_small_pictures_lies_in_the_same_place_in_large_ones() -> None:
    network = built("ssd300_vgg16")
    priors = torch.from_numpy(prior_boxes(300)).float()
    quad = torch.tensor([[-0.5, -0.5], [95.5, -0.5], [95.5, 63.5], [-0.5, 63.5]])  # all of it
    matched = match(torch.tensor([[[0.0, 0, 1, 1]]]), torch.tensor([[True]]), priors)
    logits = torch.zeros(1, 8732, 2)
    logits[..., 1] = torch.where(matched.positive, 20.0, -20.0)
    targets = PlateTargets(quad[None, None], torch.tensor([[1]]))
    assert network.loss((logits, matched.offsets), targets)["place_loss"].item() < 1e-6
    answer = logits.numpy(), matched.offsets.numpy()
    decoding = plate_decoding("ssd300", {}, SIZE)
    for height, width in (SIZE, (480, 640), (1080, 1920)):
        (found,) = detect(decoding, lambda _: answer, np.zeros((height, width), np.uint8), 0.5)
        expected = [-0.5, -0.5, width - 0.5, height - 0.5]
        np.testing.assert_allclose(quad_box(found.quad), expected, atol=0.01)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_one_step_at_real_size(name: str) -> None:
    """Full width: a step of one picture is done, changes weights, and needs less than 6 GB."""
    network = build_localizer(name, {}, (128, 128)).train()
    targets = PlateTargets(
        torch.tensor([[[[20.0, 20], [90, 20], [90, 50], [20, 50]]]]), torch.tensor([[1]])
    )
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-3)
    assert isinstance(network, SSD)
    # Batch norm over the only cell of the last map needs two pictures: that one does not learn here. VGG-16 has none.
    for norm in [one for one in network.backbone.modules() if isinstance(one, BatchNorm)][-1:]:
        norm.eval()
    picture = torch.randint(0, 256, (1, 1, 128, 128), dtype=torch.uint8)
    weight = network.get_parameter("scores.0.weight")
    before = weight.detach().clone()
    started = time.process_time()
    losses = network.loss(network(picture), targets)
    losses["loss"].backward()
    optimizer.step()
    spent = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{name}: {spent:.1f} s of a processor for a picture, peak {peak:.1f} GB")
    assert torch.isfinite(losses["loss"])
    assert not torch.equal(before, weight)
    assert peak < 6
