"""docker-compose.yml: the runner on this machine's GPU, with its token in a file that git ignores."""

import re
import subprocess
from typing import Any

import pytest
import yaml

from tests.source import ROOT

TEXT = (ROOT / "docker-compose.yml").read_text()
EXAMPLE = ROOT / "docker" / "runner.env.example"


def service() -> dict[str, Any]:
    (found,) = yaml.safe_load(TEXT)["services"].values()
    assert isinstance(found, dict)
    return found


def test_builds_the_runner() -> None:
    build = service()["build"]
    assert (ROOT / build["context"] / build["dockerfile"]).is_file()


def test_reserves_a_gpu() -> None:
    (device,) = service()["deploy"]["resources"]["reservations"]["devices"]
    assert device == {"driver": "nvidia", "count": 1, "capabilities": ["gpu"]}


def test_token_is_in_a_file_that_git_ignores() -> None:
    assert "environment" not in service()
    (file,) = service()["env_file"]
    command = ["git", "check-ignore", "--quiet", file["path"]]
    code = subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode
    if code == 128:
        pytest.skip("not a git checkout")
    assert code == 0
    assert not re.search(r"gh[pousr]_\w|github_pat_", TEXT)


def test_example_names_the_settings_of_the_script() -> None:
    names = {line.partition("=")[0] for line in EXAMPLE.read_text().splitlines() if "=" in line}
    told = (ROOT / "docker" / "runner.sh").read_text()
    assert names == {"REPO_URL", "REPO_TOKEN", "LABELS", "IDLE_TIMEOUT"}
    for name in names:
        assert re.search(rf"^#   {name}\b", told, re.MULTILINE)
    assert "REPO_TOKEN=\n" in EXAMPLE.read_text()


def test_has_least_privilege() -> None:
    runner = service()
    assert runner["read_only"] is True
    assert runner["cap_drop"] == ["ALL"]
    assert runner["security_opt"] == ["no-new-privileges:true"]
    assert not runner.get("privileged")
    # Named volumes only: nothing of the host, and not Docker's own socket.
    volumes = yaml.safe_load(TEXT)["volumes"]
    assert {volume.partition(":")[0] for volume in runner["volumes"]} == set(volumes)


def test_a_running_job_may_end() -> None:
    assert service()["stop_grace_period"] == "2h"
    assert service()["restart"] == "unless-stopped"
