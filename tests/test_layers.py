"""Imports point one way, and importing does nothing."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.source import ROOT, closure, imports, modules, tree

ORDER = [
    "common",
    "sandbox",
    "generators",
    "datasets",
    "inference",
    "bundle",
    "collecting",
    "monitoring",
    "models",
    "architectures",
    "metrics",
    "pictures",
    "training",
    "pipeline",
    "localize",
    "ocr",
    "stack",
    "reporting",
    "reading",
    "serving",
    "comparing",
    "labelling",
    "jobs",
    "sweeping",
    "promoting",
    "mlem_room",
]
# Rooms of equal rank, which do not know each other.
APART = [
    {"localize", "ocr"},
    {"reporting", "reading"},
    {"reporting", "labelling"},
    {"serving", "labelling"},
    {"reading", "serving"},
    {"reporting", "serving"},
    {"reporting", "mlem_room"},
    {"reading", "comparing"},
    {"serving", "comparing"},
    {"comparing", "labelling"},
    {"comparing", "mlem_room"},
    {"reading", "mlem_room"},
    {"labelling", "mlem_room"},
    {"serving", "jobs"},
    {"reporting", "jobs"},
    {"comparing", "jobs"},
    {"jobs", "mlem_room"},
    {"reporting", "sweeping"},
    {"sweeping", "mlem_room"},
    {"sweeping", "promoting"},
    {"serving", "promoting"},
    {"promoting", "mlem_room"},
]


def room(module: str) -> str:
    """The package below src, or "" for what stands at its top and may import everything."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and (ROOT / "src" / parts[1]).is_dir() else ""


def test_every_room_has_its_place() -> None:
    assert {room(module) for module in modules()} - {""} == set(ORDER)


@pytest.mark.parametrize("module", [m for m in modules() if room(m)])
def test_imports_point_one_way(module: str) -> None:
    here = ORDER.index(room(module))
    for name in imports(module):
        if name.split(".")[0] != "src":
            continue
        assert room(name) in ORDER, f"{module} imports {name} of the top level"
        assert ORDER.index(room(name)) <= here, f"{module} imports {name}"
        assert {room(name), room(module)} not in APART


def test_the_source_imports_itself_relatively() -> None:
    # An installed package holds the same code under another name.
    for module in modules():
        for node in ast.walk(tree(module)):
            named = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                named.append(node.module or "")
            assert [n for n in named if n.split(".")[0] == "src"] == [], module


@pytest.mark.parametrize(
    "name",
    [
        *("generators", "datasets", "inference", "bundle", "collecting", "monitoring", "models"),
        *("metrics", "pictures", "training", "comparing", "labelling"),
    ],
)
def test_room_knows_no_params(name: str) -> None:
    for module in (m for m in modules() if room(m) == name):
        assert "params" not in imports(module), module


# What trains and keeps track of it is not there where pictures are read.
TRAINING = {"torch", "lightning", "safetensors", "onnx", "dvc", "dvclive", "params", "mlem"}
# Draws the server's page from the stages' scenes, and is in no image and no package.
DRAWS_THE_PAGE = "src.serving.artwork"


@pytest.mark.parametrize(
    "name",
    [
        "generators",
        "inference",
        "bundle",
        "collecting",
        "monitoring",
        "reading",
        "serving",
        "labelling",
    ],
)
def test_room_needs_nothing_that_trains(name: str) -> None:
    # Not even inside a function: the wall stands where the source says so.
    for module in (m for m in modules() if room(m) == name and m != DRAWS_THE_PAGE):
        for one in closure(module):
            trains = {i for i in imports(one) if i.split(".")[0] in TRAINING}
            assert trains == set(), f"{module} needs {one}"
            assert room(one) not in ("models", "training", "pipeline", "stack"), module


def test_generators_do_not_touch_the_disk() -> None:
    forbidden = {"imread", "imwrite", "open", "load", "save", "savez", "fromfile", "tofile"}
    for module in (m for m in modules() if room(m) == "generators"):
        assert not imports(module) & {"pathlib", "os", "io", "shutil", "tempfile", "pickle"}, module
        used = {n.attr for n in ast.walk(tree(module)) if isinstance(n, ast.Attribute)}
        used |= {n.id for n in ast.walk(tree(module)) if isinstance(n, ast.Name)}
        assert not used & forbidden, module


def test_generators_use_no_global_randomness() -> None:
    for module in (m for m in modules() if room(m) == "generators"):
        assert "random" not in imports(module), module
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "np.random":
                assert node.attr in ("Generator", "default_rng"), f"{module}: np.random.{node.attr}"
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "np.random.default_rng":
                assert node.args, f"{module}: a generator without a seed"


def test_mlem_stays_in_its_room() -> None:
    users = {m for m in modules() if any(i.split(".")[0] == "mlem" for i in imports(m))}
    assert {room(module) for module in users} == {"mlem_room"}


def test_one_module_opens_mlem_s_room() -> None:
    # MLEM's cards and commands name their classes by it, and it is the command that writes a card.
    knowing = {m for m in modules() if any(room(i) == "mlem_room" for i in imports(m))}
    assert {module for module in knowing if room(module) != "mlem_room"} == {"src.mlem_model"}


@pytest.mark.parametrize("folder", ["tests", "benchmarks"])
def test_nothing_around_the_source_imports_mlem(folder: str) -> None:
    # It is not there: tests ask the environment of `make mlem`.
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            named += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            known = [n for n in named if f"{n}.".startswith(("mlem.", "src.mlem_"))]
            assert known == [], path


def mlem_users() -> set[str]:
    """Modules that only MLEM's environment can import."""
    return {m for m in modules() if any(room(one) == "mlem_room" for one in closure(m))}


CHECK = """
import importlib, json, sys
import cv2, lightning, matplotlib.pyplot, torch, dvclive, yaml
from lightning.pytorch.loggers import TensorBoardLogger

root, names = sys.argv[1], json.loads(sys.argv[2])
sys.path.insert(0, root)
opened, built = [], []

def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], str) and arguments[0].startswith(root):
        if not arguments[0].endswith((".py", ".pyc")) and "__pycache__" not in arguments[0]:
            opened.append(arguments[0])

def build(self, *arguments, **more):
    built.append(type(self).__name__)

sys.addaudithook(watch)
torch.nn.Module.__init__ = build
for name in names:
    importlib.import_module(name)
print(json.dumps({"opened": opened, "built": built, "stages": "params" in sys.modules}))
"""


@pytest.mark.slow
def test_importing_builds_and_reads_nothing(tmp_path: Path) -> None:
    names = sorted(set(modules()) - mlem_users())
    done = subprocess.run(
        [sys.executable, "-c", CHECK, str(ROOT), json.dumps(names)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    site = [path for path in said["opened"] if "site-packages" not in path]
    assert site == []
    assert said["built"] == []
    assert said["stages"]
    assert list(tmp_path.iterdir()) == []
