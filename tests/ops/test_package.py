"""What pip installs: one package, plates, that reads and serves without anything that trains."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import requests

from tests.ops.environments import PINNED, new_environment, pip_of
from tests.reading.made import greys, write_video
from tests.serving.servers import running
from tests.source import ROOT, imports, modules, path_of

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
WHEEL = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
SAMPLE, TEXTS = ROOT / "src/serving/page/samples/6-two-plates.jpg", ["GR605998", "GL6011"]
# The lines that the README shows, as they stand there.
EXAMPLE = (ROOT / "README.md").read_text("utf-8").partition("```python\n")[2].partition("```")[0]
# Prints what `import plates` alone has brought of what reads, and what reading has brought of what does not.
WATCHED = """
import sys, plates
early = {"cv2", "numpy", "onnxruntime"} & set(sys.modules)
exec(sys.argv[1])
late = {"torch", "lightning", "dvc", "fastapi", "params", "src"} & set(sys.modules)
print(sorted(early), sorted(late), file=sys.stderr)
"""
# The environment is one of which pip has compiled nothing, see tests.ops.environments.
MOST_WHEEL_MB, MOST_ENVIRONMENT_MB = 16, 382


def packed() -> set[str]:
    """The modules of src that the wheel holds under the same names."""
    chosen = [ROOT / name for name in WHEEL["only-include"]]
    left_out = [ROOT / name for name in WHEEL["exclude"]]
    assert all(path.exists() for path in chosen + left_out)
    files = {module: path_of(module) for module in modules()}
    return {
        module
        for module, file in files.items()
        if file not in left_out and any(file.is_relative_to(path) for path in chosen)
    }


def packed_as(name: str) -> str:
    """The name that a file or folder of the project has in the wheel."""
    top, _, below = name.partition("/")
    return f"{WHEEL['sources'][top]}/{below}".rstrip("/")


def test_weights_to_train_on_are_not_packed(tmp_path: Path) -> None:
    unpack(tmp_path)
    assert (tmp_path / "plates/release/SHA256SUMS").is_file()
    assert (ROOT / "release/weights").is_dir()
    assert not (tmp_path / "plates/release/weights").exists()


def unpack(folder: Path) -> None:
    """Lay out what the wheel holds, without building one."""
    for name in WHEEL["only-include"]:
        source, target = ROOT / name, folder / packed_as(name)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)
    for name in WHEEL["exclude"]:
        left_out = folder / packed_as(name)
        shutil.rmtree(left_out) if left_out.is_dir() else left_out.unlink()
    for source, target in WHEEL["force-include"].items():
        copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copyfile
        copy(ROOT / source, folder / target)


def run(*command: object, cwd: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": "", **variables}
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=environment,
        text=True,
        capture_output=True,
        check=False,
    )


def check_example(python: object, folder: Path, **variables: str) -> None:
    shutil.copyfile(SAMPLE, folder / "photo.jpg")
    done = run(python, "-W", "error", "-c", WATCHED, EXAMPLE, cwd=folder, **variables)
    assert done.stderr == "[] []\n"
    assert [line.split()[0] for line in done.stdout.splitlines()] == TEXTS


def test_what_is_packed_imports_nothing_that_is_not() -> None:
    inside = packed()
    assert {"src.api", "src.scripts", "src.reading.command", "src.serving.decoder"} <= inside
    for module in inside | {"src.package"}:
        ours = {name for name in imports(module) if name.split(".")[0] in ("src", "params")}
        assert ours <= inside, module


def test_commands_are_functions_of_packed_modules() -> None:
    for command in PROJECT["project"]["scripts"].values():
        module, _, name = command.partition(":")
        module = module.replace("plates", "src", 1)
        assert module in packed()
        text = path_of(module).read_text()
        # pip calls it without arguments.
        assert (
            f"\ndef {name}() -> None:" in text or f"\ndef {name}(prog: str | None = None)" in text
        )


def test_three_lines_read_a_picture(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    unpack(tmp_path / "site")
    check_example(sys.executable, tmp_path / "work", PYTHONPATH=str(tmp_path / "site"))


def test_own_model_is_a_checkout_s(tmp_path: Path) -> None:
    unpack(tmp_path)
    code = "from plates.scripts import read; read()"
    done = run(sys.executable, "-c", code, "--model", "own", SAMPLE, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    said = "error: a model of your own is found in a checkout alone: name its folder\n"
    assert done.stderr == said


def test_a_model_that_is_not_there_is_none_that_the_package_could_save(tmp_path: Path) -> None:
    unpack(tmp_path)
    (tmp_path / "empty").mkdir()
    code = "from plates.scripts import read; read()"
    said = [
        run(sys.executable, "-c", code, "--model", name, SAMPLE, cwd=tmp_path).stderr
        for name in ("nosuch", "empty")
    ]
    assert said == [
        "error: 'nosuch' is no folder: write release, release/americas, release/chinese, release/korean, release/swiss"
        ", or the folder of a saved model\n",
        "error: no model in empty: name a folder with SHA256SUMS\n",
    ]


def test_server_without_its_packages_says_how_they_come(tmp_path: Path) -> None:
    unpack(tmp_path)
    code = "import sys; sys.modules['fastapi'] = None; from plates.console import serve; serve()"
    done = run(sys.executable, "-c", code, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: the server needs fastapi: run pip install 'plate-")
    assert done.stderr.count("\n") == 1


def test_a_camera_s_process_is_found_in_the_package(tmp_path: Path) -> None:
    unpack(tmp_path / "site")
    (tmp_path / "work").mkdir()
    write_video(tmp_path / "work/a.avi", greys([0] * 3))
    (tmp_path / "work/c.yaml").write_text("cameras: {a: {source: a.avi}}")
    code = "from plates.scripts import read; read()"
    where = {"PYTHONPATH": str(tmp_path / "site")}
    done = run(sys.executable, "-c", code, "--cameras", "c.yaml", cwd=tmp_path / "work", **where)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "watched: 1 cameras, 3 pictures in " in done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What pip installs, built once."""
    folder: Path = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip")
    backend = PROJECT["build-system"]["requires"]
    probe = ["download", "--quiet", "--no-deps", "--dest", folder / "probe", *backend]
    if run(*pip, *probe, cwd=folder).returncode:
        pytest.skip("pip reaches no package index")
    done = run(*pip, "wheel", "--quiet", "--no-deps", ROOT, cwd=folder)
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with nothing but the package and what it needs for reading; its folder of commands."""
    bin_ = new_environment(tmp_path_factory.mktemp("installed")).parent
    install(bin_, str(wheel))
    return bin_


def pip(bin_: Path) -> list[str]:
    return pip_of(bin_ / "python")


def install(bin_: Path, what: str) -> None:
    subprocess.run([*pip(bin_), "install", *PINNED, what], check=True, timeout=500)


@pytest.mark.slow
def test_wheel_is_small_and_one_package(wheel: Path, tmp_path: Path) -> None:
    assert wheel.stat().st_size < MOST_WHEEL_MB * 1e6
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"plates"}
    unpack(tmp_path / "unpacked")
    expected = {path for path in (tmp_path / "unpacked").rglob("*") if path.is_file()}
    relative = {path.relative_to(tmp_path / "unpacked").as_posix() for path in expected}
    assert {name for name in names if name.startswith("plates/")} == relative


@pytest.mark.slow
def test_installed_package_reads(environment: Path, tmp_path: Path) -> None:
    check_example(environment / "python", tmp_path)
    done = run(environment / "plates-read", "photo.jpg", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert [plate["text"] for plate in json.loads(done.stdout)["plates"]] == TEXTS
    assert run(environment / "plates-serve", cwd=tmp_path).stderr.startswith("error: the server")


@pytest.mark.slow
def test_installed_package_is_typed(environment: Path, tmp_path: Path) -> None:
    (tmp_path / "use.py").write_text('import plates\n\nreveal_type(plates.read("a")[0].text)\n')
    python = environment / "python"
    command = [sys.executable, "-m", "mypy", "--strict", "--python-executable", python, "use.py"]
    done = run(*command, cwd=tmp_path)
    assert 'Revealed type is "str"' in done.stdout, done.stdout
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_installed_server_is_ready(environment: Path, wheel: Path, tmp_path: Path) -> None:
    # The last of these: it adds the server's packages.
    install(environment, f"{wheel}[serve]")
    with running(
        [str(environment / "plates-serve")], tmp_path / "log", {}, root=tmp_path
    ) as server:
        files = {"file": ("a.jpg", SAMPLE.read_bytes(), "image/jpeg")}
        answer = requests.post(f"{server.address}/predict", files=files, timeout=20)
    assert [plate["text"] for plate in answer.json()["plates"]] == TEXTS
    done = run(*pip(environment), "check", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    listed = run(*pip(environment), "list", "--format=freeze", cwd=tmp_path).stdout
    names = {line.partition("==")[0].lower() for line in listed.splitlines()}
    assert not {"torch", "lightning", "dvc", "mlem", "onnx"} & names
    files_ = (path for path in environment.parent.rglob("*") if path.is_file())
    assert sum(path.stat().st_size for path in files_) < MOST_ENVIRONMENT_MB * 1e6
