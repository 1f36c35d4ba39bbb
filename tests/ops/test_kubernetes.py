"""The manifests are what Kubernetes takes, and ask for no more than they need."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes_validate import ValidationError, validate

from src.serving.run import ANSWER_S, LINGER_S
from src.serving.settings import Settings
from tests.source import ROOT

VERSION = "1.37"
FOLDER = ROOT / "kubernetes"
FILES = sorted(FOLDER.glob("*.yml"))
PARTS = {
    "train-ddp.yml": {"Service", "Job", "NetworkPolicy"},
    "serve.yml": {
        "Deployment",
        "Service",
        "HorizontalPodAutoscaler",
        "PodDisruptionBudget",
        "NetworkPolicy",
    },
    "cml-runner.yml": {"Pod", "NetworkPolicy"},
}
every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)


def documents(path: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(path.read_text()))


def part(name: str, kind: str) -> dict[str, Any]:
    (found,) = (d for d in documents(FOLDER / name) if d["kind"] == kind)
    return found


def pods(path: Path) -> list[dict[str, Any]]:
    """The pod specifications of a file."""
    return [
        d["spec"] if d["kind"] == "Pod" else d["spec"]["template"]["spec"]
        for d in documents(path)
        if d["kind"] in ("Pod", "Deployment", "Job", "StatefulSet")
    ]


def containers(path: Path) -> list[dict[str, Any]]:
    return [c for pod in pods(path) for c in [*pod.get("initContainers", []), *pod["containers"]]]


@pytest.mark.parametrize("name", PARTS)
def test_holds_what_it_should(name: str) -> None:
    assert {d["kind"] for d in documents(FOLDER / name)} == PARTS[name]


@every_file
def test_is_valid(path: Path) -> None:
    for document in documents(path):
        validate(document, VERSION, strict=True)


def test_a_mistake_is_noticed() -> None:
    deployment = part("serve.yml", "Deployment")
    deployment["spec"]["template"]["spec"]["containers"][0]["readinesProbe"] = {}
    with pytest.raises(ValidationError):
        validate(deployment, VERSION, strict=True)


@every_file
def test_containers_have_least_privilege(path: Path) -> None:
    for pod in pods(path):
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not any(pod.get(key) for key in ("hostNetwork", "hostPID", "hostIPC"))
        assert not any("hostPath" in volume for volume in pod.get("volumes", []))
    for container in containers(path):
        rights = container["securityContext"]
        assert rights["allowPrivilegeEscalation"] is False
        assert rights["capabilities"] == {"drop": ["ALL"]}
        assert not rights.get("privileged")


@every_file
def test_containers_are_bounded(path: Path) -> None:
    for container in containers(path):
        assert "memory" in container["resources"]["limits"]
        assert "memory" in container["resources"]["requests"]


@every_file
def test_images_are_the_users_to_name_and_never_latest(path: Path) -> None:
    for container in containers(path):
        assert re.search(r":[\w.-]+$|@sha256:[0-9a-f]{64}$", container["image"])
        assert not container["image"].endswith(":latest")
        if "example.com" in container["image"]:
            assert f"image: {container['image']} # set this" in path.read_text()


@every_file
def test_no_secret_is_written_down(path: Path) -> None:
    assert "Secret" not in {d["kind"] for d in documents(path)}
    for container in containers(path):
        for variable in container.get("env", []):
            if re.search("TOKEN|SECRET|PASSWORD|KEY", variable["name"]):
                assert "secretKeyRef" in variable["valueFrom"]


def test_server_is_probed_where_it_answers() -> None:
    (server,) = containers(FOLDER / "serve.yml")
    assert server["startupProbe"]["httpGet"]["path"] == "/healthz"
    assert server["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert server["readinessProbe"]["httpGet"]["path"] == "/readyz"
    ports = {port["name"]: port["containerPort"] for port in server["ports"]}
    assert ports == {"http": 8080}
    assert part("serve.yml", "Service")["spec"]["ports"][0]["targetPort"] in ports


def test_server_has_time_to_end() -> None:
    pod = part("serve.yml", "Deployment")["spec"]["template"]["spec"]
    waits = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    longest = waits + LINGER_S + ANSWER_S + Settings().timeout_s
    assert pod["terminationGracePeriodSeconds"] > longest


def test_server_has_a_read_only_root() -> None:
    (server,) = containers(FOLDER / "serve.yml")
    assert server["securityContext"]["readOnlyRootFilesystem"] is True
    assert [mount["mountPath"] for mount in server["volumeMounts"]] == ["/tmp"]


def test_server_reads_as_many_pictures_as_its_limit_has_cores() -> None:
    (server,) = containers(FOLDER / "serve.yml")
    variables = {variable["name"]: variable for variable in server["env"]}
    source = variables["PLATES_CONCURRENCY"]["valueFrom"]["resourceFieldRef"]["resource"]
    assert source == "limits.cpu"
    assert int(server["resources"]["limits"]["cpu"]) >= 1


@pytest.mark.parametrize("kind", ["Service", "PodDisruptionBudget", "NetworkPolicy"])
def test_parts_name_the_servers_pods(kind: str) -> None:
    spec = part("serve.yml", kind)["spec"]
    selected = spec["selector"] if "selector" in spec else spec["podSelector"]
    template = part("serve.yml", "Deployment")["spec"]["template"]
    labels = selected.get("matchLabels", selected)
    assert labels.items() <= template["metadata"]["labels"].items()


def test_autoscaler_sets_the_replicas_alone() -> None:
    deployment, scaler = (
        part("serve.yml", kind) for kind in ("Deployment", "HorizontalPodAutoscaler")
    )
    target = scaler["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) == (deployment["kind"], deployment["metadata"]["name"])
    assert "replicas" not in deployment["spec"]
    assert scaler["spec"]["minReplicas"] >= 2


def test_runner_gets_its_token_from_the_secret_of_the_command_above_it() -> None:
    (runner,) = containers(FOLDER / "cml-runner.yml")
    variables = {variable["name"]: variable for variable in runner["env"]}
    assert variables["REPO_TOKEN"]["valueFrom"]["secretKeyRef"] == {
        "name": "gh-pat-secret",
        "key": "personal_access_token",
    }
    told = (FOLDER / "cml-runner.yml").read_text()
    command = r"kubectl create secret generic gh-pat-secret --from-literal=personal_access_token="
    assert command in told
    assert "read -s ACCESS_TOKEN" in told


def test_runner_has_a_gpu_and_starts_again() -> None:
    pod = part("cml-runner.yml", "Pod")
    assert pod["metadata"]["name"] == "cml-runner"
    assert pod["spec"]["restartPolicy"] == "Always"
    assert pod["spec"]["containers"][0]["resources"]["limits"]["nvidia.com/gpu"] == 1


def test_runner_reaches_no_private_network() -> None:
    spec = part("cml-runner.yml", "NetworkPolicy")["spec"]
    assert spec["ingress"] == []
    # A rule without `to` lets out to any address.
    targets = [to for rule in spec["egress"] for to in rule["to"]]
    (block,) = (to["ipBlock"] for to in targets if "ipBlock" in to)
    assert {"10.0.0.0/8", "169.254.0.0/16", "192.168.0.0/16"} <= set(block["except"])


@every_file
def test_names_are_asked_of_the_cluster_alone(path: Path) -> None:
    for policy in (d["spec"] for d in documents(path) if d["kind"] == "NetworkPolicy"):
        for rule in policy.get("egress", []):
            if 53 in [port["port"] for port in rule.get("ports", [])]:
                (target,) = rule["to"]
                assert target["podSelector"]["matchLabels"] == {"k8s-app": "kube-dns"}
