"""The images, as far as their Dockerfiles tell without an engine."""

import re
import subprocess
import tomllib
from pathlib import Path, PurePosixPath

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from src.jobs.workspace import CODE, REVISION
from tests.ops.dockerfile import copies, environment, stages
from tests.source import ROOT, closure, path_of

SERVE, RUNNER = ROOT / "docker" / "serve.Dockerfile", ROOT / "docker" / "runner.Dockerfile"
TRAIN = ROOT / "docker" / "train.Dockerfile"
EACH = pytest.mark.parametrize("path", [SERVE, RUNNER, TRAIN], ids=lambda path: path.stem)
# What each script of the image starts.
RUNS = [
    ("job", "python3 -m src.job"),
    ("train", "job train --root there"),
    ("serve", "python3 -m src.serve --host 0.0.0.0 --port 8080"),
]


def requirements() -> list[str]:
    lines = (ROOT / "docker" / "serve-requirements.txt").read_text().splitlines()
    return [line for line in lines if not line.startswith("#")]


def ignored(source: str, path=SERVE) -> bool:
    """Whether a source is kept out of a Dockerfile's build: by its own list of what stays in, or else by the common."""
    own = path.with_name(f"{path.name}.dockerignore")
    lines = (own if own.exists() else ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in lines
    kept = [PurePosixPath(line[1:]) for line in lines if line.startswith("!")]
    return not any(PurePosixPath(source).is_relative_to(keep) for keep in kept)


@EACH
def test_bases_have_exact_tags(path) -> None:
    names = {rest[2] for stage in stages(path) if len(rest := stage[0].rest.split()) == 3}
    for stage in stages(path):
        base = stage[0].rest.split()[0]
        assert base in names or re.search(r":\d+\.\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?$", base)


@EACH
def test_runs_as_a_numbered_user_who_is_not_root(path) -> None:
    last = stages(path)[-1]
    (user,) = (i.rest for i in last if i.word == "USER")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    words = [i.word for i in last]
    assert words.index("USER") < max(words.index(w) for w in words if w in ("CMD", "ENTRYPOINT"))


@EACH
def test_starts_without_a_shell(path) -> None:
    # A shell as process 1 does not pass SIGTERM on.
    (start,) = (i for i in stages(path)[-1] if i.word in ("CMD", "ENTRYPOINT"))
    assert all(isinstance(word, str) for word in start.listed)


@EACH
def test_sources_exist_and_reach_the_build(path) -> None:
    for stage in stages(path):
        for sources, _ in copies(stage):
            for source in sources:
                assert not ignored(source, path), source
                assert (ROOT / source).exists(), source


@pytest.mark.parametrize(
    "name", ["docker/runner.env", ".git", "data", ".dvc/config.local", "out/models/localize"]
)
def test_builds_do_not_see(name: str) -> None:
    assert ignored(name)
    assert ignored(name, TRAIN)


def test_own_model_reaches_the_build() -> None:
    assert not ignored("out/models/stack")
    assert not ignored("out/promoted")


def test_server_gets_every_module_that_it_can_import() -> None:
    copied = [ROOT / source for sources, _ in copies(stages(SERVE)[-1]) for source in sources]
    for module in closure("src.serve"):
        file = path_of(module)
        assert any(file == path or path in file.parents for path in copied), module


def test_jobs_get_what_a_workspace_is_made_of() -> None:
    copied = {source for sources, _ in copies(stages(TRAIN)[-1]) for source in sources}
    assert copied >= {*CODE}
    text = TRAIN.read_text()
    assert f'"$REVISION" > {REVISION}' in text


@pytest.mark.parametrize(("name", "started"), RUNS)
def test_what_platforms_call_is_there(tmp_path: Path, name: str, started: str) -> None:
    stage = stages(TRAIN)[-1]
    assert ([f"docker/{name}.sh"], f"/usr/local/bin/{name}") in copies(stage)
    (start,) = (i.listed for i in stage if i.word == "CMD")
    assert start == ["train"]
    # With stubs of what it calls, and another place for the code.
    script = (ROOT / f"docker/{name}.sh").read_text().replace("/srv/plates", str(tmp_path))
    for stub in ("python3", "job"):
        (tmp_path / stub).write_text('#!/bin/sh\necho "${0##*/} $*"\n')
        (tmp_path / stub).chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "PLATES_ROOT": "there"}
    done = subprocess.run(
        ["sh", "-c", script, name, "--tag", "A b"],
        env=environment,
        text=True,
        capture_output=True,
        check=True,
    )
    assert done.stdout == f"{started} --tag A b\n"


def test_serving_takes_the_model_that_a_platform_has_put_there(tmp_path: Path) -> None:
    (tmp_path / "python3").write_text('#!/bin/sh\necho "${PLATES_MODEL-}"\n')
    (tmp_path / "python3").chmod(0o755)

    def model() -> str:
        environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "PLATES_ROOT": str(tmp_path / "ml")}
        command = ["sh", str(ROOT / "docker/serve.sh")]
        done = subprocess.run(command, env=environment, text=True, capture_output=True, check=True)
        return done.stdout.strip()

    assert model() == ""
    (tmp_path / "ml/model").mkdir(parents=True)
    (tmp_path / "ml/model/SHA256SUMS").touch()
    assert model() == f"{tmp_path}/ml/model"
    assert (["docker/serve.sh"], "/usr/local/bin/serve") in copies(stages(SERVE)[-1])


def test_server_is_started_as_documented() -> None:
    (start,) = (i.listed for i in stages(SERVE)[-1] if i.word == "CMD")
    assert start == ["python3", "-m", "src.serve", "--host", "0.0.0.0", "--port", "8080"]


def test_server_is_asked_how_it_is_without_curl() -> None:
    (check,) = (i.rest for i in stages(SERVE)[-1] if i.word == "HEALTHCHECK")
    assert re.search(r'CMD \["python3", "-c", ".*127\.0\.0\.1:8080/healthz.*timeout=\d', check)


def test_server_writes_nothing_beside_its_code() -> None:
    settings = environment(stages(SERVE)[-1])
    assert settings["PYTHONDONTWRITEBYTECODE"] == "1"
    assert settings["HOME"] == "/tmp"


def test_server_reports_nothing_home() -> None:
    settings = environment(stages(SERVE)[-1])
    assert settings["ORT_DISABLE_TELEMETRY"] == "1"


def test_server_needs_what_the_project_says() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    extra = {Requirement(line).name for name in ("serve", "signed") for line in extras[name]}
    main = {Requirement(line).name for line in project["dependencies"]}
    assert set(requirements()) == extra | main


def test_server_needs_only_what_is_pinned_and_no_torch() -> None:
    pinned = {
        canonicalize_name(Requirement(line).name)
        for line in (ROOT / "constraints.txt").read_text().splitlines()
    }
    assert requirements() == sorted(requirements())
    assert set(requirements()) <= pinned
    assert not {"torch", "lightning", "dvc"} & set(requirements())


def test_server_is_installed_by_the_constraints() -> None:
    (run,) = (i.rest for i in stages(SERVE)[0] if i.word == "RUN")
    assert "--constraint constraints.txt --requirement serve-requirements.txt" in run


def test_runner_has_what_the_workflows_ask_for() -> None:
    text = RUNNER.read_text()
    python, node, cuda = (stage[0].rest for stage in stages(RUNNER))
    assert re.fullmatch(r"python:3\.11\.\d+-[\w.@:-]+ AS python", python)
    assert re.fullmatch(r"node:24\.\d+\.\d+-[\w.@:-]+ AS node", node)
    assert re.fullmatch(r"nvidia/cuda:13\.\d+\.\d+-runtime-ubuntu24\.04(@\S+)?", cuda)
    assert re.search(r"npm install --global .*@dvcorg/cml@0\.20\.6\b", text)
    (start,) = (i.listed for i in stages(RUNNER)[-1] if i.word == "ENTRYPOINT")
    assert start == ["/usr/local/bin/runner.sh"]


@EACH
def test_no_secret_goes_into_an_image(path) -> None:
    for stage in stages(path):
        for instruction in stage:
            if instruction.word in ("ARG", "ENV"):
                assert not re.search(r"TOKEN|SECRET|PASSWORD|_KEY", instruction.rest)
