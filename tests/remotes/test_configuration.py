"""How a storage becomes the remote of a clone, and that nothing secret is committed on the way."""

import os
import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.source import ROOT

SCRIPT = ROOT / ".github/scripts/remote.sh"
# What keys look like. Each is written so that it does not find itself.
SECRETS = {
    "AWS key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "AWS secret": r"(?i)aws.{0,20}secret.{0,20}['\"=: ][A-Za-z0-9/+]{40}\b",
    "GitHub token": r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})",
    "GitLab token": r"\bglpat-[A-Za-z0-9_-]{20,}",
    "Slack token": r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
    "Google key": r"\bAIza[0-9A-Za-z_-]{35}\b",
    "Azure key": r"AccountKey=[A-Za-z0-9+/]{40,}",
    "private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]{16}",
    "JSON web token": r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.",
    "password in an address": r"\b[a-z][a-z0-9+]*://[^\s/:@'\"<>$]+:[^\s/@'\"<>${}]{6,}@",
}
NOT_TEXT = {".png", ".jpg", ".npy", ".onnx", ".safetensors", ".ico", ".woff2"}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository with the script and DVC's configuration in it."""
    root = tmp_path / "clone"
    for name in (".dvc/config", ".dvc/.gitignore", ".github/scripts/environment.sh"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes((ROOT / name).read_bytes())
    (root / ".github/scripts/remote.sh").write_bytes(SCRIPT.read_bytes())
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    return root


def configure(clone: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Call the script."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        ["bash", ".github/scripts/remote.sh", *arguments],
        cwd=clone,
        env={"PATH": path, "HOME": str(clone.parent), **env},
        text=True,
        capture_output=True,
        check=False,
    )


def test_a_folder(clone: Path) -> None:
    done = configure(clone, "../storage")
    assert done.returncode == 0, done.stderr
    folder = clone.parent / "storage"
    assert folder.is_dir()
    local = (clone / ".dvc/config.local").read_text("utf-8")
    assert f"url = {folder}" in local
    assert "remote = storage" in local
    assert (clone / ".dvc/config").read_bytes() == (ROOT / ".dvc/config").read_bytes()


def test_another_folder_takes_its_place(clone: Path) -> None:
    configure(clone, "../storage")
    assert configure(clone, "../other").returncode == 0
    local = (clone / ".dvc/config.local").read_text("utf-8")
    assert "storage\n" not in local.replace("remote = storage", "")
    assert str(clone.parent / "other") in local


@pytest.mark.parametrize("folder", ["storage", ".", "../clone/out", "../link"])
def test_a_folder_in_the_repository_is_refused(clone: Path, folder: str) -> None:
    (clone.parent / "link").symlink_to(clone)
    done = configure(clone, folder)
    assert done.returncode == 1
    assert "take a folder outside it" in done.stderr
    assert not (clone / ".dvc/config.local").exists()
    assert not (clone / "storage").exists()


def test_an_unknown_storage_is_refused(clone: Path) -> None:
    done = configure(clone, "ftp://somewhere")
    assert done.returncode == 1
    assert "s3://, gs://, azure://, ssh:// or a folder" in done.stderr


def test_no_storage_is_no_error(clone: Path) -> None:
    done = configure(clone, DVC_REMOTE_URL="")
    assert done.returncode == 0
    assert "nothing will be pulled or pushed" in done.stdout
    assert not (clone / ".dvc/config.local").exists()


def test_a_key_of_google_is_for_nobody_else(clone: Path) -> None:
    (clone.parent / "dvc_gs.py").touch()  # stands for the plugin, which configuring does not call
    env = {"DVC_REMOTE_URL": "gs://plates/dvc", "PYTHONPATH": str(clone.parent)}
    done = configure(clone, **env, GOOGLE_APPLICATION_CREDENTIALS_DATA='{"a": 1}')
    assert done.returncode == 0, done.stderr
    (key,) = (clone / ".dvc/tmp").glob("google.json")
    assert key.read_text("utf-8") == '{"a": 1}'
    assert key.stat().st_mode & 0o077 == 0
    assert str(key) in (clone / ".dvc/config.local").read_text("utf-8")
    status = ["git", "status", "--porcelain", "--ignored", "--untracked-files=all"]
    listed = subprocess.run(status, cwd=clone, text=True, capture_output=True, check=True).stdout
    assert "!! .dvc/config.local" in listed
    assert "!! .dvc/tmp/" in listed


def tracked() -> list[Path]:
    """The files that git keeps, or would at the next commit."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_committed_file_holds_a_secret() -> None:
    patterns = {kind: re.compile(pattern) for kind, pattern in SECRETS.items()}
    found = [
        f"{path.relative_to(ROOT)}: {kind}"
        for path in tracked()
        if path.suffix not in NOT_TEXT
        for kind, pattern in patterns.items()
        if pattern.search(path.read_text("utf-8", errors="replace"))
    ]
    assert found == []
    assert ROOT / ".dvc/config.local" not in tracked()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("AWS key", "AKIA" + "ABCDEFGH12345678"),
        ("AWS secret", "aws_secret_access_key = " + "a1B2" * 10),
        ("GitHub token", "ghp_" + "a" * 36),
        ("GitHub token", "github_pat_" + "a1" * 20),
        ("GitLab token", "glpat-" + "a" * 20),
        ("Google key", "AIza" + "b" * 35),
        ("Azure key", "AccountKey=" + "c" * 64),
        ("private key", "-----BEGIN RSA PRIVATE " + "KEY-----\n" + "M" * 20),
        ("JSON web token", "eyJ" + "a" * 10 + ".eyJ" + "b" * 10 + ".c"),
        ("password in an address", "ssh://me:" + "hunter22" + "@host/path"),
        ("Slack token", "xoxb-" + "1" * 12),
    ],
)
def test_the_patterns_find_what_they_are_for(kind: str, text: str) -> None:
    assert re.search(SECRETS[kind], text)


def test_the_configuration_in_git_names_no_storage() -> None:
    # A clone of a stranger would wait for a machine it cannot reach.
    config = (ROOT / ".dvc/config").read_text("utf-8")
    assert "remote" not in config
    assert "url" not in config


@pytest.mark.parametrize(
    "url",
    ["../storage", "s3://plates/dvc", "gs://plates/dvc", "azure://plates/dvc", "ssh://host/p"],
)
def test_every_remote_checks_what_it_fetches(clone: Path, url: str) -> None:
    for plugin in ("dvc_s3", "dvc_gs", "dvc_azure", "dvc_ssh"):
        (clone.parent / f"{plugin}.py").touch()  # they stand for the plugins
    done = configure(clone, url, PYTHONPATH=str(clone.parent))
    assert done.returncode == 0, done.stderr
    assert "verify = true" in (clone / ".dvc/config.local").read_text("utf-8")


def test_no_committed_remote_is_unchecked() -> None:
    # There is none: DVC takes no remote without an address, so the option cannot be committed on its own.
    committed = ConfigParser()
    committed.read(ROOT / ".dvc/config", encoding="utf-8")
    remotes = [name for name in committed.sections() if "remote " in name]
    assert [name for name in remotes if not committed.getboolean(name, "verify")] == []
