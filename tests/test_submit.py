"""A description is shown or sent; on this machine it is run, for real."""

import csv
import json
import os
import sys
from pathlib import Path

import pytest
import yaml

from src import submit
from src.bundle.origin import folder_md5
from src.bundle.revision import commit_of
from src.common.errors import UserError
from src.datasets.photos import load_photos
from src.jobs.placing import Placed
from src.jobs.platforms import PLATFORMS
from src.jobs.request import Request
from src.jobs.running import _check_versions
from tests.checkout import Checkout
from tests.photographs import TILTED, row, write_photos
from tests.source import ROOT

ROWS = [row("a.png", "ZH1", TILTED), row("b.png", "BE22", TILTED, split="test")]


def describe(folder: Path, **content: object) -> Path:
    path = folder / "job.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setattr(sys, "argv", ["submit", *arguments])
    submit.main()


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_dry_run_shows_what_would_be_sent_and_sends_nothing(
    platform: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(submit, "FOLDER", tmp_path / "jobs")
    more = ("--stamp", "1", "--tag", "PLv9", "-S", "plate_format=european")
    run(monkeypatch, str(ROOT / "jobs/train.yaml"), "--on", platform, "--dry-run", *more)
    shown = capsys.readouterr().out
    assert "train-plv9-1" in shown
    assert "european" in shown
    assert (commit_of(ROOT, "HEAD") or "") in shown
    assert not (tmp_path / "jobs").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("jobs/nothing.yaml",), "jobs/nothing.yaml cannot be read"),
        ((), "name a job's description"),
        (("jobs/train.yaml", "-S", "params.py:TrainOCRParams.EPOCH=3"), "does not fit params.py"),
        (("jobs/train.yaml", "-S", "params.py:TrainOCRParams.EPOCHS=0"), "EPOCHS is 0"),
        (("jobs/train.yaml", "-S", "params.py:TrainOCRParams.EPOCHS=x"), "no Python"),
        (("jobs/train.yaml", "--revision", "nowhere"), "there is no revision 'nowhere'"),
        (("jobs/train.yaml", "--on", "slurm", "--nodes", "99"), "1 to 64"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_sent(
    arguments: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(UserError, match=said):
        run(monkeypatch, *arguments)


def test_what_is_sent_is_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "sbatch").write_text("#!/bin/sh\necho 4711\n")
    (tmp_path / "sbatch").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(submit, "FOLDER", tmp_path / "jobs")
    run(monkeypatch, str(ROOT / "jobs/test.yaml"), "--on", "slurm", "--stamp", "1")
    assert "job 4711 of Slurm" in capsys.readouterr().out
    (kept,) = (tmp_path / "jobs").iterdir()
    assert kept.name == "test-own-7-or-release-1.sh"
    assert "src.job test" in kept.read_text()


def test_the_hash_of_a_folder_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    own = write_photos(tmp_path / "own", ROWS)
    run(monkeypatch, "--hash", str(own))
    assert capsys.readouterr().out.strip() == folder_md5(own)


def test_another_version_than_was_meant_is_refused(tmp_path: Path) -> None:
    request = Request("augment", tmp_path, tmp_path, md5={"own": "1.dir"})
    _check_versions(request, Placed({"own": "1.dir"}))
    with pytest.raises(
        UserError, match=r"own are another version: 2\.dir, and 1\.dir was asked for"
    ):
        _check_versions(request, Placed({"own": "2.dir"}))
    with pytest.raises(
        UserError, match=r"there is no folder of photographs own, .*: there is other"
    ):
        _check_versions(request, Placed({"other": "1.dir"}))


@pytest.mark.slow
def test_copies_are_made_here(fresh: Checkout, tmp_path: Path) -> None:
    own = write_photos(tmp_path / "own", ROWS)
    data = {"own": {"from": str(own), "md5": folder_md5(own)}}
    out = tmp_path / "out"
    path = describe(tmp_path, job="augment", data=data, options="--copies 3", out=str(out))
    checkout = fresh.copy(tmp_path / "checkout")
    assert "the result is in" in checkout.ok("python3", "-m", "src.submit", str(path), "--tag", "x")
    photos = load_photos(out / "photos/own-augmented").photos
    assert [photo.split for photo in photos].count("train") == 4
    record = json.loads((out / "job.json").read_text())
    assert record["revision"] == checkout.ok("git", "rev-parse", "HEAD").strip()
    assert record["photos"] == {"own": folder_md5(own)}


@pytest.mark.slow
def test_models_are_compared_here(fresh: Checkout, tmp_path: Path) -> None:
    own = write_photos(tmp_path / "own", ROWS)
    release = fresh.root / "release"
    path = describe(
        tmp_path,
        job="test",
        data={"own": str(own)},
        models={"first": "release", "second": str(release)},
        out=str(tmp_path / "out"),
        checkpoints=str(tmp_path / "kept"),
    )
    fresh.copy(tmp_path / "checkout").ok("python3", "-m", "src.submit", str(path))
    with (tmp_path / "out/matrix.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [one["model"] for one in rows] == ["models/first", "models/second"]
    assert {one["set"] for one in rows} == {"own"}


@pytest.mark.slow
def test_photographs_are_split_as_they_were_and_frozen_here(
    fresh: Checkout, tmp_path: Path
) -> None:
    own = write_photos(
        tmp_path / "own", [row(f"{n}.png", f"ZH{n}", TILTED, split="") for n in range(1, 9)]
    )
    earlier = write_photos(tmp_path / "earlier", [row("old.png", "ZH3", TILTED, split="val")])
    tiny = ("PrepareLocalizeParams", "PrepareOCRParams", "PrepareStackParams")
    path = describe(
        tmp_path,
        job="preprocess",
        data={"own": str(own), "previous": str(earlier)},
        set=[
            *(f"params.py:{name}.MAX_IMAGES=16" for name in tiny),
            "params.py:PrepareStackParams.HARD_IMAGES=8",
            "params.py:MULTIPROCESSING=False",
        ],
        options="--shares 0.5 0.2 0.3",
        out=str(tmp_path / "out"),
        checkpoints=str(tmp_path / "kept"),
    )
    checkout = fresh.copy(tmp_path / "checkout")
    checkout.ok("python3", "-m", "src.submit", str(path))
    photos = load_photos(tmp_path / "out/photos/own").photos
    sides = {photo.plates[0].text: photo.split for photo in photos}
    assert sides["ZH3"] == "val"
    assert set(sides.values()) == {"train", "val", "test"}
    assert (tmp_path / "out/stats.png").is_file()
    # A training with the same checkpoints finds what was frozen.
    assert "prepare_ocr" in (tmp_path / "kept/dvc.lock").read_text()
    said = checkout.ok("python3", "-m", "src.submit", str(path))
    assert said.count("skipping") == 3
    assert "Running stage" not in said
