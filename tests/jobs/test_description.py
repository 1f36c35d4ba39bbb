"""One description for every platform, and an error with a name in it for what cannot be meant."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from src.common.errors import UserError
from src.jobs.description import Data, Job, make_job, read_description
from src.jobs.platforms import PLATFORMS
from tests.source import ROOT

EXAMPLES = sorted((ROOT / "jobs").glob("*.yaml"))


def job(platform: str = "local", **content: Any) -> Job:
    return make_job({"job": "train", **content}, platform, PLATFORMS, "0" * 40, "20261126-120000")


def test_the_least_that_can_be_said() -> None:
    made = job()
    assert (made.job, made.name, made.run) == ("train", "train", "train-20261126-120000")
    assert (made.nodes, made.devices, made.seconds) == (1, None, 86400)


def test_a_name_is_made_of_the_tag() -> None:
    assert job(tag="PLv7_4 (new)").name == "train-plv7-4-new"
    assert job(tag="x" * 100).name == f"train-{'x' * 30}"
    assert job(tag="7", name="own").run == "own-20261126-120000"


def test_places_may_differ_by_platform() -> None:
    data = {"own": {"from": {"local": "photos/own", "sagemaker": "s3://b/own"}}, "other": "there"}
    assert job(data=data).data == {"own": Data("photos/own"), "other": Data("there")}
    assert job("sagemaker", data=data).data["own"] == Data("s3://b/own")
    with pytest.raises(
        UserError, match=r"data.own says nothing for slurm: add a line `slurm: PLACE`"
    ):
        job("slurm", data=data)
    assert job("slurm", out={"local": "here"}).out == ""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"job": "training"}, "job is 'training': write preprocess, augment, train or test"),
        ({"job": None}, "job is None"),
        ({"nods": 2}, "a job has no 'nods': did you mean nodes?"),
        ({"nodes": 0}, "a whole number, 1 to 64"),
        ({"nodes": True}, "a whole number"),
        ({"nodes": 2, "job": "preprocess"}, "only a training runs on several machines"),
        ({"hours": -1}, "hours is -1"),
        ({"hours": 10_000}, "hours is 10000"),
        ({"name": "Own Name"}, "small letters, digits and hyphens"),
        ({"name": "x" * 37}, "at most 36"),
        ({"tag": "a\nb"}, "write one line"),
        ({"tag": ["a"]}, "write one line"),
        ({"data": ["a"]}, "data is"),
        ({"data": {"../up": "x"}}, "letters, digits and underscores"),
        ({"data": {"own": {"from": "x", "hash": "y"}}}, "write from and md5"),
        ({"data": {"own": {"from": "x", "md5": "123"}}}, "ends in .dir"),
        ({"data": {"own": ""}}, "data.own is empty"),
        ({"models": {"a": "release"}}, "models is for test"),
        ({"job": "test", "start": "release"}, "start is for train"),
        ({"job": "test", "models": {"a": "release"}}, "needs models and data"),
        ({"job": "augment"}, "nothing to make copies of"),
        ({"set": {"a": 1}}, "set is"),
        ({"local": []}, "local is|local"),
        ({"local": [1]}, "write a table of settings"),
    ],
)
def test_what_cannot_be_meant(content: dict[str, Any], said: str) -> None:
    if said == "local is|local":
        job(**content)  # an empty one says nothing
        return
    with pytest.raises(UserError, match=said):
        job(**content)


def test_words_may_be_one_line() -> None:
    made = job(job="augment", data={"own": "x"}, options="--copies 20 --seed 42")
    assert made.options == ("--copies", "20", "--seed", "42")


@pytest.mark.parametrize("text", ["", "[]", "a: b: c", "\x00", "job: !!python/object:os.system x"])
def test_what_is_no_description(tmp_path: Path, text: str) -> None:
    (tmp_path / "job.yaml").write_text(text)
    with pytest.raises(UserError, match=r"job\.yaml"):
        read_description(tmp_path / "job.yaml")


def test_there_is_an_example_of_each_job() -> None:
    found = [yaml.safe_load(path.read_text())["job"] for path in EXAMPLES]
    assert sorted(found) == ["augment", "preprocess", "test", "train"]


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_are_for_every_platform(path: Path, platform: str) -> None:
    made = make_job(read_description(path), platform, PLATFORMS, "0" * 40, "20261126-120000")
    text = PLATFORMS[platform].write(made)
    assert made.run in text
    assert "0" * 40 in text
