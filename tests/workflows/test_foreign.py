"""A stranger's report: read as data, within limits, and posted only where it belongs."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.workflows.actions import SCRIPTS
from tests.workflows.stubs import Stubs, quoted

HEAD = "0123456789abcdef0123456789abcdef01234567"
ASKED = {
    "GITHUB_REPOSITORY": "their-team/plates",
    "RUN_ID": "99",
    "HEAD_SHA": HEAD,
    "GH_TOKEN": "of-this-test",
}
NOTICE = "> From a fork, at the quick preset on a CPU. Nobody has checked this text.\n\n"
GOOD = {"comment.md": b"**worse**: 12%", "number": b"7\n"}
# What GitHub would answer; --jq is applied by gh itself.
ANSWERS = """
answers = {answers}
address = arguments[1].removeprefix('repos/their-team/plates/')
sys.stdout.buffer.write(bytes.fromhex(answers[address]))
"""


def packed(members: Mapping[str, bytes]) -> bytes:
    """An archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def fetch(
    root: Path, stubs: Stubs, archive: bytes, size: int = 900, head: str = HEAD
) -> subprocess.CompletedProcess[str]:
    """Fetch a report from a GitHub that holds this archive, and pull request 7 at this commit."""
    answers = {
        "actions/runs/99/artifacts": f"5 {size}\n".encode() if size else b"",
        "actions/artifacts/5/zip": archive,
        "pulls/7": f"{head}\n".encode(),
    }
    encoded = json.dumps({address: answer.hex() for address, answer in answers.items()})
    stubs.add("gh", ANSWERS.format(answers=encoded))
    return stubs.run(root, quoted("fetch-foreign.sh"), ASKED)


def cleaned(tmp_path: Path, text: str) -> str:
    """What is posted of a text."""
    (tmp_path / "a.zip").write_bytes(packed({**GOOD, "comment.md": text.encode()}))
    command = [sys.executable, str(SCRIPTS / "foreign_report.py"), "a.zip", "."]
    subprocess.run(command, cwd=tmp_path, check=True)
    return (tmp_path / "comment.md").read_text(encoding="utf-8")


def test_a_report_of_the_commit_that_was_run(root: Path, stubs: Stubs) -> None:
    done = fetch(root, stubs, packed(GOOD))
    assert done.returncode == 0, done.stderr
    assert (root / "report/comment.md").read_text("utf-8") == f"{NOTICE}**worse**: 12%"
    assert (root / "report/number").read_text("utf-8") == "7\n"
    listed = stubs.calls("gh")[0].arguments
    assert listed[:2] == ["api", "repos/their-team/plates/actions/runs/99/artifacts"]
    assert 'select(.name == "foreign-report"' in listed[3]


def test_another_pull_request_is_not_written_to(root: Path, stubs: Stubs) -> None:
    done = fetch(root, stubs, packed(GOOD), head="f" * 40)
    assert done.returncode == 1
    assert "nothing is posted" in done.stderr


def test_too_large_is_not_fetched(root: Path, stubs: Stubs) -> None:
    done = fetch(root, stubs, packed(GOOD), size=1_000_001)
    assert done.returncode == 1
    assert "more than 1000000" in done.stderr
    assert len(stubs.calls("gh")) == 1


def test_nothing_left(root: Path, stubs: Stubs) -> None:
    done = fetch(root, stubs, b"", size=0)
    assert done.returncode == 1
    assert "left no report" in done.stderr


@pytest.mark.parametrize(
    "number", [b"7; id", b"../7", b"", b"0", b"7\n8", b"$(id)", b"\xff", b"9" * 40]
)
def test_no_other_number(root: Path, stubs: Stubs, number: bytes) -> None:
    done = fetch(root, stubs, packed({**GOOD, "number": number}))
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert not (root / "report/comment.md").exists()
    assert len(stubs.calls("gh")) == 2  # GitHub was not asked about it


@pytest.mark.parametrize(
    "archive",
    [b"", b"PK no archive", packed({"number": b"7"}), packed(GOOD)[:60]],
    ids=["nothing", "noise", "no report", "cut off"],
)
def test_broken_archives(root: Path, stubs: Stubs, archive: bytes) -> None:
    done = fetch(root, stubs, archive)
    assert done.returncode == 1
    assert "holds no report" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_path_of_the_archive_is_used(root: Path, stubs: Stubs) -> None:
    evil = {**GOOD, "../evil": b"1", ".github/scripts/comment.sh": b"evil", "/evil": b"1"}
    assert fetch(root, stubs, packed(evil)).returncode == 0
    assert {path.name for path in (root / "report").iterdir()} == {
        *("comment.md", "number", "foreign.zip"),
    }
    assert (root / ".github/scripts/comment.sh").read_text() != "evil"
    assert not (root / "evil").exists()


def test_a_bomb_is_cut(tmp_path: Path) -> None:
    text = cleaned(tmp_path, "a" * 30_000_000)
    assert len(text) == 60_000 + len(NOTICE)


@pytest.mark.parametrize(
    ("text", "posted"),
    [
        ("@their-team look", "@\u200btheir-team look"),
        ("a<!-- hidden -->b", "ab"),
        ("a<!-- hidden", "a"),
        ("a\u202eb\u2066c\x1b[31md\x00", "abc[31md"),
        ('![](https://x "CML watermark experiment")', '![](https://x "watermark experiment")'),
        ("| a | b |\n|---|---|\n| 1 | größer |\n", "| a | b |\n|---|---|\n| 1 | größer |\n"),
    ],
)
def test_texts_call_nobody_and_hide_nothing(tmp_path: Path, text: str, posted: str) -> None:
    assert cleaned(tmp_path, text) == NOTICE + posted


@pytest.mark.parametrize(
    "asked", [{"RUN_ID": "9 9"}, {"RUN_ID": ""}, {"HEAD_SHA": "main"}, {"HEAD_SHA": ""}]
)
def test_what_github_says_of_the_run_is_checked_too(
    root: Path, stubs: Stubs, asked: dict[str, str]
) -> None:
    stubs.add("gh")
    assert stubs.run(root, quoted("fetch-foreign.sh"), {**ASKED, **asked}).returncode == 1
    assert stubs.calls("gh") == []
