"""Every job of the workflows, step after step, as GitHub would run it; GitHub itself and CML are stubs."""

import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.checkout import TINY, Checkout, equip, options
from tests.remotes.conftest import cloned
from tests.workflows.actions import environment, steps
from tests.workflows.stubs import Stubs

pytestmark = pytest.mark.slow
REPOSITORY = "their-team/plates"
CLEAN = "Data and pipelines are up to date.\n"
# The quick preset, made quicker: the same parameters as those of the commit that a branch starts from, and no estimate.
MAKE = "os.execv({make!r}, ['make', {quick!r}, 'ESTIMATE=:', *arguments])"


@pytest.fixture
def base(trained: Checkout, tmp_path: Path) -> Checkout:
    """A repository whose main branch was run small and committed, with .venv in its place."""
    checkout = trained.copy(tmp_path / "base").with_identity()
    checkout.ok("git", "add", "--all")
    checkout.ok("git", "commit", "-q", "-m", "Results")
    checkout.ok("git", "branch", "-M", "main")
    return checkout


@pytest.fixture
def stubs(tmp_path: Path) -> Stubs:
    """CML as installed, and no other program yet."""
    (tmp_path / "stubs").mkdir()
    found = Stubs(tmp_path / "stubs")
    found.add("cml", "print('0.20.6')", keep=("REPO_TOKEN",))
    return found


def branch(base: Checkout, tmp_path: Path, pattern: str, text: str) -> Checkout:
    """A runner's clone of a branch on which one parameter was changed, not run."""
    base.ok("git", "checkout", "-q", "-b", "change")
    base.edit("params.py", pattern, text)
    base.ok("git", "commit", "-q", "-a", "-m", "Change")
    return equip(cloned(base, tmp_path / "runner"))


def run(
    job: tuple[str, str], checkout: Checkout, stubs: Stubs, context: Mapping[str, Any]
) -> Mapping[str, str]:
    """Run the commands of a job's steps in order; return what they printed by the steps' names."""
    variables = {
        "GITHUB_STEP_SUMMARY": str(checkout.root.parent / "summary.md"),
        "GITHUB_REPOSITORY": REPOSITORY,
        "DVC_SITE_CACHE_DIR": str(checkout.home / "dvc"),
    }
    printed = {}
    for step in steps(*job):
        if step.run:
            done = stubs.run(checkout.root, step.run, {**variables, **environment(step, context)})
            assert done.returncode == 0, f"{step.where}\n{done.stdout}\n{done.stderr}"
            printed[step.where.split(": ", 2)[2]] = done.stdout + done.stderr
    return printed


def pull_request(checkout: Checkout, storage: str = "") -> dict[str, Any]:
    """What GitHub says of a pull request from ``change`` to ``main``."""
    numbers = {"number": 7, "base": {"sha": checkout.ok("git", "rev-parse", "origin/main").strip()}}
    return {
        "github": {"event": {"pull_request": numbers}, "token": "of-this-test"},
        "vars": {"DVC_REMOTE_URL": storage},
        "secrets": {},
    }


def test_a_branch_of_ours(base: Checkout, stubs: Stubs, tmp_path: Path) -> None:
    storage = tmp_path / "storage"
    base.ok(".github/scripts/remote.sh", str(storage))
    base.ok("dvc", "push")
    runner = branch(
        base, tmp_path, r"(class EvaluateOCR(?:.|\n)*?MAX_PICTURES: int = )\d+", r"\g<1>5"
    )
    context = pull_request(runner, str(storage))
    printed = run(("experiment.yml", "own"), runner, stubs, context)
    assert printed["Run what is out of date"].count("Running stage") == 1

    report = runner.root / "report"
    call = stubs.calls("cml")[-1]
    assert call.arguments == [
        *("comment", "update", "--target=pr/7", "--watermark-title=experiment"),
        *("--publish=false", "report/comment.md"),
    ]
    assert call.env == {"REPO_TOKEN": "of-this-test"}
    assert "MAX_PICTURES" in call.content
    assert "![" not in call.content
    assert "![" in (report / "report.md").read_text("utf-8")
    assert any((report / "assets").iterdir())
    assert (runner.root.parent / "summary.md").read_text("utf-8") == call.content

    # What the machine made arrives at whoever pulls it, and is what a commit wants.
    colleague = cloned(base, tmp_path / "colleague")
    colleague.ok(".github/scripts/remote.sh", str(storage))
    colleague.ok("git", "apply", str(report / "results.patch"))
    colleague.ok("dvc", "pull")
    assert colleague.ok("dvc", "status") == CLEAN


def test_without_a_remote(base: Checkout, stubs: Stubs, tmp_path: Path) -> None:
    runner = branch(
        base, tmp_path, r"(class EvaluateOCR(?:.|\n)*?MAX_PICTURES: int = )\d+", r"\g<1>5"
    )
    # As on a machine that keeps its folder from job to job.
    shutil.copytree(base.root / ".dvc/cache", runner.root / ".dvc/cache")
    runner.ok("dvc", "checkout")
    printed = run(("experiment.yml", "own"), runner, stubs, pull_request(runner))
    assert "nothing will be pulled or pushed" in printed["Run what is out of date"]
    assert len(stubs.calls("cml")) == 2  # its version, and the comment


def test_a_fork_and_what_posts_for_it(base: Checkout, stubs: Stubs, tmp_path: Path) -> None:
    make = shutil.which("make")
    assert make
    quick = f"QUICK={subprocess.list2cmdline(options(TINY))}"
    stubs.add("make", MAKE.format(make=make, quick=quick))
    runner = branch(
        base, tmp_path, r"(class EvaluateOCR(?:.|\n)*?MAX_PICTURES: int = )\d+", r"\g<1>5"
    )
    shutil.copytree(base.root / ".dvc/cache", runner.root / ".dvc/cache")
    head = runner.ok("git", "rev-parse", "HEAD").strip()
    run(("experiment.yml", "fork"), runner, stubs, pull_request(runner))
    assert [call.arguments for call in stubs.calls("make")] == [["quickstart"]] * 2
    assert stubs.calls("cml") == []
    text = (runner.root / "report/comment.md").read_text("utf-8")
    assert "MAX_PICTURES" in text

    # The second workflow, in a clone of main, of which the fork wrote nothing.
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("comment.md", "number"):
            archive.write(runner.root / "report" / name, name)
    stubs.add("gh", _GITHUB.format(answers=json.dumps({
        "actions/runs/99/artifacts": b"5 900\n".hex(),
        "actions/artifacts/5/zip": packed.getvalue().hex(),
        "pulls/7": f"{head}\n".encode().hex(),
    })))  # fmt: skip
    poster = cloned(base, tmp_path / "poster")
    poster.ok("git", "checkout", "-q", "main")
    event = {"workflow_run": {"id": 99, "head_sha": head}}
    context = {"github": {"event": event, "token": "of-this-test"}}
    run(("experiment-comment.yml", "comment"), poster, stubs, context)
    call = stubs.calls("cml")[-1]
    assert call.arguments[2] == "--target=pr/7"
    assert call.arguments[-2:] == ["--publish=false", "report/comment.md"]
    assert call.content.startswith("> From a fork")
    assert "MAX_PICTURES" in call.content


def test_a_run_with_overrides(base: Checkout, stubs: Stubs, tmp_path: Path) -> None:
    storage = tmp_path / "storage"
    base.ok(".github/scripts/remote.sh", str(storage))
    base.ok("dvc", "push")
    runner = equip(cloned(base, tmp_path / "runner"))
    context = {
        "inputs": {"overrides": "params.py:EvaluateOCRParams.MAX_PICTURES=5"},
        "vars": {"DVC_REMOTE_URL": str(storage)},
    }
    run(("train.yml", "train"), runner, stubs, context)
    patch = (runner.root / "report/results.patch").read_text("utf-8")
    assert "+    MAX_PICTURES: int = 5" in patch
    assert "+++ b/dvc.lock" in patch
    assert "MAX_PICTURES" in (runner.root / "report/comment.md").read_text("utf-8")
    assert stubs.calls("cml") == []


_GITHUB = """
answers = {answers}
address = arguments[1].removeprefix('repos/their-team/plates/')
sys.stdout.buffer.write(bytes.fromhex(answers[address]))
"""
