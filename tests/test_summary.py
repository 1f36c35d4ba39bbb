import subprocess
from pathlib import Path

import pytest

from src.common.errors import UserError
from src.pipeline.times import read_times, write_time
from src.summary import changed_parameters, minutes, next_steps, pictures, results
from tests.evaluations import LOCALIZE, METRICS, OCR, PHOTOS, STACK, write_metrics


def run(command: str, folder: Path) -> None:
    subprocess.run(command, shell=True, cwd=folder, check=True, capture_output=True)


def test_results(tmp_path: Path) -> None:
    stack = {**STACK, "photos": {"ours": PHOTOS}}
    assert results(write_metrics(tmp_path, {**METRICS, "stack": stack})) == [
        "Results",
        "  Both models      87.5% exact (95% interval 85.3% to 89.4%) on 1004 plates, test scenes",
        "                   something read in 1.0% of 900 test scenes without a plate",
        "                   sure and wrong in 1.2% of 600 hard scenes",
        "  Localizer        AP50 95.1%, AP75 90.0% on 640 plates, validation",
        "                   corner error 1.3 px at the median, 3.0 px at 90%",
        "  Reader           98.8% exact on 2200 plates, validation",
        "  Photographs      70.0% exact (95% interval 48.0% to 85.5%) on 20 plates, ours",
    ]


def test_sets_without_plates_have_no_share(tmp_path: Path) -> None:
    nothing = {"exact": None, "exact_low": None, "exact_high": None, "plates": 0}
    stack = {
        **STACK,
        "val_acc": None,
        "no_plate": {"pictures": 0, "with_reading": None},
        "hard": {"pictures": 0, "sure_and_wrong": None},
        "photos": {"streets": nothing},
    }
    localize = {**dict.fromkeys(LOCALIZE), "plates": 0}
    empty = {"stack": stack, "localize": localize, "ocr": {**OCR, "exact": None}}
    lines = results(write_metrics(tmp_path, empty))
    assert lines[1].split(None, 2)[2] == "no plate to read, test scenes"
    assert lines[2].strip() == "something read in - of 0 test scenes without a plate"
    assert lines[3].strip() == "sure and wrong in - of 0 hard scenes"
    assert lines[4].split(None, 1)[1] == "AP50 -, AP75 - on 0 plates, validation"
    assert lines[5].strip() == "corner error - at the median, - at 90%"
    assert lines[6].split(None, 1)[1] == "- exact on 2200 plates, validation"
    assert lines[7].split(None, 1)[1] == "no plate to read, streets"


@pytest.mark.parametrize("missing", ["stack", "localize", "ocr"])
def test_missing_metrics_name_the_stage(tmp_path: Path, missing: str) -> None:
    metrics = {name: METRICS[name] for name in METRICS if name != missing}
    with pytest.raises(UserError, match=f"dvc repro evaluate_{missing}") as caught:
        results(write_metrics(tmp_path, metrics))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"val_acc": 0.5}'])
def test_damaged_metrics_name_the_stage(tmp_path: Path, content: str) -> None:
    write_metrics(tmp_path, METRICS)
    (tmp_path / "stack" / "metrics.json").write_text(content)
    with pytest.raises(UserError, match="dvc repro evaluate_stack"):
        results(tmp_path)


def test_minutes_of_the_stages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert minutes(read_times(tmp_path / "none")) == []
    monkeypatch.delenv("TORCHELASTIC_RUN_ID", raising=False)
    write_time("src.localize.prepare", 12.0, tmp_path)
    write_time("src.localize.train", 600.0, tmp_path)
    write_time("src.localize.train", 492.0, tmp_path)  # the last one counts
    write_time("src.stack.evaluate", 96.04, tmp_path)
    (tmp_path / "train_ocr.json").write_text("{")
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "one of several processes")
    write_time("src.ocr.prepare", 6.0, tmp_path)
    assert minutes(read_times(tmp_path)) == [
        "Minutes (of each stage's last run here)",
        "  Localizer        prepare 0.2, train 8.2",
        "  Both models      evaluate 1.6",
        "  Together         10.0",
    ]


def test_pictures_are_those_that_exist(tmp_path: Path) -> None:
    shown, empty = (tmp_path / f"out/evaluations/{m}/plots/images" for m in ("stack", "ocr"))
    shown.mkdir(parents=True)
    empty.mkdir(parents=True)
    for name in ("worst.jpg", "by_length.png", "notes.txt", "predictions.jpg"):
        (shown / name).touch()
    assert pictures(tmp_path / "out", tmp_path) == [
        "Pictures",
        "  out/evaluations/stack/plots/images/",
        "    by_length.png, predictions.jpg, worst.jpg",
    ]


def test_no_pictures_no_heading(tmp_path: Path) -> None:
    assert pictures(tmp_path / "out", tmp_path) == []


def test_next_steps_restore_only_what_changed() -> None:
    commands = "make runs", "dvc plots diff --open", "src.stack.evaluate --photos", "make serve"
    plain, after = "\n".join(next_steps([])), "\n".join(next_steps(["params.py"]))
    assert all(command in plain for command in commands)
    assert "git restore" not in plain
    assert "git restore params.py && make pipeline" in after


def test_changed_parameters(tmp_path: Path) -> None:
    assert changed_parameters(tmp_path) == []  # no repository
    run("git init -q", tmp_path)
    for name in ("params.py", "params.yaml", "README.md"):
        (tmp_path / name).write_text("before\n")
    assert changed_parameters(tmp_path) == []  # no commit
    run("git add -A && git -c user.name=a -c user.email=a@b commit -qm Start", tmp_path)
    assert changed_parameters(tmp_path) == []
    (tmp_path / "README.md").write_text("after\n")
    assert changed_parameters(tmp_path) == []
    (tmp_path / "params.py").write_text("after\n")
    assert changed_parameters(tmp_path) == ["params.py"]
