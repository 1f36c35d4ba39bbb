"""The command as a process of its own: pipes, signals, what it imports, and a trained model on a drawn street."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from src.bundle.choose import choose_model
from src.common.config import ROOT
from src.common.errors import UserError
from src.generators.clip import Passage, draw_clip
from src.generators.formats import get_format
from src.generators.scene import SceneOptions, World, draw_scene
from src.generators.splits import sample_spec
from tests.reading import made


def command(*arguments: str, cwd: Path) -> "subprocess.Popen[str]":
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=cwd,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_reading_needs_no_torch(tmp_path: Path) -> None:
    code = "import sys, src.read; print('torch' in sys.modules, 'lightning' in sys.modules)"
    out, err = command("-c", code, cwd=tmp_path).communicate(timeout=60)
    assert (out, err) == ("False False\n", "")


FAKE = """
import sys
from tests.reading import made
from src.common.errors import run_main
from src.reading import command
command.choose_model = lambda asked: made.bundle()
run_main(command.main)
"""


@pytest.mark.slow
def test_who_stops_reading_ends_it_quietly(tmp_path: Path) -> None:
    for number in range(300):
        path = tmp_path / f"in/{number:03}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(np.full((48, 64), 200, np.uint8)).save(path)
    process = command("-c", FAKE, "in", cwd=tmp_path)
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().startswith("in/000.png")
    process.stdout.close()
    err = process.stderr.read()
    assert process.wait(timeout=60) == 141
    assert "Traceback" not in err
    assert "BrokenPipe" not in err


@pytest.mark.slow
def test_ctrl_c_of_a_terminal(tmp_path: Path) -> None:
    Image.fromarray(np.full((48, 64), 220, np.uint8)).save(tmp_path / "0.png")
    made.write_video(tmp_path / "a.avi", made.greys([200] * 3000, 480, 640))
    process = command("-c", FAKE, "0.png", "a.avi", "--json", "--every", "1", cwd=tmp_path)
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["plate"] == "ZH11"
    time.sleep(0.3)  # by now it is in the video, which takes it seconds
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    answer = json.loads(out)
    assert answer["plate"] == "ZH10"
    assert answer["vehicle"]["frames"] < 3000


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[str]]]:
    """A folder with drawn pictures, a broken file and two clips, and what is to be read in each."""
    folder = tmp_path_factory.mktemp("street")
    swiss = get_format("swiss")
    options = SceneOptions(
        height=480, width=640, max_plates=1, empty_share=0.0, min_plate=0.3, max_plate=0.6
    )
    truth: dict[str, list[str]] = {}
    for number in range(4):
        scene = draw_scene(np.random.default_rng([7, number]), World(swiss), options, "test")
        Image.fromarray(scene.image).save(folder / f"{number}.jpg", quality=95)
        truth[f"{number}.jpg"] = [plate.known_text for plate in scene.plates]
    rng = np.random.default_rng(9)
    one, left, right = (sample_spec(rng, swiss, "test") for _ in range(3))
    passages = {
        "one.mp4": [Passage(one, 0, 75)],
        "two.avi": [Passage(left, 0, 60, 0.25), Passage(right, 15, 80, 0.8)],
    }
    for name, vehicles in passages.items():
        scenes = draw_clip(np.random.default_rng(1), vehicles, 80, 480, 640)
        made.write_video(folder / name, (scene.image for scene in scenes), fps=25)
        truth[name] = [vehicle.spec.text for vehicle in vehicles]
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    return folder, truth


@pytest.mark.slow
def test_trained_model_reads_a_street(street: tuple[Path, dict[str, list[str]]]) -> None:
    """A video's plate is read once and right, beside pictures and a broken file."""
    try:
        choose_model()
    except UserError as error:
        pytest.skip(str(error))
    folder, truth = street
    process = command("-m", "src.read", ".", "--json", "--out", "copies", cwd=folder)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 1, err
    assert "broken.jpg: cannot be read as a picture" in err
    read: dict[str, list[str]] = {}
    for answer in map(json.loads, out.splitlines()):
        read.setdefault(answer["path"], []).extend(p["text"] for p in answer["plates"])
    assert {name: read[name] for name in truth if name.endswith(("mp4", "avi"))} == {
        name: truth[name] for name in truth if name.endswith(("mp4", "avi"))
    }
    right = sum(sorted(read[name]) == sorted(texts) for name, texts in truth.items())
    assert right >= len(truth) - 1
    copies = {path.name for path in (folder / "copies").iterdir()}
    assert copies == {"0.jpg", "1.jpg", "2.jpg", "3.jpg", "one.mp4", "two.mp4"}


def test_answers_that_cannot_be_written_end_it_in_a_line(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    Image.fromarray(np.full((48, 64), 200, np.uint8)).save(tmp_path / "a.png")
    for redirection, why in ((">/dev/full", "No space left"), (">&-", "stdout is closed")):
        shell = 'exec "$0" -c "$1" a.png ' + redirection
        done = subprocess.run(
            ["sh", "-c", shell, sys.executable, FAKE],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        told = done.stderr.removeprefix("model of nothing (swiss plates)\n")
        assert told.startswith("error: ")
        assert why in told
        assert told.count("\n") == 1


FULL = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))\n"


def test_a_disk_that_is_full_loses_copies_and_no_answers(tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk: small copies fit, the video does not."""
    noise = np.random.default_rng(0).integers(150, 250, (20, 96, 128), np.uint8)
    (tmp_path / "in").mkdir()
    made.write_video(tmp_path / "in/a.avi", noise)
    Image.fromarray(noise[0]).save(tmp_path / "in/b.png")
    Image.fromarray(np.full((48, 64), 200, np.uint8)).save(tmp_path / "in/c.png")
    process = command("-c", FULL + FAKE, "in", "--out", "copies", cwd=tmp_path)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1, err
    assert [line.split()[:2] for line in out.splitlines()] == [
        *(["in/a.avi", "ZH10"], ["in/b.png", "ZH10"], ["in/c.png", "ZH10"])
    ]
    told = [line for line in err.splitlines() if line.startswith("error: ")]
    assert ["a.mp4 to its end" in told[0], "b.jpg would be larger" in told[1]] == [True, True]
    assert [path.name for path in (tmp_path / "copies").iterdir()] == ["c.jpg"]
