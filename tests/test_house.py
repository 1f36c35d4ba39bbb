"""The tooling holds together: lock, constraints, hooks, Makefile, and no path of one machine."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
ROOM = ROOT / "src" / "mlem_room"
# Folders of pyproject.toml, poetry.lock and constraints.txt.
both_environments = pytest.mark.parametrize("folder", [ROOT, ROOM], ids=["main", "mlem"])
# What finds and reads plates, and has to say the same in both.
READING = ("numpy", "onnxruntime", "opencv-python-headless", "pillow")


def asked(folder: Path) -> list[str]:
    """All that a pyproject.toml asks for by name."""
    content = tomllib.loads((folder / "pyproject.toml").read_text())
    extras = content["project"].get("optional-dependencies", {})
    return [
        *content["project"]["dependencies"],
        *(line for extra in extras.values() for line in extra),
        *(line for group in content.get("dependency-groups", {}).values() for line in group),
    ]


@pytest.mark.parametrize("folder", ["src", "benchmarks"])
def test_usage_lines_name_what_was_typed(folder: str) -> None:
    # Without a name argparse takes that of the file, which nobody types and Python 3.14 changes.
    made = 0
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("ArgumentParser"):
                (prog,) = (ast.unparse(k.value) for k in node.keywords if k.arg == "prog")
                started = re.search(r"python3 -m (src|benchmarks)\.(\w+)'", prog)
                if started:
                    assert (ROOT / started[1] / f"{started[2]}.py").is_file(), path
                else:
                    # Of a command that an installed package has too, the module that starts it says the name.
                    # A benchmark without options says its own (benchmarks/report.py).
                    own = ("f'python3 -m {_started()}'", "f'python3 -m {module}'", "prog")
                    assert prog in own, path
                made += 1
    assert made >= 3


@pytest.mark.parametrize("name", ["read", "serve"])
def test_commands_that_are_installed_too_are_named_by_who_starts_them(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", f"src.{name}", "--help"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout.startswith(f"usage: python3 -m src.{name} ")


def locked_versions(folder: Path = ROOT) -> dict[str, set[str]]:
    """Versions by name in poetry.lock."""
    versions: dict[str, set[str]] = {}
    for package in tomllib.loads((folder / "poetry.lock").read_text())["package"]:
        versions.setdefault(canonicalize_name(package["name"]), set()).add(package["version"])
    return versions


def constrained_versions(folder: Path) -> dict[str, set[str]]:
    """Versions by name in constraints.txt; each line pins exactly one."""
    versions: dict[str, set[str]] = {}
    for line in (folder / "constraints.txt").read_text().splitlines():
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


@both_environments
def test_constraints_are_those_of_the_lock(folder: Path) -> None:
    assert constrained_versions(folder) == locked_versions(folder)


@both_environments
def test_one_version_of_each_package(folder: Path) -> None:
    # Two versions for one platform cannot be installed together, and pip refuses such constraints.
    assert {name: found for name, found in locked_versions(folder).items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    ("folder", "line"), [(folder, line) for folder in (ROOT, ROOM) for line in asked(folder)]
)
def test_lock_meets_what_is_asked_for(folder: Path, line: str) -> None:
    requirement = Requirement(line)
    (version,) = locked_versions(folder)[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(version, prereleases=True)


@pytest.mark.parametrize("name", READING)
def test_mlem_reads_with_the_same_versions(name: str) -> None:
    assert locked_versions(ROOM)[name] == locked_versions()[name]


def test_mlem_and_what_it_holds_back_are_in_its_environment_alone() -> None:
    assert "mlem" not in locked_versions()
    (pydantic,) = locked_versions()["pydantic"]
    assert pydantic.startswith("2.")


def test_every_python_is_tried() -> None:
    allowed = SpecifierSet(PROJECT["project"]["requires-python"])
    workflow = yaml.safe_load((ROOT / ".github/workflows/check.yml").read_text())
    tried = workflow["jobs"]["check"]["strategy"]["matrix"]["python"]
    assert tried == [f"3.{minor}" for minor in range(30) if f"3.{minor}" in allowed]
    low, high = tried[0].replace(".", ", "), f"3, {int(tried[-1][2:]) + 1}"
    makefile = (ROOT / "Makefile").read_text()
    assert f"not ({low}) <= sys.version_info < ({high})" in makefile
    assert f"Python {tried[0]} to {tried[-1]} is needed" in makefile


@pytest.mark.slow
def test_environment_is_whole() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_lock_holds_the_extras() -> None:
    locked = tomllib.loads((ROOT / "poetry.lock").read_text())["extras"]
    extras = PROJECT["project"]["optional-dependencies"]
    assert {name: {*map(canonicalize_name, members)} for name, members in locked.items()} == {
        name: {canonicalize_name(Requirement(line).name) for line in lines}
        for name, lines in extras.items()
    }


@both_environments
@pytest.mark.parametrize("name", ["poetry.lock", "constraints.txt"])
def test_lock_names_no_index(folder: Path, name: str) -> None:
    text = (folder / name).read_text()
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
    # One that others call, and nobody by hand, is not listed.
    assert [line.split()[1] for line in shown.stdout.splitlines()] == [
        target for target in targets if target != "git-checkout"
    ]
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
    pattern = re.compile(rb"file:/{2}|(?<![\w.~}/])/(?:home|root|opt(?!/ml\b)|work|Users)/\w")
    found = [
        f"{path.relative_to(ROOT)}: {match[0].decode()}"
        for path in project_files()
        if path.suffix not in {".png", ".jpg", ".npy", ".safetensors"}
        for match in pattern.finditer(path.read_bytes())
    ]
    assert found == []
