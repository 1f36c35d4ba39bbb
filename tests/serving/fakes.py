"""A service on a reader that needs no networks, and encoded pictures to send to it."""

import io
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from PIL import Image
from starlette.testclient import TestClient

from src.bundle.bundle import Bundle
from src.bundle.card import BundleCard
from src.generators.formats.issuers import Subdivision
from src.inference.engine import PROCESSOR
from src.inference.reader import PlateReader, Reading
from src.inference.region import Region
from src.serving.app import create_app
from src.serving.service import Decode, Service
from src.serving.settings import Settings
from src.serving.uploads import decode_upload

Picture = np.ndarray[Any, np.dtype[np.uint8]]
QUAD = np.array([[10, 20], [50, 24], [49, 34], [9, 30]], np.float32)
CHARACTERS = (("Z", 1.0), ("H", 0.9), ("1", 0.95), ("2", 1.0))
REGION = Region("CH", "Switzerland", 1.0, Subdivision("CH-ZH", "Zürich"))
PLATE = Reading("ZH12", "ZH", "12", 0.9, 0.8, CHARACTERS, QUAD, 1, region=REGION)
DEFAULTS = Settings()


class FakeReader:
    """Reads what ``look`` says, and remembers the pictures it saw."""

    def __init__(self, look: Callable[[Picture], list[Reading]]) -> None:
        self.look = look
        self.seen: list[Picture] = []

    def read(self, image: Picture) -> list[Reading]:
        self.seen.append(image)
        return self.look(image)


def a_plate(image: Picture) -> list[Reading]:
    """One plate, except in pictures that are white throughout."""
    return [] if image.min() == 255 else [PLATE]


def fake_service(
    look: Callable[[Picture], list[Reading]] = a_plate,
    settings: Settings = DEFAULTS,
    decode: Decode | None = None,
    release: str = "",
    stage: str = "",
) -> Service:
    """A service that decodes as told, or in this process and without a deadline, which is quicker for a test.

    release, stage: of its bundle.
    """

    def here(content: bytes, declared: str, seconds: float) -> Picture:
        return decode_upload(content, declared, settings.max_pixels)

    # Of the card, the service reads no more than this.
    card = cast(
        BundleCard,
        SimpleNamespace(version="0123456789ab", plate_format="swiss", metrics={"val_acc": 0.5}),
    )
    reader = cast(PlateReader, FakeReader(look))
    bundle = Bundle(Path("stack"), reader, card, (), PROCESSOR, release=release, stage=stage)
    return Service(bundle, settings, decode or here, lambda image, _: reader.read(image))


def seen(service: Service) -> list[Picture]:
    """The pictures that a fake service's reader saw."""
    return cast(FakeReader, service.bundle.reader).seen


def client_of(service: Service) -> TestClient:
    return TestClient(create_app(service))


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def grey(width: int = 64, height: int = 48, value: int = 0) -> bytes:
    """A picture of one colour, as PNG."""
    return encoded(Image.new("L", (width, height), value))
