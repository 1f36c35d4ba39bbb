"""What a hosted training says to its container, and what it is told."""

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from src.bundle.files import SUMS
from src.common.errors import UserError
from src.jobs.contract import (
    MAX_FAILURE,
    Folders,
    check_channels,
    model_in,
    read_hosts,
    read_hyperparameters,
    write_failure,
)
from src.jobs.hosts import Hosts


def settings(root: Path, name: str, content: Any) -> Folders:
    path = root / "input/config" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return Folders(root)


def test_places_are_those_of_the_contract() -> None:
    folders = Folders(Path("/ml"))
    places = (folders.data, folders.model, folders.output, folders.failure, folders.checkpoints)
    assert [str(place) for place in places] == [
        *("/ml/input/data", "/ml/model", "/ml/output/data", "/ml/output/failure"),
        "/ml/checkpoints",
    ]


def test_hyperparameters_are_text_by_name(tmp_path: Path) -> None:
    assert read_hyperparameters(Folders(tmp_path)) == {}
    folders = settings(tmp_path, "hyperparameters", {"epochs": "3", "lr": 0.1})
    assert read_hyperparameters(folders) == {"epochs": "3", "lr": "0.1"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "unreadable"),
        ("[]", "no table"),
        ('{"epochs": [1]}', "give one value"),
        ('{"epochs": null}', "give one value"),
        ("[" * 10_000, "nested too deeply"),
        (" " * 300_000, "more than"),
    ],
)
def test_hyperparameters_that_are_none(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        read_hyperparameters(settings(tmp_path, "hyperparameters", content))


def test_one_machine_where_nothing_is_said_of_them(tmp_path: Path) -> None:
    assert read_hosts(Folders(tmp_path)) == Hosts()


@pytest.mark.parametrize(("here", "rank"), [("algo-1", 0), ("algo-2", 1)])
def test_every_machine_counts_them_in_the_same_order(tmp_path: Path, here: str, rank: int) -> None:
    content = {
        "current_host": here,
        "hosts": ["algo-2", "algo-1"],
        "network_interface_name": "eth0",
    }
    hosts = read_hosts(settings(tmp_path, "resourceconfig", content))
    assert hosts == Hosts(rank, 2, "algo-1", 29400, "eth0")
    assert hosts.environment == {"GLOO_SOCKET_IFNAME": "eth0", "NCCL_SOCKET_IFNAME": "eth0"}


@pytest.mark.parametrize(
    "content",
    [
        {"current_host": "algo-3", "hosts": ["algo-1", "algo-2"]},
        {"current_host": "algo-1", "hosts": ["algo-1", "algo-1"]},
        {"current_host": "algo-1", "hosts": "algo-1"},
        {"hosts": []},
    ],
)
def test_machines_that_cannot_be(tmp_path: Path, content: dict[str, Any]) -> None:
    with pytest.raises(UserError, match="hosts must name each machine once"):
        read_hosts(settings(tmp_path, "resourceconfig", content))


def test_channels_that_do_not_have_all_files_on_every_machine(tmp_path: Path) -> None:
    pipe = settings(tmp_path, "inputdataconfig", {"train": {"TrainingInputMode": "Pipe"}})
    with pytest.raises(UserError, match="train is a pipe: set its input mode to File"):
        check_channels(pipe, Hosts())
    parts = {"train": {"TrainingInputMode": "File", "S3DistributionType": "ShardedByS3Key"}}
    folders = settings(tmp_path, "inputdataconfig", parts)
    check_channels(folders, Hosts())
    with pytest.raises(UserError, match="FullyReplicated"):
        check_channels(folders, Hosts(1, 2, "algo-1"))


def test_a_failure_is_one_line_of_at_most_1024_bytes(tmp_path: Path) -> None:
    write_failure(Folders(tmp_path), "é\nwas\x1b[31m wrong " * 200)
    said = (tmp_path / "output/failure").read_bytes()
    assert len(said) <= MAX_FAILURE
    assert said.decode().startswith("é was�[31m wrong é was")
    assert "\n" not in said.decode()


def archive(path: Path, **files: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as out:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            out.addfile(member, io.BytesIO(content))
    return path


def test_a_model_is_a_folder_or_an_archive_of_one(tmp_path: Path) -> None:
    packed = archive(tmp_path / "channel/model.tar.gz", **{SUMS: b"x"})
    for source in (packed, packed.parent):
        assert model_in(source, tmp_path / "out") == tmp_path / "out"
    (tmp_path / "out/stack").mkdir()
    (tmp_path / "out" / SUMS).rename(tmp_path / "out/stack" / SUMS)
    assert model_in(tmp_path / "out", tmp_path / "other") == tmp_path / "out/stack"


@pytest.mark.parametrize(
    "files",
    [
        {"../evil": b"x"},
        {"/evil": b"x"},
        {f"f{number}": b"" for number in range(101)},
    ],
)
def test_archives_that_would_do_harm(tmp_path: Path, files: dict[str, bytes]) -> None:
    packed = archive(tmp_path / "channel/model.tar.gz", **files)
    with pytest.raises(UserError, match=r"cannot be unpacked|no saved model"):
        model_in(packed, tmp_path / "out")
    assert not (tmp_path / "evil").exists()
    assert not Path("/evil").exists()


def test_what_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "model.tar.gz").write_bytes(b"none")
    with pytest.raises(UserError, match="cannot be unpacked"):
        model_in(tmp_path, tmp_path / "out")
    with pytest.raises(UserError, match="no saved model"):
        model_in(tmp_path / "nothing", tmp_path / "out")
