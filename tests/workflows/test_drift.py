"""The weekly look at the servers' log: what is compared, and what becomes an issue. DVC, src.drift and gh are stubs."""

import json
from pathlib import Path
from typing import Any

import pytest

from src.drift import EXIT_DRIFT
from tests.workflows.actions import condition, jobs
from tests.workflows.stubs import Stubs, quoted

TOKEN = {"GH_TOKEN": "of-this-test", "GITHUB_REPOSITORY": "their-team/plates"}
TITLE = "Drift: the pictures are no longer like those that the model was measured on"
# `python3 -m dvc config core.remote`, `… get-url FROM TO` and `python3 -m src.drift …`.
PYTHON = """
if arguments[1:3] == ['dvc', 'config']:
    print({remote!r})
elif arguments[1:3] == ['dvc', 'get-url']:
    to = Path(arguments[-1])
    to.mkdir()
    for name in {files!r}:
        (to / name).write_text(name)
elif arguments[1] == 'src.drift':
    Path('report/drift.md').write_text('### Drifted')
    sys.exit({code})
"""


def compare(
    root: Path,
    stubs: Stubs,
    code: int = 0,
    remote: str = "storage",
    files: tuple[str, ...] = ("b", "a b"),
    **variables: str,
) -> tuple[int, str, list[str]]:
    """Run drift.sh; return its exit code, what it said, and what src.drift got."""
    stubs.add("python3", PYTHON.format(remote=remote, files=files, code=code))
    done = stubs.run(root, quoted("drift.sh"), {"DRIFT_LOG": "drift", **variables})
    runs = [c.arguments for c in stubs.calls("python3") if c.arguments[1] == "src.drift"]
    return done.returncode, done.stderr, runs[0][2:] if runs else []


def test_the_files_of_the_last_week_are_compared(root: Path, stubs: Stubs) -> None:
    code, _, arguments = compare(root, stubs)
    assert code == 0
    assert [Path(one).name for one in arguments[:2]] == ["a b", "b"]
    assert arguments[2:] == ["--days", "7", "--out", "report"]
    (fetched,) = (c.arguments for c in stubs.calls("python3") if "get-url" in c.arguments)
    assert fetched[3] == "remote://storage/drift"
    # The log itself is no part of what is kept.
    assert [path.name for path in (root / "report").iterdir()] == ["drift.md"]
    assert not Path(arguments[0]).exists()


def test_what_has_drifted_is_noted(root: Path, stubs: Stubs, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    code, _, _ = compare(root, stubs, EXIT_DRIFT, GITHUB_STEP_SUMMARY=str(summary))
    assert code == 0
    assert (root / "report/drifted").exists()
    assert summary.read_text() == "### Drifted"


def test_an_error_is_one(root: Path, stubs: Stubs) -> None:
    assert compare(root, stubs, 1)[0] == 1
    assert not (root / "report/drifted").exists()


def test_days_and_a_reference_of_one_s_own(root: Path, stubs: Stubs) -> None:
    (root / "gate.json").write_text("{}")
    given: dict[str, Any] = {
        "DRIFT_DAYS": "30",
        "DRIFT_REFERENCE": "gate.json",
        "DRIFT_LOG": "logs/drift.jsonl",
    }
    assert compare(root, stubs, **given)[2][2:] == [
        *("--days", "30", "--out", "report", "--reference", "gate.json")
    ]


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"DRIFT_LOG": ""}, "DRIFT_LOG '' is no path"),
        ({"DRIFT_LOG": "../other"}, "is no path below the DVC remote"),
        ({"DRIFT_LOG": "a/../../b"}, "is no path below the DVC remote"),
        ({"DRIFT_LOG": "/etc/passwd"}, "is no path below the DVC remote"),
        ({"DRIFT_LOG": "--config"}, "is no path below the DVC remote"),
        ({"DRIFT_LOG": "$(id)"}, "is no path below the DVC remote"),
        ({"DRIFT_DAYS": "-1"}, "DRIFT_DAYS '-1' is no number of days"),
        ({"DRIFT_REFERENCE": "none.json"}, "is no file of this repository"),
        ({"DRIFT_REFERENCE": "../x"}, "is no file of this repository"),
        ({"remote": ""}, "there is no DVC remote"),
        ({"files": ()}, "drift is empty"),
    ],
)
def test_what_is_refused(root: Path, stubs: Stubs, variables: dict, message: str) -> None:
    code, said, arguments = compare(root, stubs, **variables)
    assert code == 1
    assert message in said
    assert arguments == []


GITHUB = "print({answer!r}) if arguments[:2] == ['issue', 'list'] else None"


def issue(root: Path, stubs: Stubs, answer: str) -> list[list[str]]:
    stubs.add("gh", GITHUB.format(answer=answer), keep=("GH_TOKEN",))
    done = stubs.run(root, quoted("issue.sh"), TOKEN)
    assert done.returncode == 0, done.stderr
    return [call.arguments for call in stubs.calls("gh")]


def test_nothing_is_written_where_nothing_has_drifted(root: Path, stubs: Stubs) -> None:
    assert issue(root, stubs, "") == []


@pytest.mark.parametrize("answer", ["", "null", "no number"])
def test_an_issue_is_opened(root: Path, stubs: Stubs, answer: str) -> None:
    (root / "report").mkdir()
    for name in ("drifted", "drift.md"):
        (root / "report" / name).write_text("### Drifted")
    asked, opened = issue(root, stubs, answer)
    assert "app/github-actions" in asked
    assert json.dumps(TITLE) in asked[-1]
    assert opened == [
        *("issue", "create", "--repo", "their-team/plates", "--title", TITLE),
        *("--body-file", "report/drift.md"),
    ]
    assert stubs.calls("gh")[-1].content == "### Drifted"
    assert stubs.calls("gh")[-1].env == {"GH_TOKEN": "of-this-test"}


def test_one_that_is_open_is_added_to(root: Path, stubs: Stubs) -> None:
    (root / "report").mkdir()
    for name in ("drifted", "drift.md"):
        (root / "report" / name).write_text("### Drifted")
    assert issue(root, stubs, "12\n7")[1][:3] == ["issue", "comment", "12"]


def test_it_runs_only_where_somebody_has_asked_for_it() -> None:
    wanted = jobs("drift.yml")["drift"]["if"]
    assert condition(wanted, {"vars": {"DRIFT_LOG": "drift"}})
    assert not condition(wanted, {"vars": {"DRIFT_LOG": ""}})
