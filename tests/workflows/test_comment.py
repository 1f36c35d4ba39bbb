"""What is posted, as CML is told to."""

from pathlib import Path

import pytest

from tests.workflows.stubs import Stubs, quoted

TOKEN = {"REPO_TOKEN": "of-this-test"}
UPDATE = ["comment", "update", "--target=pr/7", "--watermark-title=experiment"]


@pytest.fixture
def report(root: Path) -> Path:
    """A repository with a report in it."""
    (root / "report").mkdir()
    (root / "report/comment.md").write_text("better", encoding="utf-8")
    (root / "report/report.md").write_text("better, ![drawn](assets/a.png)", encoding="utf-8")
    return root


def test_the_text_is_posted_without_publishing(report: Path, stubs: Stubs) -> None:
    stubs.add("cml", keep=("REPO_TOKEN", "ITERATIVE_DO_NOT_TRACK"))
    done = stubs.run(report, quoted("comment.sh", "7"), TOKEN)
    assert done.returncode == 0, done.stderr
    (call,) = stubs.calls("cml")
    assert call.arguments == [*UPDATE, "--publish=false", "report/comment.md"]
    assert call.content == "better"
    assert call.env == {**TOKEN, "ITERATIVE_DO_NOT_TRACK": "1"}


def test_pictures_are_published_where_that_was_asked_for(report: Path, stubs: Stubs) -> None:
    stubs.add("cml")
    done = stubs.run(report, quoted("comment.sh", "7"), {**TOKEN, "PUBLISH_PICTURES": "true"})
    assert done.returncode == 0, done.stderr
    (call,) = stubs.calls("cml")
    assert call.arguments == [*UPDATE, "--publish=true", "report/report.md"]


def test_pictures_may_fail(report: Path, stubs: Stubs) -> None:
    stubs.add("cml", "sys.exit('--publish=true' in arguments)")
    done = stubs.run(report, quoted("comment.sh", "7"), {**TOKEN, "PUBLISH_PICTURES": "true"})
    assert done.returncode == 0, done.stderr
    assert "without them" in done.stderr
    assert [call.arguments[-1] for call in stubs.calls("cml")] == [
        "report/report.md",
        "report/comment.md",
    ]


def test_a_comment_that_fails_fails_the_step(report: Path, stubs: Stubs) -> None:
    stubs.add("cml", "sys.exit(3)")
    assert stubs.run(report, quoted("comment.sh", "7"), TOKEN).returncode == 3


@pytest.mark.parametrize("number", ["", "0", "7a", "7 --repo=x", "pr/7", "-7", "$(id)", "1" * 11])
def test_no_other_number(report: Path, stubs: Stubs, number: str) -> None:
    stubs.add("cml")
    done = stubs.run(report, quoted("comment.sh", number), TOKEN)
    assert done.returncode == 1
    assert "is no number of a pull request" in done.stderr
    assert stubs.calls("cml") == []


def test_no_token(report: Path, stubs: Stubs) -> None:
    stubs.add("cml")
    done = stubs.run(report, quoted("comment.sh", "7"))
    assert done.returncode == 1
    assert "REPO_TOKEN" in done.stderr
    assert stubs.calls("cml") == []


def test_cml_is_installed_once_in_one_version(root: Path, stubs: Stubs) -> None:
    stubs.add("cml", "print('0.20.5')")
    stubs.add("npm")
    path = root / "path"
    done = stubs.run(root, quoted("install-cml.sh"), {"GITHUB_PATH": str(path)})
    assert done.returncode == 0, done.stderr
    (call,) = stubs.calls("npm")
    assert call.arguments[0] == "install"
    assert call.arguments[-1] == "@dvcorg/cml@0.20.6"
    assert path.read_text("utf-8").strip().endswith("checkout/.cache/cml/node_modules/.bin")

    stubs.add("cml", "print('0.20.6')")
    assert stubs.run(root, quoted("install-cml.sh")).returncode == 0
    assert len(stubs.calls("npm")) == 1
