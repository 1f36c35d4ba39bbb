"""docs/feedback.md, from the first command to the last: serve, collect, correct, split, fine-tune, report.

The server is this process, with the released model. `dvc exp run`, which `make finetune` calls, is a stub: it notes
what it is asked for, and networks that were made before are taken for trained. tests/test_afternoon.py runs the real
one on photographs of the same kind. All else is what the page says.
"""

import csv
import re
import shlex
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from src.bundle.bundle import RELEASE, load_bundle
from src.collecting.folder import collected
from src.datasets.photos import load_photos
from src.serving.app import create_app
from src.serving.service import Service
from src.serving.settings import Settings, read_settings
from tests.checkout import Checkout, equip
from tests.networks import save_networks
from tests.source import ROOT
from tests.test_afternoon import draw_gate

PAGE = (ROOT / "docs/feedback.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^ {4}(\S.*)$", PAGE, flags=re.MULTILINE)
SERVED, ASKED, SAID, *REST = COMMANDS
STUB = """
import pathlib, sys
from src.common.config import load_config
from src.datasets.photos import load_photos, photo_folders
sets = [load_photos(folder) for folder in photo_folders(load_config().photos)]
seen = sum(len(photos.of("train")) for photos in sets)
pathlib.Path("../asked").write_text("\\n".join([str(seen), *sys.argv[1:]]))
"""


def test_the_page_goes_all_the_way() -> None:
    assert [re.sub(r"^python3 -m src\.", "", c).split()[:2] for c in REST] == [
        ["photos", "label"],
        ["photos", "import"],
        ["photos", "split"],
        ["photos", "check"],
        ["make", "finetune"],
        ["report"],
    ]


def test_the_variables_are_those_that_are_read() -> None:
    defaults = Settings()
    table = dict(re.findall(r"^\| `(PLATES_\w+)` \| (\S+)", PAGE, flags=re.MULTILINE))
    named = [line.split("=")[0] for line in SERVED.split() if "=" in line]
    assert named == ["PLATES_COLLECT"]
    for name, shown in table.items():
        value = getattr(defaults, name.removeprefix("PLATES_").lower())
        assert shown == (format(value, "g") if not isinstance(value, str) else shown)
        read = read_settings({name: "1" * 16 if "KEY" in name else "x" if name == named[0] else "1"} | (
            {"PLATES_COLLECT_KEY": "1" * 16} if "HASH" in name else {}))  # fmt: skip
        changed = getattr(read, name.removeprefix("PLATES_").lower())
        assert changed != value
    assert len(table) == 6


class Sender:
    """Does with a client what the two lines for curl do."""

    def __init__(self, client: TestClient) -> None:
        self._client = client

    def curl(self, line: str, picture: bytes, values: Mapping[str, str]) -> Any:
        words = shlex.split(line)
        fields = [w.split("=", 1) for before, w in pairwise(words) if before == "-F"]
        path = "/" + words[-1].partition("/")[2]
        data = {name: values.get(value, value) for name, value in fields if name != "file"}
        response = self._client.post(path, files={"file": picture}, data=data)
        assert response.status_code == 200, response.text
        return response.json()


def serve_and_correct(folder: Path, collect: Path, texts: Mapping[str, str]) -> int:
    """Have every picture read, correct those that are read wrongly; return how many that are.

    texts: what stands on the plate of each picture, by its name.
    """
    (setting,) = (word for word in SERVED.split() if word.startswith("PLATES_COLLECT="))
    assert setting.endswith("../collected")
    # Whatever is read, so that there are pictures without a word of anybody too.
    settings = read_settings({"PLATES_COLLECT": str(collect), "PLATES_COLLECT_BELOW": "1"})
    service = Service(load_bundle(RELEASE), settings)
    sender, wrong = Sender(TestClient(create_app(service))), 0
    for name, text in texts.items():
        picture = (folder / name).read_bytes()
        answer = sender.curl(ASKED, picture, {})
        if answer["plate"] != text or not wrong:
            values = {"TOKEN": answer["feedback"], "ZH 123456": text}
            assert sender.curl(SAID, picture, values) == {"kept": True}
            wrong += 1
    service.close()
    return wrong


def correct_by_hand(table: Path, right: Mapping[bytes, str]) -> None:
    """Write what really stands on the plates into a table, as a person who looks at the pictures does."""
    with table.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows, names = list(reader), reader.fieldnames
    for row in rows:
        row["plate_text"] = right[(table.parent / row["image_path"]).read_bytes()]
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(names or ()))
        writer.writeheader()
        writer.writerows({row["image_path"]: row for row in rows}.values())


@pytest.mark.slow
def test_the_whole_circle(fresh: Checkout, tmp_path: Path) -> None:
    checkout = fresh.copy(tmp_path / "clone").with_identity()
    equip(checkout)
    save_networks(checkout.root / "out/models")
    drawn = enumerate(draw_gate(tmp_path / "street"))
    # A scene may have nothing but what looks like a plate.
    texts = {
        f"{number}.png": str(inside[0].text)
        for number, inside in drawn
        if inside and inside[0].text
    }
    wrong = serve_and_correct(tmp_path / "street", tmp_path / "collected", texts)
    with collected(tmp_path / "collected") as pictures:
        said_of = {name for name, rows in pictures if any(row.feedback for row in rows)}
        assert len(pictures) == len(texts)
    assert len(said_of) == wrong > 0
    right = {(tmp_path / "street" / name).read_bytes(): text for name, text in texts.items()}
    (checkout.root / "stub_dvc.py").write_text(STUB)
    checkout.edit("src/finetune.py", r'run_module\("dvc", ', 'run_module("stub_dvc", ')
    for command in map(shlex.split, REST):
        said = checkout.ok(*command)
        if command[3:4] == ["label"]:
            with (tmp_path / "gate/annotations.csv").open(encoding="utf-8", newline="") as file:
                listed = list(dict.fromkeys(row["image_path"] for row in csv.DictReader(file)))
            # What somebody has said something of comes first.
            assert set(listed[:wrong]) == said_of
            correct_by_hand(tmp_path / "gate/annotations.csv", right)
        if command == ["make", "finetune"]:
            assert "Exactly read on your photographs" in said
    photos = load_photos(checkout.root / "data/datasets/photos/gate")
    assert sorted(str(p.text) for photo in photos.photos for p in photo.plates) == sorted(
        right.values()
    )
    seen, *asked = (tmp_path / "asked").read_text().splitlines()
    assert int(seen) == len(photos.of("train")) > 0
    assert asked[:2] == ["exp", "run"]
    assert "start=release" in asked
    text = (checkout.root / "report.md").read_text(encoding="utf-8")
    assert re.search(rf"\| gate \| workspace \| {len(photos.of('test'))} \|", text)
