"""Nothing is installed in whatever version there is today: each command says which, or where that stands."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.source import ROOT
from tests.workflows.stubs import Stubs, quoted

FILES = ["Makefile", *(".github/scripts", "docker", ".ci", ".github/workflows")]
# Exact versions, or names of lists of them.
PINNED = re.compile(
    r"==\d|@\d+\.\d+\.\d+|@\$version|--constraint|--require-hashes|\$\(POETRY_PACKAGES\)"
)


def commands() -> list[tuple[str, str]]:
    """Every command that installs packages for Python or Node, with the file that it stands in."""
    paths = [
        p
        for name in FILES
        for p in ([ROOT / name] if (ROOT / name).is_file() else sorted((ROOT / name).rglob("*")))
    ]
    found = []
    for path in paths:
        if path.is_file() and path.suffix != ".pyc":
            text = re.sub(r"\\\n\s*", "", path.read_text())
            lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
            found += [
                (path.name, line.strip()) for line in lines if re.search(r"(pip|npm) install", line)
            ]
    return found


def test_the_commands_are_found() -> None:
    assert {name for name, _ in commands()} >= {
        *(
            "Makefile",
            "install-cml.sh",
            "remote.sh",
            "runner.Dockerfile",
            "serve.Dockerfile",
            "train.Dockerfile",
        ),
    }


@pytest.mark.parametrize(("name", "command"), commands())
def test_what_is_installed_has_a_version(name: str, command: str) -> None:
    assert PINNED.search(command), f"{name}: {command}"


def test_what_signs_is_named_by_version_and_hash() -> None:
    lines = (ROOT / ".github/sigstore.txt").read_text().splitlines()
    named = [line for line in lines if not line.startswith("#")]
    pinned = re.compile(r"([a-z0-9-]+)==[\w.]+ --hash=sha256:[0-9a-f]{64}")
    assert all(pinned.fullmatch(line) for line in named)
    assert "sigstore" in {line.partition("==")[0] for line in named}


def test_the_versions_that_are_named_elsewhere_are_exact() -> None:
    makefile = (ROOT / "Makefile").read_text()
    (packages,) = re.findall(r"^POETRY_PACKAGES := (.*)$", makefile, re.MULTILINE)
    assert all(re.fullmatch(r"[\w-]+==[\d.]+", package) for package in packages.split())
    script = (ROOT / ".github/scripts/install-cml.sh").read_text()
    assert re.search(r"^version=\d+\.\d+\.\d+$", script, re.MULTILINE)


@pytest.mark.parametrize("url", ["s3://plates/a", "gs://plates/a", "azure://plates/a", "ssh://h/a"])
def test_plugins_of_storages_come_in_one_version(tmp_path: Path, url: str) -> None:
    root = tmp_path / "root"
    (root / ".github").mkdir(parents=True)
    subprocess.run(["cp", "-r", str(ROOT / ".github/scripts"), str(root / ".github")], check=True)
    (tmp_path / "stubs").mkdir()
    stubs = Stubs(tmp_path / "stubs")
    # No plugin is there, and whatever is installed then is.
    stubs.add("python3", "sys.exit(arguments[0] == '-c')")
    assert stubs.run(root, quoted("remote.sh", url)).returncode == 0
    (call,) = (c.arguments for c in stubs.calls("python3") if "install" in c.arguments)
    plugin = call[-1]
    constraints = (ROOT / "constraints.txt").read_text()
    assert re.fullmatch(r"dvc-\w+==\d+\.\d+\.\d+", plugin) or f"\n{plugin}==" in constraints
    assert call[-3:-1] == ["--constraint", "constraints.txt"]
