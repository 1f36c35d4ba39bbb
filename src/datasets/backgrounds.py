"""Optional pictures of the user's as backgrounds: CIFAR-10 batches, or any folder of pictures."""

import io
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ..common.errors import UserError

LONGEST_SIDE = 640  # px; larger pictures are shrunk, scenes show a piece of them only
_SUFFIXES = {".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
_CIFAR_SIDE = 32
_CIFAR_VALUES = 3 * _CIFAR_SIDE**2


def load_backgrounds(cifar_dir: Path, folder: Path) -> list[NDArray[np.uint8]]:
    """Every background picture there is, grey uint8, each of its own size; in sorted order.

    ``cifar_dir`` holds the Python version of CIFAR-10 (``data_batch_1`` … ``test_batch``: 32x32),
    ``folder`` pictures at any depth, which must not show plates, as nobody says where. Both may be
    absent or empty. Raises ``UserError`` naming the first file that cannot be read.
    """
    return _load_cifar(cifar_dir) + _load_folder(folder)


def _load_folder(folder: Path) -> list[NDArray[np.uint8]]:
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES)
    return [_load_picture(path) for path in paths if path.is_file()]


def _load_picture(path: Path) -> NDArray[np.uint8]:
    """One picture in grey, its longer side at most 640 px."""
    try:
        encoded = np.frombuffer(path.read_bytes(), np.uint8)
        image = cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE)
    except (OSError, cv2.error):
        image = None
    if image is None:
        raise UserError(
            f"The background picture {path} cannot be read: replace it by a whole "
            f"picture ({', '.join(sorted(_SUFFIXES))}) or remove it."
        )
    scale = LONGEST_SIDE / max(image.shape)
    if scale < 1:
        size = tuple(max(1, round(side * scale)) for side in image.shape[::-1])
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return np.asarray(image, np.uint8)


def _load_cifar(folder: Path) -> list[NDArray[np.uint8]]:
    paths = [*sorted(folder.glob("data_batch_*")), *folder.glob("test_batch")]
    return [picture for path in paths for picture in _load_batch(path)]


def _load_batch(path: Path) -> NDArray[np.uint8]:
    """The pictures of one batch in grey, ``(n, 32, 32)``; the weights are those of ITU-R BT.601."""
    try:
        values = _BatchUnpickler(io.BytesIO(path.read_bytes()), encoding="bytes").load()[b"data"]
        if values.dtype != np.uint8 or values.ndim != 2 or values.shape[1] != _CIFAR_VALUES:
            raise ValueError(f"data is {values.dtype} {values.shape}, not uint8 (n, 3072)")
    except Exception as error:  # a broken pickle can raise nearly anything
        raise UserError(
            f"{path} is no CIFAR-10 batch ({error}): put the files of cifar-10-python.tar.gz "
            "there, or remove the folder."
        ) from error
    colours = values.reshape(-1, 3, _CIFAR_SIDE, _CIFAR_SIDE).astype(np.uint16)
    red, green, blue = np.moveaxis(colours, 1, 0)
    # 77 + 150 + 29 = 256, and 256 x 255 + 128 still fits uint16.
    return np.asarray((77 * red + 150 * green + 29 * blue + 128) >> 8, np.uint8)


def _latin1(text: str, encoding: str) -> bytes:
    """Stands for ``_codecs.encode``, by which protocol 2 writes bytes, always as latin1."""
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"bytes in the encoding {encoding!r}")
    return text.encode("latin1")


_reconstruct = cast(Callable[..., Any], np.empty(0).__reduce__()[0])
_KNOWN: dict[tuple[str, str], Callable[..., Any]] = {
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    ("numpy.core.multiarray", "_reconstruct"): _reconstruct,
    ("numpy._core.multiarray", "_reconstruct"): _reconstruct,  # its module's name since numpy 2
    ("_codecs", "encode"): _latin1,
}


class _BatchUnpickler(pickle.Unpickler):
    """Reads numpy arrays, bytes, numbers, lists and dicts, and refuses to build anything else.

    A pickle may call any function that it names. This one finds the few of ``_KNOWN``.
    """

    def find_class(self, module: str, name: str) -> Callable[..., Any]:
        """What the pickle may call ``module.name``; ``UnpicklingError`` for all but the above."""
        try:
            return _KNOWN[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}") from None
