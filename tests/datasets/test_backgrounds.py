"""Background pictures from disk: CIFAR-10 batches without trusting a pickle, any folder."""

import os
import pickle
from pathlib import Path

import cv2
import numpy as np
import pytest

from src.common.errors import UserError
from src.datasets.backgrounds import LONGEST_SIDE, load_backgrounds


def write_batch(path: Path, content: object, protocol: int = 2) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(pickle.dumps(content, protocol))


def colours(count: int) -> np.ndarray:
    """Pictures of plain red, green, blue and white, as CIFAR lays them out: planes of 1024."""
    planes = np.zeros((4, 3, 1024), np.uint8)
    for picture, lit in enumerate(((0,), (1,), (2,), (0, 1, 2))):
        planes[picture, lit] = 255
    return planes.reshape(4, 3072)[:count]


def test_nothing_there_nothing_loaded(tmp_path):
    assert load_backgrounds(tmp_path / "no", tmp_path / "neither") == []
    assert load_backgrounds(tmp_path, tmp_path) == []


@pytest.mark.parametrize("protocol", [2, 4])
def test_cifar_batches_become_grey_pictures(tmp_path, protocol):
    write_batch(tmp_path / "data_batch_1", {b"data": colours(4), b"labels": [0, 1, 2, 3]}, protocol)
    write_batch(tmp_path / "test_batch", {b"data": colours(1), b"labels": [0]}, protocol)
    pictures = load_backgrounds(tmp_path, tmp_path / "none")
    assert [picture.shape for picture in pictures] == [(32, 32)] * 5
    # 0.299, 0.587 and 0.114 of 255; white stays white and does not wrap.
    assert [picture[5, 7] for picture in pictures] == [77, 149, 29, 255, 77]


def test_a_batch_as_python_2_wrote_it(tmp_path):
    """Protocol 2 with 8-bit strings and numpy's old module name, as in the published archive."""
    raw = colours(1).tobytes()
    state = (
        b"\x80\x02}q\x01U\x04dataq\x02cnumpy.core.multiarray\n_reconstruct\nq\x03cnumpy\nndarray\n"
        b"q\x04K\x00\x85U\x01b\x87Rq\x05(K\x01K\x01M\x00\x0c\x86cnumpy\ndtype\nq\x06U\x02u1K\x00K\x01"
        b"\x87Rq\x07(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T"
    )
    (tmp_path / "data_batch_1").write_bytes(state + len(raw).to_bytes(4, "little") + raw + b"tbs.")
    (picture,) = load_backgrounds(tmp_path, tmp_path / "none")
    assert picture.shape == (32, 32)
    assert (picture == 77).all()


class Evil:
    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self):
        return os.mkdir, (str(self.target),)


@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_a_pickle_that_runs_something_is_refused(tmp_path, protocol):
    trace = tmp_path / "was here"
    write_batch(tmp_path / "data_batch_1", {b"data": Evil(trace)}, protocol)
    with pytest.raises(UserError, match=r"data_batch_1.*mkdir"):
        load_backgrounds(tmp_path, tmp_path / "none")
    assert not trace.exists()


@pytest.mark.parametrize(
    "content",
    [
        {b"labels": [1]},
        {b"data": [1, 2]},
        {b"data": np.zeros((2, 3072), np.float32)},
        {b"data": np.zeros((2, 3071), np.uint8)},
        {b"data": np.array([b"x", None], object)},
        [1, 2],
    ],
)
def test_a_batch_of_something_else_is_named(tmp_path, content):
    write_batch(tmp_path / "data_batch_3", content)
    with pytest.raises(UserError, match="data_batch_3"):
        load_backgrounds(tmp_path, tmp_path / "none")


@pytest.mark.parametrize("raw", [b"", b"\x80\x02}q", b"<html>not found</html>"])
def test_a_broken_download_is_named(tmp_path, raw):
    (tmp_path / "data_batch_2").write_bytes(raw)
    with pytest.raises(UserError, match=r"data_batch_2.*cifar-10-python"):
        load_backgrounds(tmp_path, tmp_path / "none")


def test_a_folder_of_pictures_is_read_in_order_at_any_depth(tmp_path):
    (tmp_path / "deep").mkdir()
    cv2.imwrite(str(tmp_path / "b.png"), np.full((20, 30), 50, np.uint8))
    cv2.imwrite(str(tmp_path / "a.JPG"), np.full((10, 12, 3), 200, np.uint8))
    cv2.imwrite(str(tmp_path / "deep" / "c.png"), np.full((3 * LONGEST_SIDE, 90), 7, np.uint8))
    (tmp_path / "LICENSE.txt").write_text("not a picture")
    pictures = load_backgrounds(tmp_path / "none", tmp_path)
    assert [picture.shape for picture in pictures] == [(10, 12), (20, 30), (LONGEST_SIDE, 30)]
    assert [int(picture.max()) for picture in pictures] == [200, 50, 7]
    assert all(picture.dtype == np.uint8 for picture in pictures)


@pytest.mark.parametrize("raw", [b"", b"\x89PNG\r\n\x1a\nbroken"])
def test_an_unreadable_picture_is_named(tmp_path, raw):
    (tmp_path / "broken.png").write_bytes(raw)
    with pytest.raises(UserError, match=r"broken\.png.*remove"):
        load_backgrounds(tmp_path / "none", tmp_path)
