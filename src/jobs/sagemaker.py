"""Jobs on SageMaker: a training job by the container's contract, and processing jobs for all else."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..common.errors import UserError
from .description import Job
from .overrides import PARAMS_PY
from .platform import Platform, Setting, arguments, call, settings_of

_ROOT = "/opt/ml"
_INPUT, _OUTPUT = "/opt/ml/processing/input", "/opt/ml/processing/output"
# What CreateTrainingJob and CreateProcessingJob take.
_MAX_WORDS, _MAX_WORD, _MAX_VALUE = 100, 256, 2500
# Of instances that have no GPU.
_TAG = str.maketrans(dict.fromkeys("[]{}()<>,;'\"!?*&%$#|\\^`~", "-"))

SETTINGS = {
    "image": Setting(
        "the image of docker/train.Dockerfile in a registry that SageMaker can pull from"
    ),
    "role": Setting("the ARN of the execution role, which may read the data and write the output"),
    "instance": Setting("the type of the machines, as ml.g5.xlarge"),
    "output": Setting("where results go, as s3://BUCKET/plates"),
    "region": Setting("the region; default: that of the environment", ""),
    "volume_gb": Setting("disk of each machine in GB, a whole number", 50),
    "spot": Setting(
        "true to train on spare capacity, which may be taken away and comes again", False
    ),
    "subnets": Setting("a list of subnets; default: none", []),
    "security_groups": Setting("a list of security groups, with subnets", []),
}


def write(job: Job) -> str:
    """Return the request as JSON."""
    return json.dumps(request(job), indent=2) + "\n"


def request(job: Job) -> dict[str, Any]:
    """Return what CreateTrainingJob takes of a training, and CreateProcessingJob of another job."""
    settings = settings_of(job, PLATFORM)
    output = _s3("sagemaker.output", settings["output"]).rstrip("/")
    make = _training if job.job == "train" else _processing
    made = make(job, settings, output)
    words = made["words"]
    if len(words) > _MAX_WORDS or any(len(word) > _MAX_WORD for word in words):
        raise UserError(
            f"SageMaker takes at most {_MAX_WORDS} words of {_MAX_WORD} characters: name less, or shorter"
        )
    content: dict[str, Any] = made["request"]
    content["Tags"] = [{"Key": k, "Value": v.translate(_TAG)[:256]} for k, v in job.labels.items()]
    return content


def _training(job: Job, settings: Mapping[str, Any], output: str) -> dict[str, Any]:
    channels = {channel: _s3(f"data.{channel}", one.where) for channel, one in job.data.items()}
    start = job.start
    if start and start not in ("release", "none"):
        channels["model"], start = _s3("start", start), ""
    if len(channels) > 20:
        raise UserError(
            f"SageMaker takes at most 20 channels, and there are {len(channels)}: put folders together"
        )
    words = _without(arguments(job, {}, {}, "", "", start=start, overrides=False)[1:], "--name")
    seconds = {"MaxRuntimeInSeconds": job.seconds}
    if settings["spot"]:
        seconds["MaxWaitTimeInSeconds"] = 2 * job.seconds
    content: dict[str, Any] = {
        "TrainingJobName": job.run,
        "RoleArn": settings["role"],
        "AlgorithmSpecification": {
            "TrainingImage": settings["image"],
            "TrainingInputMode": "File",
            "ContainerEntrypoint": ["train"],
            "MetricDefinitions": metrics(),
        },
        "HyperParameters": _hyperparameters(job),
        "OutputDataConfig": {"S3OutputPath": output},
        "CheckpointConfig": {
            "S3Uri": _s3("checkpoints", job.checkpoints or f"{output}/{job.name}/checkpoints"),
            "LocalPath": f"{_ROOT}/checkpoints",
        },
        "ResourceConfig": {
            "InstanceType": settings["instance"],
            "InstanceCount": job.nodes,
            "VolumeSizeInGB": settings["volume_gb"],
        },
        "StoppingCondition": seconds,
        "EnableManagedSpotTraining": settings["spot"],
        # What machines say to one another in a training.
        "EnableInterContainerTrafficEncryption": job.nodes > 1,
        **_network(settings),
    }
    if words:
        content["AlgorithmSpecification"]["ContainerArguments"] = words
    if channels:
        content["InputDataConfig"] = [
            {
                "ChannelName": name,
                "DataSource": {
                    "S3DataSource": {
                        "S3DataType": "S3Prefix",
                        "S3Uri": place,
                        "S3DataDistributionType": "FullyReplicated",
                    }
                },
                "InputMode": "File",
            }
            for name, place in channels.items()
        ]
    return {"request": content, "words": words}


def metrics() -> list[dict[str, str]]:
    """Return how a training's lines of an epoch (src/training/progress.py) are read as curves."""
    names = ("train_loss", "val_loss", "val_ap75", "val_right", "val_mixed")
    return [
        {"Name": f"{network}:{name}", "Regex": f"train {network}, epoch .* {name} ([0-9.]+)"}
        for network in ("localize", "ocr")
        for name in names
        if (network, name) not in {("localize", "val_right"), ("ocr", "val_ap75")}
    ]


def _hyperparameters(job: Job) -> dict[str, str]:
    """Return the overrides by name, as SageMaker shows them."""
    found = {}
    for override in job.overrides:
        name, _, value = override.partition("=")
        found[name.removeprefix(f"{PARAMS_PY}:")] = value
        if len(value) > _MAX_VALUE:
            raise UserError(
                f"{name} has more than {_MAX_VALUE} characters, which SageMaker does not take"
            )
    if len(found) > 100:
        raise UserError(f"SageMaker takes at most 100 hyper-parameters, and there are {len(found)}")
    return found


def _without(words: list[str], option: str) -> list[str]:
    """Return words without an option and its value: the platform says it itself."""
    place = words.index(option)
    return words[:place] + words[place + 2 :]


def _processing(job: Job, settings: Mapping[str, Any], output: str) -> dict[str, Any]:
    inputs = {channel: _s3(f"data.{channel}", one.where) for channel, one in job.data.items()}
    data = {channel: f"{_INPUT}/{channel}" for channel in inputs}
    models = {}
    for name, place in job.models.items():
        models[name] = place
        if place != "release":
            inputs[f"model-{name}"] = _s3(f"models.{name}", place)
            models[name] = f"{_INPUT}/model-{name}"
    kept = _s3("checkpoints", job.checkpoints or f"{output}/{job.name}/checkpoints")
    words = arguments(job, data, models, f"{_OUTPUT}/result", f"{_OUTPUT}/checkpoints")
    outputs = {
        "result": _s3("out", job.out or f"{output}/{job.run}"),
        **({"checkpoints": kept} if job.job == "preprocess" else {}),
    }
    content = {
        "ProcessingJobName": job.run,
        "RoleArn": settings["role"],
        "AppSpecification": {
            "ImageUri": settings["image"],
            "ContainerEntrypoint": ["job"],
            "ContainerArguments": words,
        },
        "ProcessingInputs": [
            {
                "InputName": name.replace("_", "-"),
                "S3Input": {
                    "S3Uri": place,
                    "LocalPath": f"{_INPUT}/{name}",
                    "S3DataType": "S3Prefix",
                    "S3InputMode": "File",
                    "S3DataDistributionType": "FullyReplicated",
                },
            }
            for name, place in inputs.items()
        ],
        "ProcessingOutputConfig": {
            "Outputs": [
                {
                    "OutputName": name,
                    "S3Output": {
                        "S3Uri": place,
                        "LocalPath": f"{_OUTPUT}/{name}",
                        "S3UploadMode": "EndOfJob",
                    },
                }
                for name, place in outputs.items()
            ]
        },
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceCount": 1,
                "InstanceType": settings["instance"],
                "VolumeSizeInGB": settings["volume_gb"],
            }
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": min(job.seconds, 604800)},
    }
    network = _network(settings)
    if network:
        content["NetworkConfig"] = network
    return {"request": content, "words": words}


def _network(settings: Mapping[str, Any]) -> dict[str, Any]:
    if not settings["subnets"]:
        return {}
    return {
        "VpcConfig": {
            "SecurityGroupIds": settings["security_groups"],
            "Subnets": settings["subnets"],
        }
    }


def _s3(key: str, place: str) -> str:
    if not place.startswith("s3://") or len(place) < 6:
        raise UserError(f"{key} is {place}: name an address that begins with s3://")
    return place


def submit(job: Job, path: Path) -> str:
    """Send the request by boto3 where it is installed, and by the command `aws` else."""
    region = settings_of(job, PLATFORM)["region"]
    operation = "training" if job.job == "train" else "processing"
    try:
        import boto3
        from botocore.exceptions import BotoCoreError, ClientError
    except ModuleNotFoundError:
        command = [
            "aws",
            "sagemaker",
            f"create-{operation}-job",
            "--cli-input-json",
            path.resolve().as_uri(),
        ]
        command += ["--region", region] if region else []
        call(command, "install boto3 (pip install boto3), or the command aws")
    else:
        try:
            client = boto3.client("sagemaker", **({"region_name": region} if region else {}))
            getattr(client, f"create_{operation}_job")(**json.loads(path.read_text()))
        except (BotoCoreError, ClientError) as error:
            raise UserError(f"SageMaker does not take it: {error}") from error
    group = "TrainingJobs" if job.job == "train" else "ProcessingJobs"
    log = f"aws logs tail /aws/sagemaker/{group} --follow --log-stream-name-prefix {job.run}"
    return f"{job.run} was sent\nfollow it: {log}"


PLATFORM = Platform("sagemaker", SETTINGS, ".json", write, submit)
