"""The benchmark of leaving vehicles draws what it says and counts right; a trained model passes a piece of it."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks import leaving
from benchmarks.leaving import KINDS, Count, judge
from src.bundle.choose import choose_model
from src.common.errors import UserError
from src.generators.formats import get_format
from src.inference.reader import PlateReader, Reading
from tests.reading import made


@pytest.mark.parametrize("kind", KINDS)
def test_each_plate_is_seen_whole_and_then_not(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "HEIGHT", 72)
    monkeypatch.setattr(leaving, "WIDTH", 128)
    clip = KINDS[kind]("swiss", 3)
    scenes = list(clip.draw())
    assert {scene.image.shape for scene in scenes} == {(72, 128)}
    assert {plate.text for scene in scenes for plate in scene.plates} == {clip.text}
    assert scenes[-1].plates == ()
    again = list(KINDS[kind]("swiss", 3).draw())
    assert np.array_equal(scenes[5].image, again[5].image)


def test_what_is_given_is_counted() -> None:
    right, part = made.reading("ZH42", 0.9), replace(made.reading("ZH4", 0.5), partial=True)
    assert judge("ZH42", [right]) == Count(True, True, False, False)
    assert judge("ZH42", [right, part]) == Count(False, True, True, False)
    assert judge("ZH42", [replace(right, partial=True)]) == Count(False, False, False, True)
    assert judge("ZH42", [made.reading("ZH4", 0.95)]) == Count(False, False, False, True)
    assert judge("ZH42", []) == Count(False, False, False, False)


def test_clips_are_watched_as_videos_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each so manieth frame is read; what comes of them are vehicles that are sure enough."""
    monkeypatch.setattr(leaving, "HEIGHT", 72)
    monkeypatch.setattr(leaving, "WIDTH", 128)
    looks: list[np.ndarray] = []

    class Reader(PlateReader):
        def __init__(self) -> None:
            pass

        def read(self, image: np.ndarray) -> list[Reading]:
            looks.append(image)
            return [made.reading("ZH42", 0.9, x=64, y=36)] if len(looks) < 4 else []

    clip = KINDS["stop behind a post"]("swiss", 0)
    (given,) = leaving.watch(Reader(), get_format("swiss"), 0.4, clip)
    assert (given.text, given.partial, given.confidence) == ("ZH42", False, 0.9)
    assert len(looks) == -(-len(list(clip.draw())) // leaving.STEP)
    looks.clear()
    assert leaving.watch(Reader(), get_format("swiss"), 0.95, clip) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "numbers"), [("leave the picture", [4, 7]), ("stop behind a post", [4, 9])]
)
def test_trained_model_gives_one_vehicle_with_all_of_its_text(
    kind: str, numbers: list[int]
) -> None:
    """Clips that gave a second vehicle or a cut text while all readings counted alike."""
    try:
        bundle = choose_model()
    except UserError as error:
        pytest.skip(str(error))
    assert leaving.measure(bundle, kind, numbers) == [kind, "2", "2", "2", "0", "0"]
