"""From a commit to a server and back, by the commands that the page names; GTO, DVC and git are the real ones."""

import shutil
import sys
from pathlib import Path

import pytest
import requests

from src import promote as module
from src.bundle.bundle import Bundle
from src.bundle.files import SUMS
from src.common.errors import UserError
from src.promote import EXIT_BEHIND
from tests.checkout import Checkout, equip
from tests.networks import save_bundle
from tests.promoting.project import new_project, release
from tests.repository import git
from tests.serving.servers import running

FILES = ("card.json", "localize.onnx", "read.onnx", "refine.onnx", SUMS)


@pytest.fixture(scope="module")
def checkout(fresh: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    return equip(fresh.copy(tmp_path_factory.mktemp("promote") / "checkout")).with_identity()


@pytest.mark.slow
def test_from_a_commit_to_a_server_and_back(checkout: Checkout, tmp_path: Path) -> None:
    first = (checkout.root / "release" / SUMS).read_bytes()
    said = checkout.ok("make", "promote", "STAGE=prod")
    assert "release@v1.0.0 is in prod\n" in said
    assert "git push origin release@v1.0.0 'release#prod#1'" in said
    # Another model takes its place in the checkout, and in the stage.
    for name in FILES:
        shutil.copy(checkout.root / "release/swiss" / name, checkout.root / "release" / name)
    checkout.ok("git", "commit", "-q", "-a", "-m", "Another model")
    assert "release@v1.1.0 is in prod, release@v1.0.0 was" in checkout.ok(
        "make", "promote", "STAGE=prod"
    )
    table = checkout.ok("python3", "-m", "src.promote").splitlines()
    assert [line.split()[:4] for line in table if line.startswith("release ")] == [
        ["release", "prod", "v1.1.0", "*"]
    ]
    before = checkout.ok("git", "rev-parse", "HEAD"), checkout.ok("git", "status", "--porcelain")
    command = [sys.executable, "-m", "src.serve", "--model", "@prod"]
    with running(command, tmp_path / "new.txt", {}, root=checkout.root) as server:
        ready = requests.get(f"{server.address}/readyz", timeout=30).json()["model"]
        assert (ready["release"], ready["stage"]) == ("release@v1.1.0", "prod")
        assert "release@v1.1.0 in prod" in server.log.read_text()
        metrics = requests.get(f"{server.address}/metrics", timeout=30).text
        assert 'release="release@v1.1.0",stage="prod"' in metrics
        asked = ("python3", "-m", "src.promote", "servers", server.address)
        assert f"ok      {server.address}  serves release@v1.1.0" in checkout.ok(*asked)
        # One command brings the first back; this server is told to be behind until it is started again.
        back = checkout.ok("make", "rollback", "STAGE=prod")
        assert "release@v1.0.0 is in prod, release@v1.1.0 was" in back
        behind = checkout.run(*asked)
        assert behind.returncode == EXIT_BEHIND
        assert "BEHIND" in behind.stdout
        assert "serves release@v1.1.0, and prod holds release@v1.0.0" in behind.stdout
    with running(command, tmp_path / "old.txt", {}, root=checkout.root) as server:
        ready = requests.get(f"{server.address}/readyz", timeout=30).json()["model"]
        assert (ready["release"], ready["stage"]) == ("release@v1.0.0", "prod")
    after = checkout.ok("git", "rev-parse", "HEAD"), checkout.ok("git", "status", "--porcelain")
    assert after == before
    # DVC finds it by GTO's tags, and an image is built of a copy.
    fetch = ("dvc", "artifacts", "get", ".", "release", "--stage", "prod", "-o", "got")
    checkout.ok(*fetch)
    assert (checkout.root / "got" / SUMS).read_bytes() == first
    copied = checkout.ok("python3", "-m", "src.promote", "copy", "@prod", "out/promoted")
    assert "release@v1.0.0 is in " in copied
    assert (checkout.root / "out/promoted" / SUMS).read_bytes() == first
    assert (checkout.root / "out/promoted/README.md").is_file()
    sample = "src/serving/page/samples/1-one-line.jpg"
    read = checkout.ok(sys.executable, "-m", "src.read", "--model", "@prod", sample)
    assert "release@v1.0.0 in prod" in read


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    folder: Path = tmp_path_factory.mktemp("models")
    return save_bundle(folder)


@pytest.fixture
def project(made: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = new_project(tmp_path / "project", made)
    monkeypatch.setattr(module, "ROOT", root)
    return root


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> None:
    monkeypatch.setattr(sys, "argv", ["promote", *map(str, arguments)])
    module.main()


def test_what_it_says(
    project: Path, made: Bundle, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    git(project, "clone", "-q", "--bare", ".", str(project.parent / "server.git"))
    git(project, "remote", "add", "origin", str(project.parent / "server.git"))
    run(monkeypatch, "to", "prod", "--version", "v0.9.0", "--push")
    run(monkeypatch, "to", "prod")
    release(project, made, 0.91)
    run(monkeypatch, "to", "prod", "--model", "release/swiss")
    run(monkeypatch, "to", "dev", "--model", "@prod")
    assert capsys.readouterr().out.splitlines() == [
        "release@v0.9.0 is in prod",
        "pushed to origin: release@v0.9.0, release#prod#1",
        "release@v0.9.0 is in prod already",
        "release/swiss@v1.0.0 is in prod",
        "others see it after: git push origin release/swiss@v1.0.0 'release/swiss#prod#1'",
        "release@v0.9.0 is in dev",
        "others see it after: git push origin release@v0.9.0 'release#dev#2'",
    ]
    run(monkeypatch, "picture", project / "stages.png", "--model", "release/swiss")
    assert (project / "stages.png").stat().st_size > 1000
    run(monkeypatch)
    assert "release/swiss  prod   v1.0.0 *" in capsys.readouterr().out


def test_what_is_no_version_is_not_copied(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match="'release' is no version: write MODEL@STAGE"):
        run(monkeypatch, "copy", "release", tmp_path / "copy")
