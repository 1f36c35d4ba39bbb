"""Both networks in one folder: read back the same, without torch, by several threads; and nothing else is loaded."""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx.external_data_helper import set_external_data

from src.bundle.bundle import CARD, LOCALIZE, READ, REFINE, copy_bundle, load_bundle
from src.bundle.files import SUMS, write_sums
from src.common.errors import UserError
from src.common.untrusted import printable
from src.inference.card import load_card
from src.inference.reader import PlateReader
from src.inference.runtime import onnx_run
from src.stack.networks import load_plate_reader
from tests.networks import bundle_on, save_bundle
from tests.source import ROOT


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("models")
    save_bundle(folder)
    return folder


@pytest.fixture
def stack(models: Path, tmp_path: Path) -> Path:
    """A copy that may be damaged."""
    shutil.copytree(models / "stack", tmp_path / "stack")
    return tmp_path / "stack"


def pictures() -> list[NDArray[np.uint8]]:
    rng = np.random.default_rng(3)
    return [rng.integers(0, 256, (40 + 30 * i, 300 - 40 * i), dtype=np.uint8) for i in range(5)]


def readings(reader: PlateReader, image: NDArray[np.uint8]) -> list[Any]:
    return [(r.text, r.score, r.confidence, r.quad.tolist()) for r in reader.read(image)]


def test_it_reads_as_the_networks_do(models: Path) -> None:
    bundle = load_bundle(models / "stack")
    networks, _ = load_plate_reader(models, 0.3, 0.5, [256])
    for image in pictures():
        assert readings(bundle.reader, image) == readings(networks, image) != []


def test_card_says_where_it_comes_from(models: Path) -> None:
    bundle = load_bundle(models / "stack")
    card, trained = bundle.card, load_card(models / "ocr")
    assert (card.plate_format, card.alphabet) == ("swiss", trained.alphabet)
    assert (card.localizer, card.reader) == ("corner_detector", "ctc_reader")
    assert (card.plate_height, card.plate_width, card.long_sides) == (32, 128, (256,))
    assert card.weights.keys() == {"localize", "ocr"}
    assert card.versions["numpy"] == np.__version__
    assert len(card.version) == 12
    assert bundle.files == (CARD, LOCALIZE, READ, REFINE, SUMS)
    assert f"model {card.version} of {card.created} (swiss plates, not evaluated)" in bundle.title


def test_same_networks_same_files(models: Path) -> None:
    first = {p.name: p.read_bytes() for p in (models / "stack").iterdir()}
    bundle_on(models)
    assert {p.name: p.read_bytes() for p in (models / "stack").iterdir()} == first


def test_another_setting_is_another_version(models: Path, tmp_path: Path) -> None:
    assert save_bundle(tmp_path, 0.4).card.version != load_bundle(models / "stack").card.version


def test_threads_share_a_reader(models: Path) -> None:
    reader, images = load_bundle(models / "stack").reader, pictures()
    alone = [readings(reader, image) for image in images]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda image: readings(reader, image), 8 * images))
    assert together == 8 * alone


WITHOUT_TORCH = """
import sys
sys.modules.update(dict.fromkeys(("torch", "lightning", "safetensors", "onnx", "dvc", "params", "mlem")))
from pathlib import Path
import numpy as np
from src.bundle.bundle import load_bundle
from src.bundle.endpoint import Endpoint
answer = Endpoint(load_bundle(Path(sys.argv[1]))).predict(np.zeros((90, 200, 3), np.uint8))
print(answer["plate"])
"""


def test_it_reads_without_torch(models: Path) -> None:
    command = [sys.executable, "-c", WITHOUT_TORCH, str(models / "stack")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "Z\n"), done.stderr


def test_a_copy_holds_the_files_and_none_besides(stack: Path, tmp_path: Path) -> None:
    bundle = load_bundle(stack)
    (stack / "stray.txt").write_text("not listed")
    copy_bundle(bundle, tmp_path / "copy")
    copied = {p.name: p.read_bytes() for p in (tmp_path / "copy").iterdir()}
    assert copied == {name: (stack / name).read_bytes() for name in bundle.files}


def test_missing_bundle(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no model in .*nothing: run `python3 -m src\.save_stack`"):
        load_bundle(tmp_path / "nothing")


@pytest.mark.parametrize("name", [CARD, LOCALIZE, REFINE, READ])
@pytest.mark.parametrize("damage", ["gone", "empty", "half", "a bit"])
def test_damaged_files(stack: Path, name: str, damage: str) -> None:
    whole = bytearray((stack / name).read_bytes())
    if damage == "gone":
        (stack / name).unlink()
    else:
        whole[20] ^= 1
        parts = {"empty": b"", "half": bytes(whole[: len(whole) // 2]), "a bit": bytes(whole)}
        (stack / name).write_bytes(parts[damage])
    with pytest.raises(UserError, match=rf"model in .*stack is damaged .*{name}"):
        load_bundle(stack)


def changed_card(stack: Path, **changes: Any) -> None:
    """Write a card with other values, and checksums that are right."""
    content = json.loads((stack / CARD).read_text())
    (stack / CARD).write_text(json.dumps({**content, **changes}))
    write_sums(stack, [CARD, LOCALIZE, REFINE, READ])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"layout": 5}, "layout"),
        ({"reader_decoding": "runes"}, "runes"),
        ({"alphabet": "AB"}, "alphabet"),
        ({"alphabet": "AA"}, "distinct"),
        ({"countries": ["CH", "DE"]}, "2 countries"),
        ({"plate_format": "elvish"}, "elvish"),
        ({"localizer_decoding": "yolo"}, "yolo"),
        ({"refined": False}, "lists"),
        ({"plate_height": 48}, "dimension|shape|size"),
        ({"plate_width": 8}, "dimension|shape|size"),
        ({"min_score": "high"}, "min_score"),
    ],
)
def test_cards_that_do_not_go_with_the_networks(
    stack: Path, changes: dict[str, Any], said: str
) -> None:
    changed_card(stack, **changes)
    with pytest.raises(UserError, match=rf"(?i)damaged or of another version \(.*({said})"):
        load_bundle(stack)


@pytest.mark.parametrize("name", [CARD, LOCALIZE, REFINE, READ, SUMS])
@pytest.mark.parametrize("kind", ["pipe", "folder", "device", "link"])
@pytest.mark.timeout(60)  # whoever opens a pipe waits for ever
def test_what_is_no_file_is_not_opened(stack: Path, name: str, kind: str) -> None:
    path = stack / name
    whole = path.read_bytes()
    path.unlink()
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        (stack.parent / "elsewhere").write_bytes(whole)
        path.symlink_to("../elsewhere")
    with pytest.raises(UserError, match=rf"\({name} is a \w+ and no plain file"):
        load_bundle(stack)


def leave_outside(path: Path, outside: Path, location: str) -> None:
    """Move the numbers of an ONNX file's largest tensor to another file, which it then names by ``location``."""
    model = onnx.load(path)
    tensor = max(model.graph.initializer, key=lambda t: len(t.raw_data))
    outside.write_bytes(tensor.raw_data)
    set_external_data(tensor, location, 0, len(tensor.raw_data))
    tensor.ClearField("raw_data")
    path.write_bytes(model.SerializeToString())


@pytest.mark.parametrize("name", [LOCALIZE, REFINE, READ])
@pytest.mark.parametrize("location", ["weights.bin", "../weights.bin"])
def test_numbers_in_other_files_are_refused(stack: Path, name: str, location: str) -> None:
    leave_outside(stack / name, stack / location, location)
    write_sums(stack, [CARD, LOCALIZE, REFINE, READ])
    with pytest.raises(UserError, match=rf"{name} is damaged.*leaves numbers in other files"):
        load_bundle(stack)


@pytest.mark.parametrize("text", ["[" * 100_000, "{}" + " " * 300_000, '{"layout": 1e999}'])
def test_bombs_in_place_of_a_card(stack: Path, text: str) -> None:
    (stack / CARD).write_text(text)
    write_sums(stack, [CARD, LOCALIZE, REFINE, READ])
    with pytest.raises(UserError, match=r"nested too deeply|more than 200,000 bytes|number inf"):
        load_bundle(stack)


def test_errors_of_the_engine_do_nothing_to_a_terminal(stack: Path) -> None:
    model = onnx.load(stack / READ)
    model.graph.node[0].name = "\x1b[2J\u202e"
    model.graph.node[0].op_type = "None"
    (stack / READ).write_bytes(model.SerializeToString())
    with pytest.raises(UserError) as caught:
        onnx_run(stack / READ)
    assert printable(str(caught.value)) == str(caught.value)
    assert "[2J" in str(caught.value)


@pytest.mark.parametrize(("name", "other"), [(LOCALIZE, READ), (REFINE, READ), (READ, LOCALIZE)])
def test_networks_in_each_other_s_place(stack: Path, name: str, other: str) -> None:
    shutil.copyfile(stack / other, stack / name)
    write_sums(stack, [CARD, LOCALIZE, REFINE, READ])
    with pytest.raises(UserError, match="damaged or of another version"):
        load_bundle(stack)


@pytest.mark.parametrize("listed", [[CARD, LOCALIZE, READ], [CARD], []])
def test_every_file_has_a_checksum(stack: Path, listed: list[str]) -> None:
    write_sums(stack, listed)
    with pytest.raises(UserError, match="damaged"):
        load_bundle(stack)
