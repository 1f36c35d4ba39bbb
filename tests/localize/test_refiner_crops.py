"""What the refiner learns from: crops of plates whose true corners are known."""

import numpy as np

from src.common.plates import LabelledPlate
from src.common.texts import unseen_places
from src.datasets.prepared import Sample
from src.generators.formats import get_format
from src.generators.scene import World
from src.inference.refiner_crop import CROP_HEIGHT, CROP_WIDTH
from src.localize.batches import collate, refiner_targets
from src.localize.recipe import CloseRecipe
from src.localize.refiner_crops import CroppedPhotos, CroppedScenes

TWO = (0.3, 0.1)
QUAD = np.array([[20, 30], [100, 34], [98, 54], [19, 49]], np.float32)
IMAGE = np.random.default_rng(1).integers(0, 256, (80, 120), dtype=np.uint8)


def draw(index: int) -> Sample:
    plates = (
        (LabelledPlate("ZH1", "ZH", 1, QUAD), LabelledPlate("BE2", "BE", 2, QUAD + 5))
        if index % 2
        else ()
    )
    return Sample(IMAGE, plates)


def test_plates_are_cropped_in_turn() -> None:
    scene = CroppedScenes(draw, 7, (0.3, 0.1, 0.1))(1)
    assert [crop.lines for crop in scene.crops] == [1, 2, 1]
    assert all(crop.canvas.shape == (CROP_HEIGHT, CROP_WIDTH) for crop in scene.crops)
    assert CroppedScenes(draw, 7, ())(1).crops == ()


def test_the_first_crop_is_of_a_plate_that_is_seen_close() -> None:
    close = Sample(IMAGE.T.copy(), (LabelledPlate("?42", "", 2, QUAD[:, ::-1][::-1].copy()),))
    for index in (0, 1):
        first, other = CroppedScenes(draw, 7, TWO, lambda _: close)(index).crops
        assert (first.lines, first.unseen) == (2, (True, False, False))
        assert not np.array_equal(first.canvas, other.canvas)
        # The scene's own crops are what they are without it, but for the turns of its plates.
        assert other.lines == (2 if index else 0)


def test_what_is_seen_close_may_be_no_plate() -> None:
    sign = Sample(IMAGE.T.copy(), (LabelledPlate("", "", 1, QUAD[:, ::-1][::-1].copy()),))
    first, _ = CroppedScenes(draw, 7, TWO, lambda _: sign)(1).crops
    assert first.lines == 0
    assert not np.array_equal(first.canvas, CroppedScenes(draw, 7, TWO)(1).crops[0].canvas)


def test_large_plates_to_be_seen_close_are_cut_or_whole_or_none() -> None:
    recipe = CloseRecipe(World(get_format("swiss")), 7, "train")
    all_samples = [recipe(index) for index in range(60)]
    assert np.array_equal(recipe(3).image, all_samples[3].image)
    samples = [sample for sample in all_samples if sample.plates[0].text]
    assert 0.05 < 1 - len(samples) / len(all_samples) < 0.4
    unseen = [any(unseen_places(sample.plates[0].known_text)) for sample in samples]
    assert 0.2 < np.mean(unseen) < 0.7
    widths = [np.ptp(sample.plates[0].known_quad[:, 0]) for sample in samples]
    assert max(widths) > 150


def test_without_plates_there_are_crops_of_the_background() -> None:
    one, other = CroppedScenes(draw, 7, TWO)(0).crops
    assert one.lines == other.lines == 0
    assert not np.array_equal(one.canvas, other.canvas)


def test_no_jitter_is_the_plate_itself() -> None:
    (crop,) = CroppedScenes(draw, 7, (0.0,))(1).crops
    assert np.abs(crop.corners - [[0, 0], [1, 0], [1, 1], [0, 1]]).max() < 1e-5
    width, height = crop.size
    assert 79 < width < 81
    assert 19 < height < 21


def test_larger_jitter_is_larger() -> None:
    def mean(jitter: float) -> float:
        scenes = CroppedScenes(draw, 7, (jitter,))
        square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
        errors = [np.abs(scenes(i).crops[0].corners - square).mean() for i in range(1, 60, 2)]
        return float(np.mean(errors))

    assert 1.5 < mean(0.2) / mean(0.1) < 2.5


def test_same_number_same_crops() -> None:
    one, two, other = (CroppedScenes(draw, seed, TWO)(3).crops[0] for seed in (7, 7, 8))
    assert np.array_equal(one.canvas, two.canvas)
    assert np.array_equal(one.corners, two.corners)
    assert not np.array_equal(one.corners, other.corners)


def test_batches_hold_as_many_crops_of_each_scene_in_order() -> None:
    scenes = [CroppedScenes(draw, 7, TWO)(i) for i in (0, 1, 2, 3)]
    batch = collate(scenes)
    assert batch["crops"].shape == (8, 1, CROP_HEIGHT, CROP_WIDTH)
    assert np.array_equal(batch["crops"][7, 0].numpy(), scenes[3].crops[1].canvas)
    crops = refiner_targets(batch)
    assert crops.lines.tolist() == [0, 0, 1, 2] * 2
    assert np.allclose(crops.corners[6].numpy(), scenes[3].crops[0].corners)


def test_photographs_are_cropped_where_corners_are_known() -> None:
    rough = LabelledPlate("ZH1", "", 1, QUAD, rough=True)
    sure = LabelledPlate("BE2", "", 2, QUAD + 5)
    close = Sample(255 - IMAGE, (LabelledPlate("GE3", "GE", 1, QUAD),))
    photos = [Sample(IMAGE, (rough, sure)), Sample(IMAGE, (rough,)), Sample(IMAGE, ())]

    def lines(number: int, near: Sample | None) -> list[int]:
        cropped = CroppedPhotos(photos.__getitem__, 7, TWO, near and (lambda _: near))
        scene = cropped(number)
        assert scene.sample is photos[number]
        return [crop.lines for crop in scene.crops]

    assert lines(0, close) == [2, 2]
    # The plate is somewhere in its box: neither it nor what surrounds it is a lesson.
    assert lines(1, close) == [1, 1]
    assert lines(1, None) == [0, 0]
    blank = CroppedPhotos(photos.__getitem__, 7, TWO)(1)
    assert not any(crop.canvas.any() for crop in blank.crops)
    assert lines(2, close) == [0, 0]
    assert CroppedPhotos(photos.__getitem__, 7, TWO)(2).crops[0].canvas.any()
