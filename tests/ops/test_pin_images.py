"""Base images by digest: what the script asks docker, what it writes, and what it refuses. docker itself is a stub."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ops.dockerfile import stages
from tests.source import ROOT
from tests.workflows.stubs import Stubs, quoted

DIGEST = "sha256:" + "0123456789abcdef" * 4
NEWER = "sha256:" + "f" * 64
# Answers as `docker buildx imagetools inspect --format '{{json .Manifest}}'` does.
ANSWER = "import json; print(json.dumps({{'mediaType': 'list', 'digest': {digest!r}, 'size': 9}}))"


@pytest.fixture
def stubs(tmp_path: Path) -> Stubs:
    (tmp_path / "stubs").mkdir()
    return Stubs(tmp_path / "stubs")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with the lock, the Dockerfiles and what rewrites them, none of it pinned."""
    root = tmp_path / "project"
    shutil.copytree(ROOT / ".github/scripts", root / ".github/scripts")
    shutil.copytree(ROOT / "docker", root / "docker", ignore=shutil.ignore_patterns("runner.env"))
    shutil.copy(ROOT / "Makefile", root)
    for path in (root / "docker").iterdir():
        if path.suffix in (".lock", ".Dockerfile"):
            path.write_text(re.sub("@sha256:[0-9a-f]{64}", "", path.read_text()))
    commit = (
        "git init -q && git add -A && git -c user.name=t -c user.email=t@localhost commit -qm x"
    )
    subprocess.run(["bash", "-ec", commit], cwd=root, check=True)
    return root


def locked(project: Path) -> dict[str, str]:
    """What the lock holds."""
    lines = (project / "docker/images.lock").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def bases(project: Path) -> set[str]:
    """What the Dockerfiles build on."""
    return {
        stage[0].rest.split()[0]
        for path in (project / "docker").glob("*.Dockerfile")
        for stage in stages(path)
    }


def test_the_project_builds_on_the_images_of_the_lock() -> None:
    assert bases(ROOT) == set(locked(ROOT).values())
    for image in locked(ROOT).values():
        assert re.fullmatch(r"[a-z/]+:\d+\.\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?", image)


def test_pins_every_image_in_the_lock_and_in_the_dockerfiles(project: Path, stubs: Stubs) -> None:
    before = locked(project)
    stubs.add("docker", ANSWER.format(digest=DIGEST))
    done = stubs.run(project, "make pin-images")
    assert done.returncode == 0, done.stderr
    asked = [call.arguments for call in stubs.calls("docker")]
    inspect = ["buildx", "imagetools", "inspect", "--format", "{{json .Manifest}}"]
    assert asked == [[*inspect, tagged] for tagged in before.values()]
    assert locked(project) == {name: f"{tagged}@{DIGEST}" for name, tagged in before.items()}
    assert bases(project) == set(locked(project).values())
    assert (project / "docker/images.lock").read_text().startswith("# The images that")
    changed = subprocess.run(
        ["git", "diff", "--stat"], cwd=project, text=True, capture_output=True, check=True
    )
    assert set(re.findall(r"docker/(\S+)", changed.stdout)) == {
        *("images.lock", "runner.Dockerfile", "serve.Dockerfile", "train.Dockerfile"),
    }
    assert stubs.run(project, "python3 docker/pin_images.py --check").returncode == 0

    # A tag that has moved on since is asked for by its name, and its digest replaced.
    stubs.add("docker", ANSWER.format(digest=NEWER))
    assert stubs.run(project, "make pin-images").returncode == 0
    assert locked(project) == {name: f"{tagged}@{NEWER}" for name, tagged in before.items()}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("sys.exit('no\\x1b[2J such image')", r"docker cannot look it up \('no\\x1b\[2J such"),
        ("print('latest')", "answered without a digest"),
        ("print('[]')", "answered without a digest"),
        (ANSWER.format(digest="sha256:12"), "answered without a digest"),
        (ANSWER.format(digest=f"{DIGEST} AS python\nRUN id"), "answered without a digest"),
        # The second image only.
        (
            f"{ANSWER.format(digest=DIGEST)}\nif 'node' in arguments[-1]: sys.exit('gone')",
            "node.*'gone'",
        ),
    ],
)
def test_nothing_is_written_unless_all_were_found(
    project: Path, stubs: Stubs, answer: str, said: str
) -> None:
    stubs.add("docker", answer)
    done = stubs.run(project, "python3 docker/pin_images.py")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    assert re.search(said, line)
    command = ["git", "status", "--porcelain"]
    assert subprocess.run(command, cwd=project, capture_output=True, check=True).stdout == b""


def test_without_docker(project: Path) -> None:
    command = [sys.executable, "docker/pin_images.py"]
    done = subprocess.run(
        command, cwd=project, env={"PATH": "/nowhere"}, text=True, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr == "error: there is no docker on PATH: install it with buildx\n"


def test_check_names_what_is_not_pinned_and_asks_nobody(project: Path, stubs: Stubs) -> None:
    stubs.add("docker")
    done = stubs.run(project, "python3 docker/pin_images.py --check")
    assert done.returncode == 1
    assert done.stderr.startswith("error: not pinned by digest: ")
    assert all(tagged in done.stderr for tagged in locked(project).values())
    assert stubs.calls("docker") == []


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("images.lock", "NODE=node:24", "NODE=node:23", "runner.Dockerfile builds on other images"),
        ("images.lock", "NODE=node:24.18.0-bookworm-slim", "NODE=node", "has the line 'NODE=node'"),
        ("images.lock", "NODE=", "PYTHON=", "has the line 'PYTHON=python"),
        ("serve.Dockerfile", "FROM ${PYTHON}\n", "FROM python:3\n", "builds on python:3: name it"),
        ("serve.Dockerfile", "ARG PYTHON=", "ARG OTHER=", "builds on OTHER, which images.lock"),
    ],
)
def test_check_notices_what_does_not_go_together(
    project: Path, stubs: Stubs, name: str, old: str, new: str, said: str
) -> None:
    path = project / "docker" / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    done = stubs.run(project, "python3 docker/pin_images.py --check")
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_weekly_job_fails_with_a_patch_until_all_is_pinned(project: Path, stubs: Stubs) -> None:
    stubs.add("docker", ANSWER.format(digest=DIGEST))
    done = stubs.run(project, quoted("images.sh"))
    assert done.returncode == 1
    assert "images are not pinned, or newer ones have their tags" in done.stderr
    patch = project / "report/images.patch"
    assert patch.read_text().count(f"@{DIGEST}") == 8
    # What the job left is what a commit wants; after it the job is content.
    kept = project.parent / "images.patch"
    shutil.copy(patch, kept)
    commit = f"git checkout -q . && git apply {kept} && git -c user.name=t -c user.email=t@l commit -qam y"
    assert stubs.run(project, commit).returncode == 0
    done = stubs.run(project, quoted("images.sh"))
    assert done.returncode == 0, done.stderr
    assert "Every image is pinned" in done.stdout
