"""Jobs in a Kubernetes cluster: a Job, and for several machines what they meet by."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from ..common.errors import UserError
from .description import Job
from .hosts import PORT
from .platform import Platform, Setting, arguments, call, is_remote, settings_of

_MOUNT = "/plates"
_USER = 10001
_INDEX = "metadata.annotations['batch.kubernetes.io/job-completion-index']"

SETTINGS = {
    "image": Setting("the image of docker/train.Dockerfile, with an exact tag or a digest"),
    "claim": Setting(
        "the PersistentVolumeClaim with the data; several machines need ReadWriteMany"
    ),
    "namespace": Setting("the namespace", "default"),
    "gpus": Setting("GPUs of each machine, a whole number", 1),
    "cpu": Setting("processors that each machine is asked for, as text", "8"),
    "memory": Setting("memory of each machine, as 16Gi", "16Gi"),
    "scratch": Setting("disk for what is drawn and frozen, as 20Gi", "20Gi"),
    "node_selector": Setting("labels that nodes must have, a table", {}),
}


def write(job: Job) -> str:
    """Return the manifest."""
    return yaml.safe_dump_all(documents(job), sort_keys=False, width=1000)


def documents(job: Job) -> Iterator[dict[str, Any]]:
    """Yield the objects of a job."""
    settings = settings_of(job, PLATFORM)
    if settings["image"].endswith(":latest") or ":" not in settings["image"].rpartition("/")[2]:
        raise UserError(f"kubernetes.image is {settings['image']}: name an exact tag or a digest")
    # Values of labels take few characters; annotations take any.
    labels = {"app.kubernetes.io/name": job.run, "app.kubernetes.io/part-of": "plate-pipeline"}
    head = {"name": job.run, "namespace": settings["namespace"], "labels": labels}
    if job.nodes > 1:
        yield {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": head,
            "spec": {
                "clusterIP": "None",
                # Before they are ready, for they get ready by meeting.
                "publishNotReadyAddresses": True,
                "selector": {"app.kubernetes.io/name": job.run},
                "ports": [
                    {"name": "torchrun", "port": PORT},
                    {"name": "job", "port": PORT + 1},
                ],
            },
        }
    yield {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {**head, "annotations": {f"plates/{k}": v for k, v in job.labels.items()}},
        "spec": _job(job, settings, labels),
    }
    yield {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": head,
        "spec": _policy(job),
    }


def _job(job: Job, settings: dict[str, Any], labels: dict[str, str]) -> dict[str, Any]:
    several: dict[str, Any] = {
        "completionMode": "Indexed",
        "completions": job.nodes,
        "parallelism": job.nodes,
    }
    failures: list[dict[str, Any]] = [
        # A node that is drained or taken away is nobody's fault.
        {
            "action": "Ignore",
            "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}],
        },
        # A wrong command line, a defect and tools that are not there will not get better.
        {
            "action": "FailJob",
            "onExitCodes": {"containerName": "job", "operator": "In", "values": [2, 70, 126, 127]},
        },
    ]
    return {
        **(several if job.nodes > 1 else {}),
        # A lost pod ends the training in all of them; they go on after the last whole epoch.
        "backoffLimit": 3 * job.nodes,
        "podFailurePolicy": {"rules": failures},
        "activeDeadlineSeconds": job.seconds,
        "ttlSecondsAfterFinished": 604800,
        "template": {"metadata": {"labels": labels}, "spec": _pod(job, settings)},
    }


def _pod(job: Job, settings: dict[str, Any]) -> dict[str, Any]:
    variables: list[dict[str, Any]] = [{"name": "HOME", "value": "/tmp"}]
    if job.nodes > 1:
        variables += [
            {"name": "NUM_NODES", "value": str(job.nodes)},
            {"name": "NODE_RANK", "valueFrom": {"fieldRef": {"fieldPath": _INDEX}}},
            {"name": "MASTER_ADDR", "value": f"{job.run}-0.{job.run}"},
        ]
    limits: dict[str, Any] = {"memory": settings["memory"]}
    if settings["gpus"]:
        limits["nvidia.com/gpu"] = settings["gpus"]
    return {
        "restartPolicy": "Never",
        # With the pod's index this gives the names RUN-0.RUN, RUN-1.RUN ...
        **({"subdomain": job.run} if job.nodes > 1 else {}),
        **({"nodeSelector": settings["node_selector"]} if settings["node_selector"] else {}),
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": 45,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": _USER,
            "runAsGroup": _USER,
            "fsGroup": _USER,
            "fsGroupChangePolicy": "OnRootMismatch",
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [
            {
                "name": "job",
                "image": settings["image"],
                "command": ["job"],
                # A dollar and a bracket would name a variable.
                "args": [word.replace("$(", "$$(") for word in _words(job)],
                "env": variables,
                "resources": {
                    "requests": {"cpu": settings["cpu"], "memory": settings["memory"]},
                    "limits": limits,
                },
                "securityContext": {
                    "allowPrivilegeEscalation": False,
                    "readOnlyRootFilesystem": True,
                    "capabilities": {"drop": ["ALL"]},
                },
                "volumeMounts": [
                    {"name": "plates", "mountPath": _MOUNT},
                    {"name": "tmp", "mountPath": "/tmp"},
                    {"name": "shm", "mountPath": "/dev/shm"},
                ],
            }
        ],
        "volumes": [
            {"name": "plates", "persistentVolumeClaim": {"claimName": settings["claim"]}},
            {"name": "tmp", "emptyDir": {"sizeLimit": settings["scratch"]}},
            # Workers of torch hand over batches in it; the default of 64 MB is too small.
            {"name": "shm", "emptyDir": {"medium": "Memory", "sizeLimit": "2Gi"}},
        ],
    }


def _policy(job: Job) -> dict[str, Any]:
    """Return who the pods talk to: one another, and names. Rendezvous and collectives ask nobody who they are."""
    pods = {"podSelector": {"matchLabels": {"app.kubernetes.io/name": job.run}}}
    names = {
        "namespaceSelector": {},
        "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
    }
    ports = [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")]
    return {
        **pods,
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{"from": [pods]}] if job.nodes > 1 else [],
        "egress": [{"to": [pods]}, {"to": [names], "ports": ports}],
    }


def _words(job: Job) -> list[str]:
    out = _on_volume("out", job.out or f"jobs/{job.run}")
    return arguments(
        job,
        {channel: _on_volume(f"data.{channel}", one.where) for channel, one in job.data.items()},
        {name: _model(f"models.{name}", place) for name, place in job.models.items()},
        f"{out}/model" if job.job == "train" else out,
        _on_volume("checkpoints", job.checkpoints or f"jobs/{job.name}/checkpoints"),
        f"{out}/report" if job.job == "train" else "",
        start=_model("start", job.start) if job.start else "",
    )


def _on_volume(key: str, place: str) -> str:
    path = Path(place)
    if is_remote(place) or path.is_absolute() or ".." in path.parts:
        raise UserError(f"{key} is {place}: name a path on the claim's volume, from its root")
    return f"{_MOUNT}/{path.as_posix()}"


def _model(key: str, place: str) -> str:
    """Return a model's folder on the volume; release and none are in the image."""
    return place if place in ("release", "none") else _on_volume(key, place)


def submit(job: Job, path: Path) -> str:
    """Hand the manifest to kubectl."""
    command = ["kubectl", "apply", "--filename", str(path)]
    said = call(
        command, "install kubectl and let it know the cluster, or apply the file where it is"
    )
    space = settings_of(job, PLATFORM)["namespace"]
    follow = f"kubectl --namespace {space} logs --follow --prefix --selector app.kubernetes.io/name={job.run}"
    return f"{said}\nfollow it: {follow}"


PLATFORM = Platform("kubernetes", SETTINGS, ".yml", write, submit)
