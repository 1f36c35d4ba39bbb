"""What a training leaves: a model whose card says what it was learned from, in a place that is never half written."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from src.bundle.bundle import load_bundle
from src.bundle.origin import folder_md5
from src.common.errors import UserError
from src.jobs.hosts import Hosts
from src.jobs.request import Request
from src.jobs.steps import Steps
from src.jobs.training import Training, start_override
from src.pipeline.start_weights import start_weights
from tests.networks import save_networks
from tests.source import ROOT


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace after its stages: networks that need no training, and the lock of a run that made them."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    for name in ("params.py", "params.yaml", "dvc.yaml"):
        shutil.copy(ROOT / name, folder)
    models = folder / "out/models"
    save_networks(models)
    (folder / "out/evaluations/stack").mkdir(parents=True)
    (folder / "out/evaluations/stack/photos_own.jpg").touch()
    (folder / "out/evaluations/stack/metrics.json").write_text("{}")
    stages: dict[str, Any] = {}
    for name in ("localize", "ocr"):
        made = [{"path": f"out/models/{name}", "md5": folder_md5(models / name)}]
        stages[f"prepare_{name}"] = {"deps": [{"path": "data/datasets/photos", "md5": "1.dir"}]}
        stages[f"train_{name}"] = {"deps": [], "outs": made}
    (folder / "dvc.lock").write_text(yaml.safe_dump({"stages": stages}))
    return folder


def training(workspace: Path, out: Path, **more: Any) -> Training:
    request = Request("train", out, out.parent / "kept", out.parent / "extra", tag="PLv7", **more)
    steps = Steps(workspace, {})
    return Training(request, workspace, steps, "abc123", {"own": "2.dir"}, ["0123456789ab", "cd"])


def test_the_card_says_what_the_model_comes_from(workspace: Path, tmp_path: Path) -> None:
    training(workspace, tmp_path / "model", hosts=Hosts(0, 2, "a"), name="train-7")._write()
    bundle = load_bundle(tmp_path / "model")
    assert bundle.card.revision == "abc123"
    assert bundle.card.ancestry == ("0123456789ab", "cd")
    assert bundle.card.data == {
        "data/datasets/photos": "1.dir",
        "data/datasets/photos/own": "2.dir",
    }
    assert bundle.card.run == {
        **{"job": "train", "name": "train-7", "tag": "PLv7"},
        **{"nodes": "2", "devices": "1"},
    }
    # A later training can start from it.
    assert start_weights(bundle, "ocr") == tmp_path / "model/weights/ocr"


def test_metrics_and_pictures_are_kept_but_those_of_photographs(
    workspace: Path, tmp_path: Path
) -> None:
    training(workspace, tmp_path / "model")._write()
    kept = {p.relative_to(tmp_path / "extra").as_posix() for p in (tmp_path / "extra").rglob("*.*")}
    assert "out/evaluations/stack/metrics.json" in kept
    assert {"dvc.lock", "params.py", "params.yaml", "job.json"} <= kept
    assert not any("photos_" in name for name in kept)


def test_a_model_that_was_there_is_replaced_in_its_place(workspace: Path, tmp_path: Path) -> None:
    training(workspace, tmp_path / "model")._write()
    inode = (tmp_path / "model").stat().st_ino
    training(workspace, tmp_path / "model", name="second")._write()
    assert load_bundle(tmp_path / "model").card.run["name"] == "second"
    assert (tmp_path / "model").stat().st_ino == inode  # it may be mounted there


def test_one_network_is_no_model_and_written_as_it_is(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(workspace / "out/models/ocr")
    training(workspace, tmp_path / "model")._write()
    assert [path.name for path in (tmp_path / "model").iterdir()] == ["localize"]
    assert "one network, which reads nothing without the other" in capsys.readouterr().err


def test_several_machines_cannot_wait_for_the_localizer_of_one(
    workspace: Path, tmp_path: Path
) -> None:
    names = (workspace / "params.yaml").read_text()
    waiting = names.replace(
        "photos_wait_for: data/datasets/photos", "photos_wait_for: out/models/localize"
    )
    assert waiting != names
    (workspace / "params.yaml").write_text(waiting)
    with pytest.raises(UserError, match="prepare_ocr cannot wait for the localizer"):
        training(workspace, tmp_path / "model", hosts=Hosts(1, 2, "a")).run()


def test_a_stage_that_is_not_there(workspace: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no stage 'train'"):
        training(workspace, tmp_path / "model", stages=["train"])


def test_start_is_said_as_dvc_takes_it() -> None:
    assert start_override("") == []
    assert start_override(Path("a b/c")) == ["start='a b/c'"]
    with pytest.raises(UserError, match="rename it"):
        start_override("it's")


class Told:
    """What the first machine says to another one, and what that answers."""

    def __init__(self, *said: dict[str, str]) -> None:
        self.said, self.heard, self.gone = list(said), list[dict[str, str]](), False

    def next(self) -> dict[str, str]:
        return self.said.pop(0)

    def answer(self, what: dict[str, str]) -> None:
        self.heard.append(what)

    def left(self) -> None:
        self.gone = True


@pytest.fixture
def follower(workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Training:
    """The second of two machines, which freezes and trains nothing but keeps what it would have run."""
    ran: list[str] = []
    (workspace / "data/prepared/ocr").mkdir(parents=True)
    monkeypatch.setattr(Steps, "module", lambda self, *words: ran.append(" ".join(words)))
    made = training(workspace, tmp_path / "model", hosts=Hosts(1, 2, "first"), stages=["train_ocr"])
    vars(made)["ran"] = ran
    return made


def test_another_machine_freezes_the_same_and_trains_when_the_first_does(
    follower: Training, workspace: Path
) -> None:
    same = folder_md5(workspace / "data/prepared/ocr")
    told = Told({"run": "train_ocr", "prepared": same}, {"end": ""})
    follower._follow(told)  # type: ignore[arg-type]
    assert (told.heard, told.gone) == ([{}], True)
    assert vars(follower)["ran"] == [
        "src.ocr.prepare",
        "torch.distributed.run --nnodes=2 --node-rank=1 --master-addr=first --master-port=29400 "
        "--nproc-per-node=1 -m src.ocr.train",
    ]


def test_another_machine_with_other_data_does_not_train(follower: Training) -> None:
    told = Told({"run": "train_ocr", "prepared": "other.dir"}, {"end": "machine 1 has failed"})
    with pytest.raises(UserError, match="is not the same here and on the first machine"):
        follower._follow(told)  # type: ignore[arg-type]
    assert [list(heard) for heard in told.heard] == [["failed"]]
    assert vars(follower)["ran"] == ["src.ocr.prepare"]


def test_another_machine_that_cannot_freeze_says_so_when_it_is_asked(
    follower: Training, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Steps, *words: str) -> None:
        raise UserError("the disk is full")

    monkeypatch.setattr(Steps, "module", fail)
    told = Told({"run": "train_ocr", "prepared": "x"}, {"end": "machine 1 has failed"})
    with pytest.raises(UserError, match="the disk is full"):
        follower._follow(told)  # type: ignore[arg-type]
    assert told.heard == [{"failed": "the disk is full"}]


def test_where_the_first_machine_fails_the_others_fail_too(follower: Training) -> None:
    with pytest.raises(UserError, match="the first machine has failed: no space left"):
        follower._follow(Told({"end": "no space left"}))  # type: ignore[arg-type]
