"""The second look: its loss in plate heights, its decoding, and what it does to detections."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from src.common.geometry import UNIT_SQUARE, to_plate
from src.models.base import Detection
from src.models.corner_refiner import (
    LOOK_HEIGHT,
    LOOK_WIDTH,
    LOOK_X,
    LOOK_Y,
    OUTPUTS,
    UNIT,
    CornerRefiner,
    Looks,
)
from src.models.second_look import look_again, take_look

QUAD = np.array([[40, 30], [140, 36], [138, 60], [41, 52]], np.float32)
IMAGE = np.random.default_rng(1).integers(0, 256, (100, 180), dtype=np.uint8)


def answer(truth: NDArray[np.float32], seen: NDArray[np.float32], lines: int) -> list[float]:
    """The raw output of a refiner that knows the true corners of a plate seen by other ones."""
    offsets = (to_plate(truth, seen) - UNIT_SQUARE) / UNIT
    return [*offsets.ravel().tolist(), 9.0 if lines == 2 else -9.0]


def test_a_new_refiner_finds_the_corners_right() -> None:
    torch.manual_seed(1)
    network = CornerRefiner([8, 8, 8], 8).eval()
    with torch.inference_mode():
        raw = network(torch.randint(0, 256, (3, 1, LOOK_HEIGHT, LOOK_WIDTH), dtype=torch.uint8))
    assert raw.shape == (3, OUTPUTS)
    corners, _ = CornerRefiner.decode(raw.numpy())
    assert np.array_equal(corners, np.stack([UNIT_SQUARE] * 3))


def test_errors_count_in_plate_heights() -> None:
    # One corner off by a tenth of the width of a plate of 200×50 pixels: by 0.4 heights. Smooth L1 with beta 0.03 of
    # that, over eight coordinates; the lines are certain.
    corners = torch.from_numpy(UNIT_SQUARE)[None].clone()
    corners[0, 0, 0] = 0.1
    truth = Looks(corners, torch.tensor([[200.0, 50.0]]), torch.tensor([1]))
    raw = torch.tensor([[0.0] * 8 + [-40.0]])
    loss = CornerRefiner.loss(raw, truth)["look_loss"]
    assert loss.item() == pytest.approx((0.4 - 0.5 * 0.03) / 8, abs=1e-6)


def test_a_wrong_number_of_lines_costs() -> None:
    truth = Looks(
        torch.from_numpy(UNIT_SQUARE)[None], torch.tensor([[200.0, 50.0]]), torch.tensor([2])
    )
    costs = [
        CornerRefiner.loss(torch.tensor([[0.0] * 8 + [logit]]), truth)["look_loss"].item()
        for logit in (9.0, -9.0)
    ]
    assert costs[0] < 1e-3 < costs[1]


def test_a_look_shows_the_plate_where_its_margins_say() -> None:
    # Black before white, from the plate's left edge on: the edge is LOOK_X of a plate's width from the look's left.
    image = np.zeros((100, 300), np.uint8)
    image[:, 50:] = 255
    quad = np.array([[49.5, 30], [249.5, 30], [249.5, 70], [49.5, 70]], np.float32)
    look = take_look(image, quad)
    assert look.shape == (LOOK_HEIGHT, LOOK_WIDTH)
    edge = LOOK_WIDTH * LOOK_X / (1 + 2 * LOOK_X)
    assert (look[:, : int(edge) - 1] == 0).all()
    assert (look[:, int(edge) + 2 :] == 255).all()
    assert 0 < LOOK_Y < 0.5


def test_corners_are_moved_to_where_the_refiner_says_and_scores_stay() -> None:
    seen = QUAD + np.array((3, -4), np.float32)
    (found,) = look_again(
        lambda looks: np.array([answer(QUAD, seen, 2)], np.float32),
        IMAGE,
        [Detection(seen, 0.7, 1)],
        looks=1,
    )
    assert found.quad == pytest.approx(QUAD, abs=1e-3)
    assert (found.score, found.lines) == (0.7, 2)


def test_each_look_starts_where_the_last_one_ended() -> None:
    seen: list[NDArray[np.uint8]] = []

    def refine(looks: NDArray[np.uint8]) -> NDArray[np.float32]:
        seen.append(looks[0, 0])
        step = np.full((1, OUTPUTS), -9.0, np.float32)
        step[:, :8] = np.tile([0.1 / UNIT, 0.0], 4)
        return step

    (found,) = look_again(refine, IMAGE, [Detection(QUAD, 0.7, 1)], looks=2)
    assert len(seen) == 2
    assert np.array_equal(seen[0], take_look(IMAGE, QUAD))
    assert not np.array_equal(seen[0], seen[1])
    # Twice a tenth of the plate's own width to its right, though not exactly 0.2 of it: each step is in perspective.
    assert to_plate(found.quad, QUAD)[:, 0] == pytest.approx([0.2, 1.2, 1.2, 0.2], abs=0.03)


@pytest.mark.parametrize("kind", ["crossed", "nan"])
def test_answers_that_are_no_plate_are_not_believed(kind: str) -> None:
    crossed = np.zeros((1, OUTPUTS), np.float32)
    crossed[0, :8] = np.array([[3, 0], [-3, 0], [0, 0], [0, 0]], np.float32).ravel()
    nan = np.full((1, OUTPUTS), np.nan, np.float32)
    raw = {"crossed": crossed, "nan": nan}[kind]
    (found,) = look_again(lambda _: raw, IMAGE, [Detection(QUAD, 0.7, 1)])
    assert np.array_equal(found.quad, QUAD)


def test_nothing_found_is_not_looked_at() -> None:
    def never(_: NDArray[np.uint8]) -> NDArray[np.float32]:
        raise AssertionError("there is nothing to look at")

    assert look_again(never, IMAGE, []) == []
    point = np.full((4, 2), 7, np.float32)
    assert look_again(never, IMAGE, [Detection(point, 0.9, 1)]) == []
