"""What git says, and what is said where it says nothing."""

import subprocess
from pathlib import Path

import pytest

from src.common.git import complaint, git, said


def test_what_git_says_has_no_line_end(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", "-b", "trunk", tmp_path], check=True)
    assert said(tmp_path, "symbolic-ref", "HEAD") == "refs/heads/trunk"
    assert said(tmp_path, "status", "--porcelain") == ""
    assert git(tmp_path, "status", "--porcelain").returncode == 0


def test_outside_a_repository_it_complains(tmp_path: Path) -> None:
    assert said(tmp_path, "rev-parse", "HEAD") is None
    assert "not a git repository" in complaint(git(tmp_path, "rev-parse", "HEAD"))


def test_without_git_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert said(tmp_path, "rev-parse", "HEAD") is None
    assert complaint(git(tmp_path, "rev-parse", "HEAD")) == "git is not installed"


def test_a_complaint_is_one_printable_line(tmp_path: Path) -> None:
    done = git(tmp_path, "no-such\ncommand\x1b[31m")
    assert done.returncode
    assert complaint(done).isprintable()
    silent = subprocess.CompletedProcess([], 3, b"", b"")
    assert complaint(silent) == "exit code 3"
