"""The command: what goes to stdout, what to stderr, and how it ends."""

import csv
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from src.bundle.bundle import Bundle
from src.common.errors import UserError
from src.datasets.decode import Note, read_picture
from src.reading import source_reader
from src.reading.command import main
from src.reading.video import Video
from tests.reading import made

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, and a model that reads how bright a picture is."""
    monkeypatch.chdir(tmp_path)
    use(monkeypatch, made.bundle())
    return tmp_path


def use(monkeypatch: pytest.MonkeyPatch, bundle: Bundle) -> None:
    monkeypatch.setattr("src.reading.command.choose_model", lambda asked: bundle)


def picture(path: Path, level: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((48, 64), level, np.uint8)).save(path)


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_pictures_are_turned_before_they_are_read(here: Path, capsys: Capture) -> None:
    # The plate of the made model lies at 8,8,40,16 of whatever it is shown; the picture is 64 wide and 48 high.
    picture(here / "a.png", 200)
    for rotate, box in (("0", "8,8,40,16"), ("180", "23,31,55,39"), ("90", "8,7,16,39")):
        assert run("a.png", "--rotate", rotate) == 0
        assert capsys.readouterr().out.split()[-1] == box
    assert run("a.png", "--rotate", "45") == 2
    assert "--rotate" in capsys.readouterr().err


def test_a_line_for_each_plate_and_all_else_on_stderr(here: Path, capsys: Capture) -> None:
    for name, level in (("in/b.png", 220), ("in/a.png", 200), ("in/sub/dark.png", 0)):
        picture(here / name, level)
    assert run("in") == 0
    out, err = capsys.readouterr()
    assert [line.split()[:2] for line in out.splitlines()] == [
        ["in/a.png", "ZH10"],
        ["in/b.png", "ZH11"],
        ["in/sub/dark.png", "-"],
    ]
    assert err.splitlines()[0] == "model of nothing (swiss plates)"
    assert err.splitlines()[-1] == "read: 3 pictures, 0 videos, 2 plates, 0 problems"


def test_a_broken_file_is_told_and_skipped(here: Path, capsys: Capture) -> None:
    picture(here / "in/a.png", 200)
    (here / "in/b.jpg").write_bytes(b"\xff\xd8 no picture")
    (here / "in/c.mp4").write_bytes(b"no video")
    picture(here / "in/d.png", 220)
    assert run("in", "gone.jpg", "--json") == 1
    out, err = capsys.readouterr()
    assert [json.loads(line)["plate"] for line in out.splitlines()] == ["ZH10", "ZH11"]
    told = [line for line in err.splitlines() if line.startswith("error: ")]
    assert [name in line for name, line in zip(("b.jpg", "c.mp4", "gone.jpg"), told, strict=True)]


def test_a_video_has_one_line_for_each_vehicle(here: Path, capsys: Capture) -> None:
    levels = [0] * 5 + [200] * 10 + [0] * 25 + [240] * 8 + [0] * 4
    made.write_video(here / "a.avi", made.greys(levels))
    made.write_video(here / "b.avi", made.greys([0] * 5))
    assert run("a.avi", "b.avi", "--json") == 0
    first, second, nothing = map(json.loads, capsys.readouterr().out.splitlines())
    assert [first["plate"], second["plate"], nothing["plate"]] == ["ZH10", "ZH12", None]
    assert first["image"] == {"width": 64, "height": 48}
    assert first["vehicle"]["first_s"] == 0.5
    assert first["vehicle"]["last_s"] == 1.4
    assert second["vehicle"]["frames"] == 8
    assert nothing["plates"] == []
    assert "vehicle" not in nothing


def test_every_so_manieth_frame(here: Path, capsys: Capture) -> None:
    made.write_video(here / "a.avi", made.greys([200] * 20))
    assert run("a.avi", "--json", "--every", "5") == 0
    assert json.loads(capsys.readouterr().out)["vehicle"]["frames"] == 4


def test_order_is_that_of_the_input_however_long_each_takes(
    here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:

    def slowly(path: Path, note: Note | None) -> np.ndarray:
        time.sleep(0.05 if int(path.stem) % 3 == 0 else 0)
        return read_picture(path, note)

    monkeypatch.setattr(source_reader, "read_picture", slowly)
    monkeypatch.setattr("src.reading.command.available_cores", lambda: 4)
    for number in range(12):
        picture(here / f"in/{number:02}.png", 200)
    assert run("in", "--csv") == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert [row["image_path"] for row in rows] == [f"in/{number:02}.png" for number in range(12)]


@pytest.mark.parametrize(("least", "texts"), [("0.1", ["ZH10"]), ("0.5", ["-"]), ("0.2", ["ZH10"])])
def test_threshold_goes_down_and_up(
    least: str, texts: list[str], here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, made.bundle(strength=0.3))  # the model's own threshold is 0.4
    picture(here / "a.png", 200)
    made.write_video(here / "a.avi", made.greys([200] * 5))
    assert run("a.png") == 0
    assert capsys.readouterr().out.split()[1] == "-"
    assert run("a.png", "a.avi", "--min-confidence", least) == 0
    assert [line.split()[1] for line in capsys.readouterr().out.splitlines()] == 2 * texts


def test_format_asks_for_plates_of_that_format(
    here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture(here / "a.png", 200)
    assert run("a.png", "--format", "swiss") == 0
    assert "ZH10" in capsys.readouterr().out
    assert run("a.png", "--format", "korean") == 2
    assert "reads swiss plates and not korean ones" in capsys.readouterr().err
    assert run("a.png", "--format", "martian") == 2
    assert "Unknown plate format 'martian'" in capsys.readouterr().err
    # A model of several formats gives those of one; ZH10 is no Korean plate.
    use(monkeypatch, made.bundle("swiss+korean"))
    for name, text in (("swiss", "ZH10"), ("korean", "-"), ("korean+swiss", "ZH10")):
        assert run("a.png", "--format", name) == 0
        assert capsys.readouterr().out.split()[1] == text


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["empty"], "nothing to read"),
        ([""], "'' names nothing; give a picture, video, folder, glob or camera"),
        (["gone.jpg"], "gone.jpg: no such file or folder"),
        (["*.bmp"], "matches nothing"),
        ([], "required: PATH"),
        (["a.png", "--json", "--csv"], "not allowed with"),
        (["a.png", "--min-confidence", "2"], "2 is no number from 0 to 1"),
        (["a.png", "--min-confidence", "nan"], "nan is no number from 0 to 1"),
        (["a.png", "--every", "0"], "0 is no whole number from 1 up"),
        (["a.png", "--out", "."], "holds what is to be read"),
    ],
)
def test_usage_errors(arguments: list[str], why: str, here: Path, capsys: Capture) -> None:
    (here / "empty").mkdir()
    picture(here / "a.png", 200)
    assert run(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert why in err


def test_what_a_folder_holds_and_cannot_be_read_is_told(here: Path, capsys: Capture) -> None:
    (here / "in").mkdir()
    picture(here / "in/b.png", 200)
    (here / "in/a.png").symlink_to("gone.png")
    os.mkfifo(here / "in/c.mp4")
    assert run("in") == 1
    out, err = capsys.readouterr()
    assert out.split()[:2] == ["in/b.png", "ZH10"]
    assert "error: in/a.png: a link that leads nowhere" in err
    assert "error: in/c.mp4: neither a file nor a folder" in err
    assert "read: 1 picture, 0 videos, 1 plate, 2 problems" in err


def test_no_model_is_an_error(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def choose(asked: str | None) -> Bundle:
        raise UserError(f"no model {asked}")

    monkeypatch.setattr("src.reading.command.choose_model", choose)
    picture(here / "a.png", 200)
    with pytest.raises(UserError, match="no model None"):
        main(["a.png"])
    with pytest.raises(UserError, match="no model release"):
        main(["a.png", "--model", "release"])


def test_annotated_copies(here: Path, capsys: Capture) -> None:
    picture(here / "in/a.png", 200)
    picture(here / "in/ü b/a.png", 0)
    made.write_video(here / "in/a.avi", made.greys([200] * 9))
    assert run("in", "--out", "in/copies", "--every", "4") == 0
    # A second run does not read the copies of the first.
    assert run("in", "--out", "in/copies") == 0
    assert capsys.readouterr().out.count("\n") == 6
    copies = sorted(p.relative_to("in/copies").as_posix() for p in Path("in/copies").rglob("*.*"))
    assert copies == ["a.jpg", "a.mp4", "ü b/a.jpg"]
    capture = cv2.VideoCapture("in/copies/a.mp4")
    assert capture.get(cv2.CAP_PROP_FRAME_COUNT) == 9


def test_ctrl_c_gives_what_was_read(
    here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = Video.frames

    def endless(self: Video, every: int | None, whole: bool) -> Iterator[object]:
        for frame in frames(self, every, whole):
            if frame.index == 30:
                os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.01)
            yield frame

    monkeypatch.setattr(Video, "frames", endless)
    picture(here / "0.png", 220)
    made.write_video(here / "a.avi", made.greys([200] * 100))
    assert run("0.png", "a.avi", "--json", "--out", "copies") == 130
    out, err = capsys.readouterr()
    first, second = map(json.loads, out.splitlines())
    assert (first["plate"], second["plate"]) == ("ZH11", "ZH10")
    assert 20 < second["vehicle"]["frames"] < 60
    assert err.splitlines()[-1] == "read: 1 picture, 1 video, 2 plates, 0 problems"
    assert sorted(path.name for path in (here / "copies").iterdir()) == ["0.jpg", "a.mp4"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_copies_that_cannot_be_written_are_told_and_the_rest_is_read(
    here: Path, capsys: Capture
) -> None:
    for name in ("a", "b" * 248, "c"):
        picture(here / f"in/{name}.png", 200)
    (here / "copies/a.jpg").mkdir(parents=True)
    assert run("in", "--out", "copies", "--json") == 1
    out, err = capsys.readouterr()
    assert [json.loads(line)["plate"] for line in out.splitlines()] == ["ZH10"] * 3
    told = [line for line in err.splitlines() if line.startswith("error: ")]
    assert ["a.jpg (Is a directory)" in told[0], "(File name too long)" in told[1]] == [True] * 2
    assert err.splitlines()[-1] == "read: 3 pictures, 0 videos, 3 plates, 2 problems"
    assert sorted(path.name for path in (here / "copies").iterdir()) == ["a.jpg", "c.jpg"]


def test_what_is_to_be_said_of_a_picture_is_no_problem(here: Path, capsys: Capture) -> None:
    pages = [Image.new("L", (64, 48), level) for level in (200, 0)]
    pages[0].save(here / "a.tif", save_all=True, append_images=pages[1:])
    assert run("a.tif") == 0
    out, err = capsys.readouterr()
    assert out.split()[1] == "ZH10"
    assert "note: a.tif: only the first of its pages or frames is read" in err.splitlines()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ([], "the following arguments are required: PATH, or --cameras FILE"),
        (["--show", "seen", "a.png"], "--show is for --cameras"),
        (["--cameras", "c.yaml", "a.png"], "PATH does not go with --cameras"),
        (["--cameras", "c.yaml", "--csv"], "--csv does not go with --cameras"),
        (["--cameras", "c.yaml", "--rotate", "90"], "--rotate does not go with --cameras"),
        (["--cameras", "gone.yaml"], "gone.yaml: it cannot be read"),
        (["--cameras", "c.yaml", "--format", "korean"], "reads swiss plates and not korean ones"),
    ],
)
def test_cameras_that_cannot_be_watched(
    arguments: list[str], why: str, here: Path, capsys: Capture
) -> None:
    (here / "c.yaml").write_text("cameras: {web: {source: 0, min_confidence: 0.1}}")
    assert run(*arguments) == 2
    assert why in capsys.readouterr().err


def test_each_camera_has_its_own_threshold(
    here: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, made.bundle(strength=0.3))  # the model's own threshold is 0.4
    made.write_video(here / "a.avi", made.greys([200] * 10))
    cameras = "low: {source: a.avi, min_confidence: 0.2}, own: {source: a.avi}"
    (here / "c.yaml").write_text(f"cameras: {{{cameras}}}")
    assert run("--cameras", "c.yaml", "--json") == 0
    (event,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (event["camera"], event["plate"]) == ("low", "ZH10")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("in", "--ray", "host:1"), "--ray is for --bulk"),
        (("in", "--bulk"), "--bulk needs --out"),
        (("in", "--bulk", "--out", "out", "--json"), "--json is not for --bulk"),
        (("in", "--bulk", "--out", "out", "--csv"), "--csv is not for --bulk"),
        (("in", "--bulk", "--out", "out", "--unseen"), "--unseen is not for --bulk"),
        (("in", "--bulk", "--out", "out", "--every", "2"), "--every is not for --bulk"),
    ],
)
def test_options_that_do_not_go_together_are_named(
    here: Path, capsys: Capture, arguments: tuple[str, ...], said: str
) -> None:
    assert run(*arguments) == 2
    assert said in capsys.readouterr().err
    assert list(here.iterdir()) == []
