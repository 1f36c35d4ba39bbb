"""What a process says of a picture."""

import io
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from src.datasets.decode import read_picture
from src.inference.reader import Reading
from src.inference.rotation import Picture
from src.reading.bulk import worker
from src.reading.bulk.fetch import Fetcher
from src.reading.bulk.items import Item
from src.reading.bulk.worker import answer
from tests.reading import made
from tests.reading.bulk.test_tars import packed


def read(picture: Picture) -> list[Reading]:
    """Say what `made` says of a picture; fail on black ones."""
    if not picture.any():
        raise ZeroDivisionError("black")
    return made.reader().read(picture)


def grey(level: int, kind: str = "PNG") -> bytes:
    content = io.BytesIO()
    Image.fromarray(np.full((48, 64), level, np.uint8)).save(content, kind)
    return content.getvalue()


@pytest.fixture
def here(tmp_path: Path) -> Path:
    for name, content in (("a.png", grey(200)), ("black.png", grey(0)), ("words.jpg", b"words")):
        (tmp_path / name).write_bytes(content)
    two = io.BytesIO()
    frames = [Image.fromarray(np.full((48, 64), level, np.uint8)) for level in (220, 0)]
    frames[0].save(two, "GIF", save_all=True, append_images=frames[1:])
    members = {"a.png": grey(200), "words.jpg": b"words", "two.gif": two.getvalue()}
    (tmp_path / "a.tar").write_bytes(packed(members))
    return tmp_path


def said(item: Item) -> worker.Answer:
    return answer(read, Fetcher([]), item)


def test_a_picture_is_answered_as_by_the_server(here: Path) -> None:
    got = said(Item(f"{here}/a.png"))
    assert (got["plate"], got["image"]) == ("ZH10", {"width": 64, "height": 48})
    assert got["plates"][0]["box"] == [8, 8, 40, 16]
    assert got["notes"] == []
    assert got["seconds"] > 0
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)


def test_a_member_is_read_as_a_file_is(here: Path) -> None:
    size = len(grey(200))
    assert said(Item(f"{here}/a.tar", "a.png", 512, size))["plate"] == "ZH10"
    content = (here / "a.tar").read_bytes()
    at = content.index(b"GIF8")
    two = said(Item(f"{here}/a.tar", "two.gif", at, len(content) - at - 1024))
    assert two["plate"] == "ZH11"
    assert two["notes"] == ["only the first of its pages or frames is read"]


@pytest.mark.parametrize(
    ("name", "error", "reason"),
    [
        (
            "words.jpg",
            "unreadable",
            "words.jpg: cannot be read as a picture (it is of no known kind)",
        ),
        ("gone.jpg", "not_found", "gone.jpg: no such picture"),
        ("black.png", "failed", "the reader failed on it (ZeroDivisionError: black)"),
    ],
)
def test_what_is_wrong_is_said(here: Path, name: str, error: str, reason: str) -> None:
    got = said(Item(f"{here}/{name}"))
    assert got["error"] == error
    assert reason in got["reason"]
    assert "plates" not in got


def test_the_reason_names_the_member_and_not_a_file_of_ours(here: Path) -> None:
    content = (here / "a.tar").read_bytes()
    got = said(Item(f"{here}/a.tar", "words.jpg", content.index(b"words\0\0"), 5))
    assert got["reason"].startswith("words.jpg: cannot be read as a picture")
    assert "/dev/" not in got["reason"]


def test_what_was_known_to_be_broken_is_passed_on() -> None:
    problem = "a link that\nleads \x1b nowhere"
    assert said(Item("/a", problem=problem)) == {
        "error": "listed", "reason": "a link that leads � nowhere"
    }  # fmt: skip


def test_decoding_and_reading_are_limited(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[float] = []

    def watched(*arguments: Any) -> Any:
        left.append(signal.getitimer(signal.ITIMER_PROF)[0])
        return read_picture(*arguments)

    monkeypatch.setattr(worker, "read_picture", watched)

    def reads(picture: Picture) -> list[Reading]:
        left.append(signal.getitimer(signal.ITIMER_PROF)[0])
        return []

    answer(reads, Fetcher([]), Item(f"{here}/a.png"))
    answer(reads, Fetcher([]), Item(f"{here}/words.jpg"))
    assert signal.getitimer(signal.ITIMER_PROF)[0] == 0
    limits = (worker.DECODE_S, worker.READ_S, worker.DECODE_S)
    assert left == pytest.approx(limits, abs=5)


def test_only_what_comes_from_elsewhere_is_fetched_ahead(here: Path) -> None:
    costs = [
        (Item("/a.jpg", size=5), 0),
        (Item("/a.tgz", "b", 0, 5), 0),
        (Item("s3://a", problem="?", size=5), 0),
        (Item("/a.tar", "b", 0, 5), 5),
        (Item("s3://a", size=5), 5),
        (Item("s3://a"), worker._UNKNOWN_BYTES),
    ]
    assert [worker._cost(item) for item, _ in costs] == [cost for _, cost in costs]
