"""What each platform gets is what it takes, by its own schema; its client is called as it is to be.

Clients are stubs here, but for boto3, which sends to moto.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest
import yaml
from botocore.validate import ParamValidator
from kubernetes_validate import validate
from moto import mock_aws

from src import job as command
from src.common.errors import UserError
from src.jobs import kubernetes, sagemaker
from src.jobs.description import Job, make_job, read_description
from src.jobs.platform import settings_of
from src.jobs.platforms import PLATFORMS
from tests.source import ROOT

REVISION = "0123456789abcdef0123456789abcdef01234567"
EXAMPLES = sorted((ROOT / "jobs").glob("*.yaml"))
every_example = pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)


def example(path: Path, platform: str, **changes: Any) -> Job:
    content = {**read_description(path), **changes}
    return make_job(content, platform, PLATFORMS, REVISION, "20261126-120000")


def train(platform: str, **changes: Any) -> Job:
    return example(ROOT / "jobs/train.yaml", platform, **changes)


def understood(words: list[str]) -> dict[str, Any]:
    """What `src.job` takes of the words that a platform starts it with."""
    options, rest = command._parser().parse_known_args(words)
    if options.job in ("train", "test"):
        assert rest == []
    return vars(options)


def with_setting(job_platform: str, **settings: Any) -> Job:
    content = read_description(ROOT / "jobs/train.yaml")
    return train(job_platform, **{job_platform: {**content[job_platform], **settings}})


@pytest.mark.parametrize("platform", [name for name in PLATFORMS if PLATFORMS[name].settings])
def test_settings_that_cannot_be(platform: str) -> None:
    with pytest.raises(UserError, match=f"{platform} has no setting 'imgae'"):
        settings_of(with_setting(platform, imgae="x"), PLATFORMS[platform])
    missing = next(k for k, s in PLATFORMS[platform].settings.items() if s.default is None)
    with pytest.raises(UserError, match=f"{platform}.{missing} is missing: "):
        settings_of(train(platform, **{platform: {}}), PLATFORMS[platform])
    with pytest.raises(UserError, match=f"{platform}.{missing} is 3: "):
        settings_of(with_setting(platform, **{missing: 3}), PLATFORMS[platform])


# Kubernetes


@every_example
def test_manifests_are_valid(path: Path) -> None:
    for document in yaml.safe_load_all(kubernetes.write(example(path, "kubernetes"))):
        validate(document, "1.37", strict=True)
    kinds = [d["kind"] for d in kubernetes.documents(example(path, "kubernetes"))]
    assert ("Service" in kinds) == (path.stem == "train")


def test_pods_are_told_what_to_run_and_where_to_meet() -> None:
    made = train("kubernetes")
    (service, jobs, policy) = kubernetes.documents(made)
    spec = jobs["spec"]
    assert (spec["completions"], spec["parallelism"]) == (made.nodes, made.nodes)
    pod = spec["template"]["spec"]
    (container,) = pod["containers"]
    variables = {v["name"]: v.get("value") for v in container["env"]}
    assert variables["NUM_NODES"] == str(made.nodes)
    assert variables["MASTER_ADDR"] == f"{made.run}-0.{service['metadata']['name']}"
    assert pod["subdomain"] == service["metadata"]["name"]
    told = understood(container["args"])
    assert told["out"] == Path(f"/plates/jobs/{made.run}/model")
    assert told["checkpoints"] == Path(f"/plates/jobs/{made.name}/checkpoints")
    assert dict(told["data"])["own"] == Path("/plates/photos/own-7")
    assert (told["revision"], told["tag"], told["start"]) == (REVISION, made.tag, "release")
    assert told["set"] == list(made.overrides)
    labels = spec["template"]["metadata"]["labels"]
    for selector in (service["spec"]["selector"], policy["spec"]["podSelector"]["matchLabels"]):
        assert selector.items() <= labels.items()
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert pod["securityContext"]["runAsNonRoot"] is True


def test_one_machine_meets_nobody() -> None:
    jobs, policy = kubernetes.documents(train("kubernetes", nodes=1))
    assert "completionMode" not in jobs["spec"]
    assert policy["spec"]["ingress"] == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"out": "s3://b/x"}, "a path on the claim's volume"),
        ({"out": "/etc"}, "a path on the claim's volume"),
        ({"checkpoints": "../up"}, "a path on the claim's volume"),
        ({"kubernetes": {"image": "a/b:latest", "claim": "c"}}, "an exact tag"),
        ({"kubernetes": {"image": "host:5000/b", "claim": "c"}}, "an exact tag"),
    ],
)
def test_places_that_a_volume_has_not(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError, match=said):
        kubernetes.write(train("kubernetes", **changes))


# SageMaker


def check_request(operation: str, request: dict[str, Any]) -> str:
    """What botocore finds wrong by the service's model, its patterns and limits too."""
    model = botocore.session.get_session().get_service_model("sagemaker")
    shape = model.operation_model(operation).input_shape
    return str(ParamValidator().validate(request, shape).generate_report()) + patterns(
        request, shape
    )


def patterns(value: Any, shape: Any, name: str = "") -> str:
    """What does not match the model's patterns, lengths and choices, which botocore leaves to the service."""
    told = shape.metadata
    if shape.type_name == "structure":
        known = {k: v for k, v in value.items() if k in shape.members}
        return "".join(patterns(v, shape.members[k], f"{name}.{k}") for k, v in known.items())
    if shape.type_name == "list":
        wrong = "" if len(value) <= told.get("max", len(value)) else f"{name} is too long; "
        return wrong + "".join(patterns(v, shape.member, name) for v in value)
    if shape.type_name == "map":
        keys = "".join(patterns(k, shape.key, f"{name} key") for k in value)
        return keys + "".join(patterns(v, shape.value, f"{name}.{k}") for k, v in value.items())
    if shape.type_name != "string":
        return ""
    fits = told.get("min", 0) <= len(value) <= told.get("max", len(value))
    fits = fits and value in told.get("enum", [value])
    fits = fits and re.fullmatch(python(told.get("pattern", r"[\s\S]*")), value) is not None
    return "" if fits else f"{name} is {value!r}; "


def python(pattern: str) -> str:
    """A pattern of the model, which has Unicode's classes by name, as Python takes it."""
    classes = {r"\p{L}\p{Z}\p{N}": r"\w\s", r"\p{Alnum}": r"\w"}
    for name, same in classes.items():
        pattern = pattern.replace(name, same)
    assert r"\p" not in pattern
    return pattern


@every_example
def test_requests_are_what_the_service_takes(path: Path) -> None:
    operation = "CreateTrainingJob" if path.stem == "train" else "CreateProcessingJob"
    assert check_request(operation, sagemaker.request(example(path, "sagemaker"))) == ""


def test_a_mistake_in_a_request_is_noticed() -> None:
    request = sagemaker.request(train("sagemaker"))
    assert "Unknown parameter" in check_request("CreateTrainingJob", {**request, "Spot": True})
    request["ResourceConfig"]["InstanceType"] = "large"
    assert "InstanceType is 'large'" in check_request("CreateTrainingJob", request)
    request["TrainingJobName"] = "a_b"
    assert "TrainingJobName is 'a_b'" in check_request("CreateTrainingJob", request)


def test_a_training_job_goes_by_the_container_s_contract() -> None:
    made = train("sagemaker", set=["params.py:TrainOCRParams.EPOCHS=20", "plate_format=european"])
    request = sagemaker.request(made)
    assert request["HyperParameters"] == {
        "TrainOCRParams.EPOCHS": "20",
        "plate_format": "european",
    }
    assert {c["ChannelName"] for c in request["InputDataConfig"]} == {*made.data}
    assert request["ResourceConfig"]["InstanceCount"] == made.nodes
    assert request["CheckpointConfig"]["LocalPath"] == "/opt/ml/checkpoints"
    told = understood(["train", *request["AlgorithmSpecification"]["ContainerArguments"]])
    assert (told["revision"], told["start"], told["set"]) == (REVISION, "release", [])
    # A model elsewhere is a channel, in which the container looks for it.
    other = sagemaker.request(train("sagemaker", start="s3://b/model.tar.gz"))
    assert "model" in {c["ChannelName"] for c in other["InputDataConfig"]}
    assert "--start" not in other["AlgorithmSpecification"]["ContainerArguments"]


def test_curves_are_read_from_the_lines_of_an_epoch() -> None:
    line = "train ocr, epoch 3/11: train_loss 1.2345, val_loss 0.5000, val_right 0.9100, 7.8 s"
    found = {
        each["Name"]: match[1]
        for each in sagemaker.metrics()
        if (match := re.search(each["Regex"], line))
    }
    assert found == {
        "ocr:train_loss": "1.2345",
        "ocr:val_loss": "0.5000",
        "ocr:val_right": "0.9100",
    }


def test_what_is_no_address_of_a_bucket() -> None:
    for changes in ({"data": {"own": "photos"}}, {"start": "photos"}, {"checkpoints": "x"}):
        with pytest.raises(UserError, match="begins with s3://"):
            sagemaker.request(train("sagemaker", **changes))


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """SageMaker as moto plays it."""
    import boto3

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        yield boto3.client("sagemaker")


def test_a_training_job_is_sent(service: Any, tmp_path: Path) -> None:
    made = train("sagemaker")
    (tmp_path / "job.json").write_text(sagemaker.write(made))
    assert made.run in sagemaker.submit(made, tmp_path / "job.json")
    told = service.describe_training_job(TrainingJobName=made.run)
    assert told["ResourceConfig"]["InstanceCount"] == made.nodes
    (tmp_path / "job.json").write_text(json.dumps({"TrainingJobName": 3}))
    with pytest.raises(UserError, match="SageMaker does not take it: "):
        sagemaker.submit(made, tmp_path / "job.json")


# Azure ML


@every_example
def test_azure_s_own_reader_takes_the_job(path: Path, tmp_path: Path) -> None:
    load_job = pytest.importorskip(
        "azure.ai.ml", reason="azure-ai-ml is not installed: pip install azure-ai-ml"
    ).load_job
    (tmp_path / "job.yml").write_text(PLATFORMS["azureml"].write(example(path, "azureml")))
    loaded = load_job(tmp_path / "job.yml")
    assert loaded.type == "command"
    assert loaded.resources.instance_count == example(path, "azureml").nodes


def test_azure_fills_in_where_data_are() -> None:
    made = train("azureml")
    document = yaml.safe_load(PLATFORMS["azureml"].write(made))
    assert document["distribution"] == {"type": "pytorch", "process_count_per_instance": 1}
    assert document["environment_variables"] == {"NUM_NODES": str(made.nodes)}
    shown = document["command"]
    for kind in ("inputs", "outputs"):
        for name in document[kind]:
            assert f"${{{{{kind}.{name}}}}}" in shown
            shown = shown.replace(f"${{{{{kind}.{name}}}}}", f"/mnt/{kind} {name}")
    # As the shell takes it once places are filled in, with spaces in them.
    stub = f'job() {{ printf "%s\\n" "$@"; }}; {shown}'
    done = subprocess.run(["bash", "-c", stub], text=True, capture_output=True, check=True)
    told = understood(done.stdout.splitlines())
    assert dict(told["data"])["own"] == Path("/mnt/inputs own")
    assert told["out"] == Path("/mnt/outputs result")


# Slurm


@every_example
def test_batch_scripts_are_clean(path: Path, tmp_path: Path) -> None:
    (tmp_path / "job.sh").write_text(PLATFORMS["slurm"].write(example(path, "slurm")))
    done = subprocess.run(
        [Path(sys.executable).with_name("shellcheck"), tmp_path / "job.sh"],
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.stdout == ""


def test_nodes_of_slurm_run_the_job(tmp_path: Path) -> None:
    made = with_setting("slurm", workdir=str(tmp_path), python=str(tmp_path / "python"))
    (tmp_path / "job.sh").write_text(PLATFORMS["slurm"].write(made))
    stubs = {
        "python": 'echo "$NUM_NODES $NODE_RANK $MASTER_ADDR $MASTER_PORT"; printf "%s\\n" "$@"',
        "scontrol": "printf 'node7\\nnode8\\n'",
        # Starts what it is given on each node: on the second one here.
        "srun": 'shift; SLURM_NODEID=1 exec "$@"',
    }
    for name, body in stubs.items():
        (tmp_path / name).write_text(f"#!/usr/bin/env bash\n{body}\n")
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        ["bash", str(tmp_path / "job.sh")],
        env={"PATH": f"{tmp_path}:/usr/bin:/bin", "SLURM_JOB_NODELIST": "node[7-8]"},
        text=True,
        capture_output=True,
        check=True,
    )
    first, minus, module, *words = done.stdout.splitlines()
    assert first == f"{made.nodes} 1 node7 29400"
    assert (minus, module) == ("-m", "src.job")
    assert understood(words)["revision"] == REVISION


def test_options_of_slurm_cannot_hold_more_than_one() -> None:
    for setting in ({"partition": "a b"}, {"account": "x\ny"}, {"options": ["--x", "a'b"]}):
        with pytest.raises(UserError, match=r"slurm"):
            PLATFORMS["slurm"].write(with_setting("slurm", **setting))


# Clients


@pytest.mark.parametrize(
    ("platform", "client", "answer", "called", "told"),
    [
        ("kubernetes", "kubectl", "job created", "apply --filename {file}", "job created"),
        ("azureml", "az", "", "ml job create --file {file}", "az ml job stream --name"),
        ("slurm", "sbatch", "4711;cluster", "--parsable {file}", "job 4711 of Slurm"),
    ],
)
def test_clients_are_handed_the_file(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
    client: str,
    answer: str,
    called: str,
    told: str,
) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    made = train(platform)
    file = tmp_path / "job"
    submit = PLATFORMS[platform].submit
    if shutil.which(client) is None:
        with pytest.raises(UserError, match=f"there is no {client} on PATH"):
            submit(made, file)
    stub = tmp_path / client
    stub.write_text(f'#!/bin/sh\necho "$*" > {tmp_path}/called\necho "{answer}"\n')
    stub.chmod(0o755)
    assert told in submit(made, file)
    assert (tmp_path / "called").read_text().startswith(called.format(file=file))
    stub.write_text("#!/bin/sh\necho 'no such queue' >&2\nexit 3\n")
    with pytest.raises(
        UserError, match=rf"{client} does not take it \(exit code 3\): no such queue"
    ):
        submit(made, file)


def test_requests_are_json() -> None:
    assert json.loads(sagemaker.write(train("sagemaker")))["TrainingJobName"]
