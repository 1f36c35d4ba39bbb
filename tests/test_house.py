"""The tooling holds together: lock, constraints, hooks, Makefile, and no path of one machine."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
DIRECT = [
    *PROJECT["project"]["dependencies"],
    *(line for extra in PROJECT["project"]["optional-dependencies"].values() for line in extra),
    *(line for group in PROJECT["dependency-groups"].values() for line in group),
]


def locked_versions() -> dict[str, set[str]]:
    """Versions by name in poetry.lock."""
    versions: dict[str, set[str]] = {}
    for package in tomllib.loads((ROOT / "poetry.lock").read_text())["package"]:
        versions.setdefault(canonicalize_name(package["name"]), set()).add(package["version"])
    return versions


def constrained_versions() -> dict[str, set[str]]:
    """Versions by name in constraints.txt; each line pins exactly one."""
    versions: dict[str, set[str]] = {}
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        requirement = Requirement(line)
        (pin,) = requirement.specifier
        assert pin.operator == "==", line
        versions.setdefault(canonicalize_name(requirement.name), set()).add(pin.version)
    return versions


def project_files() -> list[Path]:
    """What git tracks or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_constraints_are_those_of_the_lock() -> None:
    assert constrained_versions() == locked_versions()


def test_one_version_of_each_package() -> None:
    # Two versions for one platform cannot be installed together, and pip refuses such constraints.
    assert {name: found for name, found in locked_versions().items() if len(found) > 1} == {}


@pytest.mark.parametrize("line", DIRECT)
def test_lock_meets_what_is_asked_for(line: str) -> None:
    requirement = Requirement(line)
    (version,) = locked_versions()[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(version, prereleases=True)


def test_lock_holds_the_extras() -> None:
    locked = tomllib.loads((ROOT / "poetry.lock").read_text())["extras"]
    extras = PROJECT["project"]["optional-dependencies"]
    assert {name: set(members) for name, members in locked.items()} == {
        name: {canonicalize_name(Requirement(line).name) for line in lines}
        for name, lines in extras.items()
    }


@pytest.mark.parametrize("name", ["poetry.lock", "constraints.txt"])
def test_lock_names_no_index(name: str) -> None:
    text = (ROOT / name).read_text()
    assert re.findall(r"file:/|--[a-z-]*(?:index|links|host)|\[package\.source\]", text) == []


def test_hooks_call_only_locked_tools_of_the_project() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    assert [repository["repo"] for repository in config["repos"]] == ["local"]
    tools = {Requirement(line).name for line in PROJECT["dependency-groups"]["dev"]}
    for hook in config["repos"][0]["hooks"]:
        called = re.match(r"\.venv/bin/python -m (\S+)", hook["entry"])
        assert called is not None, hook["entry"]
        assert called[1] in tools
        assert hook["language"] == "system"


def test_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^\.PHONY: (\S+)$", makefile, flags=re.MULTILINE)
    shown = subprocess.run(["make", "-s"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert [line.split()[1] for line in shown.stdout.splitlines()] == targets
    assert {"setup", "quickstart", "pipeline", "test", "check", "serve", "help"} <= set(targets)


def test_quickstart_changes_only_parameters_that_exist() -> None:
    # DVC says nothing when `-S` names a value that is not there.
    overrides = re.findall(r'-S "params\.py:(\w+)\.(\w+)=', (ROOT / "Makefile").read_text())
    values: dict[str, object] = {}
    exec((ROOT / "params.py").read_text(), values)
    assert overrides
    assert [
        f"{group}.{name}" for group, name in overrides if not hasattr(values[group], name)
    ] == []


def test_ci_script_can_be_started() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    subprocess.run(["bash", "-n", str(script)], check=True)


def test_no_path_of_one_machine() -> None:
    pattern = re.compile(rb"file:/{2}|(?<![\w.~}/])/(?:home|root|opt|work|Users)/\w")
    found = [
        f"{path.relative_to(ROOT)}: {match[0].decode()}"
        for path in project_files()
        if path.suffix not in {".png", ".jpg", ".npy", ".safetensors"}
        for match in pattern.finditer(path.read_bytes())
    ]
    assert found == []
