"""Somebody with the remote's write keys alters what lies there: nothing of it gets into a clone."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml

from tests.checkout import Checkout, equip
from tests.remotes.conftest import Storage, cloned
from tests.source import ROOT

pytestmark = pytest.mark.slow
# Of the project, what sets a remote up and pulls from it.
NEEDED = (".dvc/config", ".dvc/.gitignore", ".gitignore", "Makefile", "pyproject.toml", "constraints.txt")  # fmt: skip
LISTINGS = "python3", ".github/scripts/listings.py"
LOCAL = Path(".dvc/config.local")
WEIGHTS, CARD, NOTES, EVIL = "weights", "card", "notes", "evil"


@dataclass(frozen=True)
class Shared:
    """A repository whose model (a folder) and notes (a file) are in a storage."""

    owner: Checkout
    storage: Storage

    def clone(self, folder: Path) -> Checkout:
        """A fresh clone with this storage as its remote, and this environment as ``make setup`` would leave it."""
        clone = equip(cloned(self.owner, folder))
        # As remote.sh wrote it for the owner.
        written = (self.owner.root / LOCAL).read_text()
        (clone.root / LOCAL).write_text(
            re.sub(r"(?m)^(\s*)url = .*$", rf"\1url = {self.storage.url}", written)
        )
        return clone

    def objects(self, holds: Callable[[bytes], bool]) -> list[Path]:
        """The objects of a folder storage with such a content, made writable."""
        found = [p for p in Path(self.storage.url).rglob("*") if p.is_file()]
        found = [path for path in found if holds(path.read_bytes())]
        for path in found:
            path.chmod(0o644)
        return found


@pytest.fixture(scope="module")
def owner(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    folder: Path = tmp_path_factory.mktemp("altered")
    owner = Checkout(folder / "owner", folder / "home")
    owner.home.mkdir()
    shutil.copytree(ROOT / ".github/scripts", owner.root / ".github/scripts")
    for name in NEEDED:
        (owner.root / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, owner.root / name)
    owner.ok("git", "init", "-q")
    owner.with_identity()
    model = owner.root / "model"
    model.mkdir()
    (model / WEIGHTS).write_text("the weights")
    (model / CARD).write_text("the card")
    (owner.root / NOTES).write_text("the notes")
    owner.ok("dvc", "add", "-q", "model", NOTES)
    owner.ok("git", "add", "--all")
    owner.ok("git", "commit", "-q", "-m", "A model")
    return owner


@pytest.fixture(scope="module")
def pushed(owner: Checkout) -> Path:
    """A folder with what the owner has pushed."""
    folder = owner.root.parent / "storage"
    assert Storage(str(folder)).configure(owner).returncode == 0
    owner.ok("dvc", "push")
    return folder


@pytest.fixture
def shared(owner: Checkout, pushed: Path, tmp_path: Path) -> Shared:
    """The owner's repository, and a copy of the storage to be altered."""
    shutil.copytree(pushed, tmp_path / "storage")
    return Shared(owner, Storage(str(tmp_path / "storage")))


def texts(clone: Checkout) -> dict[str, str]:
    """What a clone has of the data."""
    paths = [clone.root / NOTES, *(clone.root / "model").glob("*")]
    return {path.name: path.read_text() for path in paths if path.is_file()}


WHOLE = {WEIGHTS: "the weights", CARD: "the card", NOTES: "the notes"}


def test_what_was_not_altered_comes_as_it_was(
    owner: Checkout, storage: Storage, tmp_path: Path
) -> None:
    assert storage.configure(owner).returncode == 0
    owner.ok("dvc", "push")
    clone = Shared(owner, storage).clone(tmp_path / "fresh")
    clone.ok("make", "pull")
    assert texts(clone) == WHOLE
    assert "up to date" in clone.ok("dvc", "status")
    clone.ok("make", "pull")


@pytest.mark.parametrize(
    ("name", "command"), [(WEIGHTS, ("dvc", "pull")), (NOTES, ("make", "pull"))]
)
def test_an_altered_file_fails_the_pull(
    shared: Shared, tmp_path: Path, name: str, command: tuple[str, ...]
) -> None:
    (altered,) = shared.objects(lambda content: content == WHOLE[name].encode())
    altered.write_text(EVIL)
    clone = shared.clone(tmp_path / "fresh")
    assert clone.run(*command).returncode != 0
    assert EVIL not in texts(clone).values()
    assert name not in texts(clone)
    cached = [path for path in (clone.root / ".dvc/cache").rglob("*") if path.is_file()]
    assert EVIL not in [path.read_text() for path in cached]


def set_verify(clone: Checkout, value: str) -> None:
    """Change the remote's option."""
    path = clone.root / LOCAL
    text, count = re.subn("verify = .*", f"verify = {value}", path.read_text())
    assert count == 1
    path.write_text(text)


def swap(shared: Shared) -> Path:
    """Alter the listing of the model so that its weights are another object; return the listing."""
    (listing,) = shared.objects(lambda content: b"relpath" in content)
    entries = json.loads(listing.read_text())
    for entry in entries:
        entry["md5"] = entries[0]["md5"]
    listing.write_text(json.dumps(entries))
    return listing


def test_an_altered_listing_fails_the_pull(shared: Shared, tmp_path: Path) -> None:
    clone = shared.clone(tmp_path / "fresh")
    (listing,) = shared.objects(lambda content: b"relpath" in content)
    before = listing.read_bytes()
    swap(shared)
    done = clone.run("make", "pull")
    assert done.returncode != 0
    (line,) = (line for line in done.stderr.splitlines() if line.startswith("error: "))
    assert f"{listing.name} was altered or is damaged" in line
    assert texts(clone) == {}
    listing.write_bytes(before)
    clone.ok("make", "pull")
    assert texts(clone) == WHOLE


def test_what_an_unchecked_pull_left_is_not_believed(shared: Shared, tmp_path: Path) -> None:
    (listing,) = shared.objects(lambda content: b"relpath" in content)
    before = listing.read_bytes()
    swap(shared)
    clone = shared.clone(tmp_path / "fresh")
    set_verify(clone, "false")
    clone.ok("dvc", "pull")
    assert texts(clone)[WEIGHTS] == texts(clone)[CARD]  # this is what the check is for

    set_verify(clone, "true")
    assert clone.run("make", "pull").returncode != 0
    listing.write_bytes(before)
    shutil.rmtree(clone.root / "model")
    clone.ok("make", "pull")
    assert texts(clone) == WHOLE


@pytest.mark.parametrize("script", ["experiment.sh", "train.sh"])
def test_runs_on_the_machine_check_first(shared: Shared, tmp_path: Path, script: str) -> None:
    swap(shared)
    clone = shared.clone(tmp_path / "fresh")
    done = clone.run(f".github/scripts/{script}")
    assert done.returncode != 0
    assert "was altered or is damaged" in done.stderr
    assert texts(clone) == {}


def test_a_remote_of_another_name_is_checked_too(shared: Shared, tmp_path: Path) -> None:
    clone = shared.clone(tmp_path / "fresh")
    # As `dvc remote add --local --default mine FOLDER` leaves it.
    config = f"[core]\n    remote = mine\n['remote \"mine\"']\n    url = {shared.storage.url}\n"
    (clone.root / LOCAL).write_text(config)
    done = clone.run("make", "pull")
    assert done.returncode != 0
    assert "dvc remote modify --local mine verify true" in done.stderr
    assert texts(clone) == {}
    clone.ok("dvc", "remote", "modify", "--local", "mine", "verify", "true")
    clone.ok("make", "pull")
    assert texts(clone) == WHOLE


def test_without_a_remote_it_says_what_to_do(shared: Shared, tmp_path: Path) -> None:
    clone = shared.clone(tmp_path / "fresh")
    (clone.root / LOCAL).unlink()
    done = clone.run(*LISTINGS)
    assert done.returncode == 1
    assert done.stderr == "error: there is no DVC remote to pull from: run make remote DIR=…\n"


def test_a_foreign_run_cache_is_not_believed(shared: Shared, tmp_path: Path) -> None:
    # A stage whose result is in no lock file: it has to run, whatever the remote says came out of it elsewhere.
    owner = shared.owner.copy(tmp_path / "owner")
    (owner.root / LOCAL).write_bytes((shared.clone(tmp_path / "any").root / LOCAL).read_bytes())
    stage = {"cmd": "cp notes result", "deps": [NOTES], "outs": ["result"]}
    (owner.root / "dvc.yaml").write_text(yaml.safe_dump({"stages": {"copy": stage}}))
    owner.ok("git", "add", "--all")
    owner.ok("git", "commit", "-q", "-m", "A stage")
    clone = replace(shared, owner=owner).clone(tmp_path / "fresh")

    owner.ok("dvc", "repro")
    owner.ok("dvc", "push", "--run-cache")
    (altered,) = shared.objects(lambda content: b"cmd: cp notes" in content)
    locked = yaml.safe_load(altered.read_text())
    (weights,) = shared.objects(lambda content: content == WHOLE[WEIGHTS].encode())
    locked["outs"][0]["md5"] = weights.parent.name + weights.name
    altered.write_text(yaml.safe_dump(locked))

    clone.ok(".github/scripts/experiment.sh")
    assert (clone.root / "result").read_text() == WHOLE[NOTES]
