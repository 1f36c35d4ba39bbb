"""The machine's own check of who started a job."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.workflows.stubs import Stubs, quoted

OWN = "their-team/plates"


def guard(root: Path, stubs: Stubs, event: str, payload: Any) -> tuple[int, str]:
    """Exit code and output of the hook at the start of a job."""
    (root / "event.json").write_text(json.dumps(payload), encoding="utf-8")
    settings = {"GITHUB_EVENT_NAME": event, "GITHUB_REPOSITORY": OWN}
    done = stubs.run(
        root,
        quoted("runner-guard.sh"),
        {**settings, "GITHUB_EVENT_PATH": str(root / "event.json")},
    )
    return done.returncode, done.stdout


def from_repository(repository: Any) -> Any:
    """The event of a pull request."""
    return {"pull_request": {"head": {"repo": repository}}}


def test_own_branches_run(root: Path, stubs: Stubs) -> None:
    assert guard(root, stubs, "pull_request", from_repository({"full_name": OWN})) == (0, "")
    assert guard(root, stubs, "workflow_dispatch", {}) == (0, "")


@pytest.mark.parametrize(
    "repository", [{"full_name": "stranger/plates"}, {"full_name": ""}, {}, None]
)
def test_forks_do_not(root: Path, stubs: Stubs, repository: Any) -> None:
    # None: the fork was deleted in the meantime.
    code, said = guard(root, stubs, "pull_request", from_repository(repository))
    assert code == 1
    assert said.startswith("::error::This runner does not run pull requests of forks")


@pytest.mark.parametrize("payload", [{}, [], {"pull_request": 1}])
def test_unreadable_events_do_not(root: Path, stubs: Stubs, payload: Any) -> None:
    assert guard(root, stubs, "pull_request", payload)[0] == 1


@pytest.mark.parametrize("event", ["pull_request_target", "issue_comment", "workflow_run", ""])
def test_other_events_do_not(root: Path, stubs: Stubs, event: str) -> None:
    assert guard(root, stubs, event, from_repository({"full_name": OWN}))[0] == 1
