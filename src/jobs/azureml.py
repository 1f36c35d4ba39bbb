"""Jobs on Azure Machine Learning: a command job, as the command `az ml` takes it."""

import shlex
from pathlib import Path
from typing import Any

import yaml

from ..common.errors import UserError
from .description import Job
from .platform import Platform, Setting, arguments, call, is_remote, settings_of

_SCHEMA = "https://azuremlschemas.azureedge.net/latest/commandJob.schema.json"

SETTINGS = {
    "image": Setting(
        "the image of docker/train.Dockerfile in a registry that the workspace can pull from"
    ),
    "compute": Setting("the name of the compute cluster"),
    "workspace": Setting("the workspace; default: that of `az configure`", ""),
    "resource_group": Setting("the resource group; default: that of `az configure`", ""),
    "subscription": Setting("the subscription; default: that of `az account`", ""),
    "experiment": Setting("the experiment under which runs are shown", "plates"),
    "shm_size": Setting("shared memory of each machine, as 8g", "8g"),
    "register": Setting(
        "a name under which the result is registered, with a version of its own", ""
    ),
}


def write(job: Job) -> str:
    """Return the job as YAML."""
    return yaml.safe_dump(document(job), sort_keys=False, width=1000)


def document(job: Job) -> dict[str, Any]:
    """Return a command job."""
    settings = settings_of(job, PLATFORM)
    inputs = {channel: _folder(f"data.{channel}", one.where) for channel, one in job.data.items()}
    data = {channel: f"${{{{inputs.{channel}}}}}" for channel in inputs}
    models = {}
    for name, place in job.models.items():
        models[name] = place
        if place != "release":
            inputs[f"model_{name}"] = _folder(f"models.{name}", place)
            models[name] = f"${{{{inputs.model_{name}}}}}"
    start = job.start
    if start and start not in ("release", "none"):
        inputs["start"], start = _folder("start", start), "${{inputs.start}}"
    outputs = {
        "result": _output("out", job.out),
        "checkpoints": _output("checkpoints", job.checkpoints),
    }
    if settings["register"]:
        outputs["result"]["name"] = settings["register"]
    if job.job == "train":
        outputs["report"] = _output("out", "")
    words = arguments(
        job,
        data,
        models,
        "${{outputs.result}}",
        "${{outputs.checkpoints}}",
        "${{outputs.report}}" if job.job == "train" else "",
        start=start,
    )
    several: dict[str, Any] = {
        # One process on each machine, which starts those that train.
        "distribution": {"type": "pytorch", "process_count_per_instance": 1},
        "environment_variables": {"NUM_NODES": str(job.nodes)},
    }
    return {
        "$schema": _SCHEMA,
        "type": "command",
        "name": job.run,
        "display_name": job.run,
        "experiment_name": settings["experiment"],
        "tags": job.labels,
        "command": " ".join(("job", *map(_quoted, words))),
        "environment": {"image": settings["image"]},
        "compute": f"azureml:{settings['compute'].removeprefix('azureml:')}",
        "resources": {"instance_count": job.nodes, "shm_size": settings["shm_size"]},
        "limits": {"timeout": job.seconds},
        **(several if job.nodes > 1 else {}),
        **({"inputs": inputs} if inputs else {}),
        "outputs": outputs,
    }


def _quoted(word: str) -> str:
    """Return a word for the shell, in which the platform fills in places."""
    if "${{" in word:
        # Places may have spaces, and double quotes leave what is filled in as one word.
        return f'"{word}"'
    return shlex.quote(word)


def _folder(key: str, place: str) -> dict[str, Any]:
    if not is_remote(place):
        raise UserError(
            f"{key} is {place}: name azureml:NAME:VERSION, or an address of a datastore"
        )
    return {"type": "uri_folder", "path": place, "mode": "ro_mount"}


def _output(key: str, place: str) -> dict[str, Any]:
    if place and not is_remote(place):
        raise UserError(f"{key} is {place}: name an address of a datastore, azureml://datastores/…")
    return {"type": "uri_folder", "mode": "rw_mount", **({"path": place} if place else {})}


def submit(job: Job, path: Path) -> str:
    """Hand the file to `az ml`."""
    settings = settings_of(job, PLATFORM)
    where = {
        "--workspace-name": settings["workspace"],
        "--resource-group": settings["resource_group"],
        "--subscription": settings["subscription"],
    }
    options = [word for option, value in where.items() if value for word in (option, value)]
    command = ["az", "ml", "job", "create", "--file", str(path), *options]
    call(
        [*command, "--output", "none"],
        "install Azure's command line, and `az extension add --name ml`",
    )
    return f"{job.run} was sent\nfollow it: {shlex.join(['az', 'ml', 'job', 'stream', '--name', job.run, *options])}"


PLATFORM = Platform("azureml", SETTINGS, ".yml", write, submit)
