"""What is said while a network trains, and what stays of it."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from src.common.errors import UserError
from src.training import pace, progress
from src.training.progress import duration
from tests.training.goals import SETTINGS, Goal, Net, loaders, run

Capture = pytest.CaptureFixture[str]


def test_each_epoch_is_a_line_from_1_in_the_log_and_on_stderr(out: Path, capsys: Capture) -> None:
    run([0.3, 0.45, 0.4])
    said = capsys.readouterr()
    lines = (out / "runs/ocr/log.txt").read_text(encoding="utf-8").splitlines()
    number = r"\d+\.\d{4}"
    for epoch, (line, good) in enumerate(
        zip(lines, ("0.3000", "0.4500", "0.4000"), strict=True), 1
    ):
        told = (
            rf"epoch {epoch}/3: train_loss {number}, val_loss {number}, val_good {good}, \d+\.\d s"
        )
        assert re.fullmatch(rf"20\d\d-\d\d-\d\dT[\d:]+\+00:00 {told}", line)
        assert re.search(rf"^train ocr, {told}", said.err, flags=re.MULTILINE)
    # And nothing else: no versions, no hardware, no tips of the library.
    assert said.out == ""
    assert len(said.err.splitlines()) == 3
    assert re.search(r"about \d+ s left$", said.err.splitlines()[0])
    assert not said.err.splitlines()[2].endswith("left")


def test_how_long_it_takes_is_said_once(
    out: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "FIRST_S", 0.0)
    monkeypatch.setattr(progress, "LINE_S", 0.0)
    monkeypatch.setattr(pace, "SETTLING", 0)
    run([0.3, 0.4, 0.5])
    lines = capsys.readouterr().err.splitlines()
    estimates = [line for line in lines if line.endswith("for 3 epochs on this machine, at most")]
    assert estimates == lines[:1]
    assert re.match(r"train ocr: about \d+ s for 3", lines[0])
    assert re.match(
        r"train ocr, epoch 1/3: \d+% of all, loss \d\.\d{3}, about \d+ s left", lines[1]
    )
    state = r"train ocr, epoch 3/3: \d+% of all, loss \d\.\d{3}, val_good 0\.400, about \d+ s left"
    assert any(re.match(state, line) for line in lines)


def test_an_early_end_is_said(out: Path, capsys: Capture) -> None:
    run([0.5, 0.4, 0.3, 0.2], replace(SETTINGS, epochs=4, patience=1, schedule="plateau_slope"))
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == "train ocr: no better epoch for a while, so it ends here"


def test_a_training_that_goes_on_keeps_its_lines(out: Path) -> None:
    goal = Goal(Net(), [0.3, 0.4, 0.5])
    goal.spoil = lambda batch, loss: loss * float("nan") if batch == 5 else loss
    from src.training.fit import fit

    with pytest.raises(UserError):
        fit("ocr", goal.network, goal, *loaders(), SETTINGS, {"what": "one"})
    log = out / "runs/ocr/log.txt"
    before = log.read_text(encoding="utf-8")
    assert before.count("\n") == 2
    log.write_text(before + "of an epoch whose checkpoint was not written\n", encoding="utf-8")
    run([0.5])
    after = log.read_text(encoding="utf-8")
    assert after.startswith(before)
    assert [re.findall(r"epoch (\d)/3", line) for line in after.splitlines()] == [
        ["1"],
        ["2"],
        ["3"],
    ]


def test_a_bar_on_a_terminal(out: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    run([0.3, 0.4, 0.5])
    shown = capsys.readouterr().err
    assert re.search(r"train ocr, epoch 3/3 +\d+%\|.*\| loss \d\.\d{3}, val_good 0\.400", shown)
    assert "v_num" not in shown


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(4.4, "4 s"), (89, "89 s"), (95, "2 min"), (3600, "60 min"), (5400, "1 h 30 min")],
)
def test_times_as_people_say_them(seconds: float, text: str) -> None:
    assert duration(seconds) == f"about {text}"
