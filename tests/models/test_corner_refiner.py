"""The corner refiner: its loss in plate heights, its decoding, and what it does to detections."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from src.common.geometry import UNIT_SQUARE, to_plate
from src.inference.detection import Detection
from src.inference.refinement import MAX_STEPS, refine_detections, refiner_crop, suppress
from src.inference.refiner_crop import (
    CONTEXT_X,
    CONTEXT_Y,
    CROP_HEIGHT,
    CROP_WIDTH,
    OUTPUTS,
    UNIT,
    decode_refinements,
)
from src.inference.runtime import Run
from src.models.corner_refiner import PLATE_WEIGHT, UNSEEN_WEIGHT, CornerRefiner, RefinerTargets

QUAD = np.array([[40, 30], [140, 36], [138, 60], [41, 52]], np.float32)
IMAGE = np.random.default_rng(1).integers(0, 256, (100, 180), dtype=np.uint8)


def answer(
    truth: NDArray[np.float32],
    seen: NDArray[np.float32],
    lines: int,
    plate: float = 9.0,
    unseen: tuple[float, float, float] = (-9.0, -9.0, -9.0),
) -> list[float]:
    """The raw output of a refiner that knows the true corners of a plate seen by other ones."""
    offsets = (to_plate(truth, seen) - UNIT_SQUARE) / UNIT
    return [*offsets.ravel().tolist(), 9.0 if lines == 2 else -9.0, plate, *unseen]


def again(refine: Run, *detections: Detection) -> list[Detection]:
    """What refinement makes of the detections of one picture."""
    return refine_detections(refine, [IMAGE], [detections])[0]


def test_a_new_refiner_finds_the_corners_right() -> None:
    torch.manual_seed(1)
    network = CornerRefiner([8, 8, 8], 8).eval()
    with torch.inference_mode():
        raw = network(torch.randint(0, 256, (3, 1, CROP_HEIGHT, CROP_WIDTH), dtype=torch.uint8))
    assert raw.shape == (3, OUTPUTS)
    seen = decode_refinements(raw.numpy())
    assert all(np.array_equal(one.corners, UNIT_SQUARE) for one in seen)
    assert [one.plate for one in seen] == [0.5] * 3
    assert [one.unseen for one in seen] == [(0.5, 0.5, 0.5)] * 3


def test_refinement_keeps_what_else_is_known_of_a_proposal() -> None:
    raw = np.array([answer(QUAD, QUAD, 1)], np.float32)
    (found,) = again(lambda _: raw, Detection(QUAD, 0.7, 2, tiled=True))
    assert (found.score, found.lines, found.tiled) == (0.7, 1, True)


def test_refinement_says_what_of_the_text_cannot_be_seen() -> None:
    raw = np.array([answer(QUAD, QUAD, 1, unseen=(-9.0, 1.0, 0.0))], np.float32)
    (found,) = again(lambda _: raw, Detection(QUAD, 0.7, 1))
    assert found.unseen == pytest.approx((1 / (1 + np.exp(9)), 1 / (1 + np.exp(-1)), 0.5), rel=1e-5)


def test_errors_count_in_plate_heights() -> None:
    # One corner off by a tenth of the width of a plate of 200×50 pixels: by 0.4 heights. Smooth L1 with beta 0.03 of
    # that, over eight coordinates; the lines are certain.
    corners = torch.from_numpy(UNIT_SQUARE)[None].clone()
    corners[0, 0, 0] = 0.1
    truth = RefinerTargets(
        corners, torch.tensor([[200.0, 50.0]]), torch.tensor([1]), torch.zeros(1, 3)
    )
    raw = torch.tensor([[0.0] * 8 + [-40.0, 40.0, -40.0, -40.0, -40.0]])
    loss = CornerRefiner.loss(raw, truth)["look_loss"]
    assert loss.item() == pytest.approx((0.4 - 0.5 * 0.03) / 8, abs=1e-6)


def test_a_wrong_number_of_lines_costs() -> None:
    truth = RefinerTargets(
        torch.from_numpy(UNIT_SQUARE)[None],
        torch.tensor([[200.0, 50.0]]),
        torch.tensor([2]),
        torch.zeros(1, 3),
    )
    costs = [
        CornerRefiner.loss(torch.tensor([[0.0] * 8 + [logit, 40.0, -40.0, -40.0, -40.0]]), truth)[
            "look_loss"
        ].item()
        for logit in (9.0, -9.0)
    ]
    assert costs[0] < 1e-3 < costs[1]


def test_each_place_that_cannot_be_seen_is_learned() -> None:
    truth = RefinerTargets(
        torch.from_numpy(UNIT_SQUARE)[None],
        torch.tensor([[200.0, 50.0]]),
        torch.tensor([1]),
        torch.tensor([[0.0, 1.0, 0.0]]),
    )

    def cost(before: float, after: float, between: float) -> float:
        raw = torch.tensor([[0.0] * 8 + [-40.0, 40.0, before, after, between]])
        return CornerRefiner.loss(raw, truth)["look_loss"].item()

    assert cost(-40.0, 40.0, -40.0) == pytest.approx(0.0, abs=1e-6)
    # Cross entropy of a logit of 2 on the wrong side: log(1 + exp(2)) = 2.1269, the mean over three places.
    assert cost(-40.0, -2.0, -40.0) == pytest.approx(UNSEEN_WEIGHT * 2.1269 / 3, rel=1e-3)
    assert cost(2.0, 40.0, -40.0) == pytest.approx(UNSEEN_WEIGHT * 2.1269 / 3, rel=1e-3)
    assert cost(-40.0, 40.0, 2.0) == pytest.approx(UNSEEN_WEIGHT * 2.1269 / 3, rel=1e-3)


def test_where_there_is_no_plate_only_that_is_learned() -> None:
    # Two crops, of a plate and of none. What stands in the second's corners and lines must not matter.
    size, lines = torch.tensor([[200.0, 50.0], [1.0, 1.0]]), torch.tensor([1, 0])
    square = torch.from_numpy(UNIT_SQUARE)

    def loss(corner: float, lines_logit: float, plate: float) -> float:
        raw = torch.tensor(
            [
                [0.0] * 8 + [-40.0, 40.0, -40.0, -40.0, -40.0],
                [corner] * 8 + [lines_logit, plate, corner, corner, corner],
            ]
        )
        truth = RefinerTargets(torch.stack([square, 0 * square]), size, lines, torch.zeros(2, 3))
        return CornerRefiner.loss(raw, truth)["look_loss"].item()

    assert loss(0.0, 0.0, -40.0) == pytest.approx(0.0, abs=1e-6)
    assert loss(5.0, 9.0, -40.0) == loss(0.0, 0.0, -40.0)
    # Cross entropy of a logit of 2 where it should be low: log(1 + exp(2)) = 2.1269, the mean over two crops.
    assert loss(0.0, 0.0, 2.0) == pytest.approx(PLATE_WEIGHT * 2.1269 / 2, rel=1e-3)


def test_crops_without_any_plate_make_no_nan() -> None:
    raw = torch.zeros(2, OUTPUTS, requires_grad=True)
    truth = RefinerTargets(
        torch.zeros(2, 4, 2), torch.ones(2, 2), torch.zeros(2, dtype=torch.int64), torch.zeros(2, 3)
    )
    loss = CornerRefiner.loss(raw, truth)["look_loss"]
    loss.backward()
    assert raw.grad is not None
    assert torch.isfinite(raw.grad).all()
    assert loss.item() == pytest.approx(PLATE_WEIGHT * np.log(2), rel=1e-4)


def test_a_crop_shows_the_plate_where_its_margins_say() -> None:
    # Black before white, from the plate's left edge on: the edge is CONTEXT_X of a plate's width from the crop's left.
    image = np.zeros((100, 300), np.uint8)
    image[:, 50:] = 255
    quad = np.array([[49.5, 30], [249.5, 30], [249.5, 70], [49.5, 70]], np.float32)
    crop = refiner_crop(image, quad)
    assert crop.shape == (CROP_HEIGHT, CROP_WIDTH)
    edge = CROP_WIDTH * CONTEXT_X / (1 + 2 * CONTEXT_X)
    assert (crop[:, : int(edge) - 1] == 0).all()
    assert (crop[:, int(edge) + 2 :] == 255).all()
    assert 0 < CONTEXT_Y < 0.5


def test_corners_are_moved_to_where_the_refiner_says_and_scores_stay() -> None:
    seen = QUAD + np.array((3, -4), np.float32)
    answers = iter([answer(QUAD, seen, 2), answer(QUAD, QUAD, 2)])
    (found,) = again(lambda _: np.array([next(answers)], np.float32), Detection(seen, 0.7, 1))
    assert found.quad == pytest.approx(QUAD, abs=1e-3)
    assert (found.score, found.lines) == (0.7, 2)
    assert next(answers, None) is None  # the second step moved nothing, and there was no third


def test_each_step_starts_where_the_last_one_ended() -> None:
    seen: list[NDArray[np.uint8]] = []

    def refine(crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        seen.append(crops[0, 0])
        step = np.full((1, OUTPUTS), -9.0, np.float32)
        step[:, :8] = np.tile([0.05 / UNIT, 0.0], 4)
        step[:, 9] = 9.0
        return step

    (found,) = again(refine, Detection(QUAD, 0.7, 1))
    assert len(seen) == MAX_STEPS == 4
    assert np.array_equal(seen[0], refiner_crop(IMAGE, QUAD))
    assert not np.array_equal(seen[0], seen[1])
    # Four times 0.05 of the plate's own width to its right, though not exactly 0.2 of it: each step is in perspective.
    assert to_plate(found.quad, QUAD)[:, 0] == pytest.approx([0.2, 1.2, 1.2, 0.2], abs=0.03)


@pytest.mark.parametrize("kind", ["crossed", "nan"])
def test_answers_that_are_no_plate_are_not_believed(kind: str) -> None:
    crossed = np.zeros((1, OUTPUTS), np.float32)
    crossed[0, :8] = np.array([[3, 0], [-3, 0], [0, 0], [0, 0]], np.float32).ravel()
    nan = np.full((1, OUTPUTS), np.nan, np.float32)
    raw = {"crossed": crossed, "nan": nan}[kind]
    found = again(lambda _: raw, Detection(QUAD, 0.7, 1))
    if kind == "crossed":
        assert np.array_equal(found[0].quad, QUAD)
    else:  # not even a plate
        assert found == []


def test_nothing_found_is_not_refined() -> None:
    def never(_: NDArray[np.uint8]) -> NDArray[np.float32]:
        raise AssertionError("there is nothing to refine")

    assert again(never) == []
    point = np.full((4, 2), 7, np.float32)
    assert again(never, Detection(point, 0.9, 1)) == []


def test_what_is_no_plate_is_left_out() -> None:
    plates = {0: -9.0, 1: 9.0}
    found = again(
        lambda crops: np.array(
            [answer(QUAD, QUAD, 1, plates[i]) for i in range(len(crops))], np.float32
        ),
        Detection(QUAD, 0.9, 1),
        Detection(QUAD + 40, 0.8, 1),
    )
    assert [d.score for d in found] == [0.8]


def test_proposals_that_refinement_brings_together_become_one() -> None:
    seen: list[int] = []
    other = QUAD + np.array((6, 3), np.float32)

    def refine(crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        seen.append(len(crops))
        starts = [QUAD, other] if len(crops) == 2 else [QUAD]
        return np.array([answer(QUAD, start, 1) for start in starts], np.float32)

    (found,) = again(refine, Detection(QUAD, 0.9, 1), Detection(other, 0.8, 1))
    assert found.score == 0.9
    assert seen == [2]  # the better one had not moved


def test_each_picture_keeps_its_own() -> None:
    pictures = [IMAGE, IMAGE[::-1].copy(), IMAGE]
    found = refine_detections(
        lambda crops: np.array([answer(QUAD, QUAD, 1)] * len(crops), np.float32),
        pictures,
        [[Detection(QUAD, 0.9, 1)], [], [Detection(QUAD, 0.7, 1), Detection(QUAD + 40, 0.6, 1)]],
    )
    assert [[d.score for d in one] for one in found] == [[0.9], [], [0.7, 0.6]]


def test_suppression_keeps_the_first_of_those_that_overlap() -> None:
    near, far = QUAD + np.float32(1), QUAD + np.float32(12)
    found = suppress([Detection(QUAD, 0.5, 1), Detection(near, 0.9, 1), Detection(far, 0.4, 1)])
    assert [d.score for d in found] == [0.5, 0.4]
