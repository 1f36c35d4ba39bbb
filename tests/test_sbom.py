"""The bill of materials names the model's files and the packages of the environment that serves it."""

import json
import shutil
import sys
from importlib.metadata import distribution, version
from pathlib import Path

import pytest

from src import sbom as module
from src.bundle.bundle import RELEASE
from src.bundle.note import write_note
from src.common.errors import UserError
from src.common.files import sha256
from tests.networks import save_bundle
from tests.ops.environments import new_environment


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """The Python of an environment that has the records of two packages, and nothing else."""
    made = new_environment(tmp_path / "venv")
    (site,) = (tmp_path / "venv/lib").glob("python3.*/site-packages")
    for name in ("numpy", "starlette"):
        metadata = distribution(name).locate_file(f"{name}-{version(name)}.dist-info")
        shutil.copytree(str(metadata), site / f"{name}-{version(name)}.dist-info")
    return made


def bill(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> None:
    monkeypatch.setattr(sys, "argv", ["sbom", *map(str, arguments)])
    module.main()


def test_it_names_files_and_packages(
    python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = save_bundle(tmp_path)
    write_note(bundle.folder, "release/swiss@v1.2.0", bundle.card.version)
    # What the shell adds to Python's path is no part of that environment.
    monkeypatch.setenv("PYTHONPATH", str(distribution("pytest").locate_file("")))
    out = tmp_path / "sbom.cdx.json"
    bill(monkeypatch, bundle.folder, "--python", python, "--out", out)
    content = json.loads(out.read_text())
    assert (content["bomFormat"], content["specVersion"]) == ("CycloneDX", "1.6")
    assert {one["purl"] for one in content["components"]} == {
        f"pkg:pypi/{name}@{version(name)}" for name in ("numpy", "starlette")
    }
    model = content["metadata"]["component"]
    assert (model["type"], model["name"], model["version"]) == (
        *("machine-learning-model", "release/swiss", "v1.2.0"),
    )
    assert {one["name"]: one["hashes"][0]["content"] for one in model["components"]} == {
        name: sha256(bundle.folder / name) for name in bundle.files
    }
    (needed,) = [one for one in content["dependencies"] if one["ref"] == model["bom-ref"]]
    assert needed["dependsOn"] == sorted(one["bom-ref"] for one in content["components"])


def test_a_model_is_called_as_its_folder_where_it_is_no_version(
    python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    for folder, name in (
        (RELEASE / "swiss", "release/swiss"),
        (save_bundle(tmp_path).folder, "stack"),
    ):
        bill(monkeypatch, folder, "--python", python, "--out", out)
        assert json.loads(out.read_text())["metadata"]["component"]["name"] == name


def test_the_same_twice_is_the_same(
    python: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = save_bundle(tmp_path).folder
    for name in ("a", "b"):
        bill(monkeypatch, folder, "--python", python, "--out", tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_an_environment_that_is_none_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = save_bundle(tmp_path).folder
    with pytest.raises(UserError, match=r"the packages of .* cannot be listed"):
        bill(monkeypatch, folder, "--python", tmp_path / "python", "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()
