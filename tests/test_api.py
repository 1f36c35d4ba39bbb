"""The Python API: what a picture may be, what is said of one that is none, and that a model is loaded once."""

import ast
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from src import api, package
from src.bundle.bundle import RELEASE, Bundle
from src.common.errors import UserError
from src.datasets.decode import read_picture
from src.inference.reader import PlateReader
from tests.reading import made
from tests.source import ROOT, tree

SAMPLES = ROOT / "src/serving/page/samples"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Which models are asked for; each reads how bright a picture is (tests/reading/made.py)."""
    names: list[str | None] = []

    def choose(name: str | None) -> Bundle:
        names.append(name)
        return made.bundle()

    monkeypatch.setattr(api, "choose_model", choose)
    return names


@pytest.fixture(autouse=True)
def forget_models() -> None:
    api._kept.cache_clear()


def test_release_reads_a_file_its_colours_and_its_greys_alike() -> None:
    path = SAMPLES / "6-two-plates.jpg"
    colours = np.asarray(Image.open(path).convert("RGB"))
    opencv = np.asarray(cv2.imread(str(path)), np.uint8)[..., ::-1]
    pictures: list[api.Picture] = [path, str(path), colours, opencv, read_picture(path)]
    texts = [[plate.text for plate in api.read(one, model=RELEASE)] for one in pictures]
    assert texts[0] == ["GR605998", "GL6011"]
    assert texts == [texts[0]] * 5


@pytest.mark.parametrize(
    ("colour", "text"), [((255, 240, 0), "ZH11"), ((0, 240, 255), "ZH8"), ((220, 220, 220), "ZH11")]
)
def test_colours_are_red_green_blue(
    asked: list[str | None], colour: tuple[int, int, int], text: str
) -> None:
    # 0.299 red + 0.587 green + 0.114 blue, of which the model tells the twentieth part.
    picture = np.full((48, 64, 3), colour, np.uint8)
    assert [plate.text for plate in api.read(picture)] == [text]


def test_no_plate_is_no_reading(asked: list[str | None]) -> None:
    assert api.read(np.zeros((48, 64), np.uint8)) == []


@pytest.mark.parametrize(
    ("picture", "error", "said"),
    [
        (Path("none.jpg"), UserError, r"^none\.jpg: no such picture$"),
        (ROOT / "pyproject.toml", UserError, "cannot be read as a picture .*no known kind"),
        (ROOT, UserError, "it is no file"),
        (np.zeros((48, 64)), TypeError, "uint8, from 0 to 255, not float64"),
        (np.zeros((48, 64), bool), TypeError, "not bool"),
        ([[0, 0], [0, 0]], TypeError, "a path or a numpy array, not list"),
        (Image.new("RGB", (64, 48)), TypeError, r"not Image: np\.asarray"),
        (b"photo.jpg", TypeError, "not bytes"),
        (np.zeros(64, np.uint8), ValueError, r"\(64,\)"),
        (np.zeros((48, 64, 4), np.uint8), ValueError, r"\(48, 64, 4\)"),
        (np.zeros((48, 64, 1), np.uint8), ValueError, r"\(48, 64, 1\)"),
        (np.zeros((1, 48, 64, 3), np.uint8), ValueError, r"\(1, 48, 64, 3\)"),
        (np.zeros((0, 64), np.uint8), ValueError, r"not empty; this one is \(0, 64\)"),
    ],
)
def test_what_is_no_picture_is_named(
    asked: list[str | None], picture: api.Picture, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said) as caught:
        api.read(picture)
    assert "\n" not in str(caught.value)


def test_model_is_loaded_once(asked: list[str | None]) -> None:
    bright = np.full((48, 64), 200, np.uint8)
    for model in (None, None, "release", Path("release"), "a"):
        api.read(bright, model)
    assert asked == [None, "release", "a"]


def test_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no model in .*SHA256SUMS"):
        api.read(np.zeros((48, 64), np.uint8), tmp_path)


def test_reader_gives_what_is_sure_enough(asked: list[str | None]) -> None:
    bright = np.full((48, 64), 200, np.uint8)  # is read with 95%
    texts = {least: [r.text for r in api.Reader(None, least).read(bright)] for least in (0.94, 1)}
    assert texts == {0.94: ["ZH10"], 1: []}
    for wrong in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueError, match="from 0 to 1"):
            api.Reader(min_confidence=wrong)


def test_half_a_plate_is_not_given_where_more_is_asked_for(
    asked: list[str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    half = replace(made.reading("ZH10", 0.4), partial=True)
    monkeypatch.setattr(PlateReader, "read", lambda _, image: [half])
    picture = np.zeros((48, 64), np.uint8)
    assert api.Reader().read(picture) == api.Reader(None, 0.4).read(picture) == [half]
    assert api.Reader(None, 0.41).read(picture) == []


def test_reader_says_which_model_it_has() -> None:
    assert "swiss+european*3 plates" in api.Reader("release").title


def test_package_gives_the_api_and_says_so_to_type_checkers() -> None:
    assert package.__all__ == api.__all__ == dir(package)
    assert all(getattr(package, name) is getattr(api, name) for name in api.__all__)
    (typed,) = [
        n for n in ast.walk(tree("src.package")) if isinstance(n, ast.ImportFrom) and n.level
    ]
    assert sorted(alias.name for alias in typed.names) == package.__all__
    with pytest.raises(AttributeError, match="no attribute 'write'"):
        getattr(package, "write")  # noqa: B009 - the name is not there, which a type checker would say too
