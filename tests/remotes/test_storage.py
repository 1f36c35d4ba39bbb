"""What one clone pushes another pulls, and has nothing left to do."""

from pathlib import Path

import pytest

from tests.checkout import Checkout
from tests.remotes.conftest import Storage, cloned, with_results

pytestmark = pytest.mark.slow
CLEAN = "Data and pipelines are up to date.\n"


@pytest.fixture(scope="module")
def owner(
    trained: Checkout, storage: Storage, tmp_path_factory: pytest.TempPathFactory
) -> Checkout:
    """A clone whose results are in a commit and in the storage; to be read only."""
    checkout = with_results(trained, tmp_path_factory.mktemp("owner"))
    assert storage.configure(checkout).returncode == 0
    assert "pushed" in checkout.ok("dvc", "push")
    return checkout


def test_clone_pull_and_nothing_to_do(owner: Checkout, storage: Storage, tmp_path: Path) -> None:
    clone = cloned(owner, tmp_path / "fresh")
    assert not (clone.root / "out/models/ocr").exists()
    assert storage.configure(clone).returncode == 0
    clone.ok("dvc", "pull")
    assert (clone.root / "out/models/ocr/weights.safetensors").stat().st_size > 1_000_000
    assert clone.ok("dvc", "status") == CLEAN
    assert "Running stage" not in clone.ok("dvc", "repro")
    assert clone.ok("git", "status", "--porcelain") == ""
    assert "in sync" in clone.ok("dvc", "status", "--cloud")


def test_a_change_pulls_only_what_it_needs(
    owner: Checkout, storage: Storage, tmp_path: Path
) -> None:
    clone = cloned(owner, tmp_path / "fresh")
    assert storage.configure(clone).returncode == 0
    evaluate_fewer(clone)
    ran = clone.ok(".github/scripts/experiment.sh")
    assert ran.count("Running stage") == 1
    assert "Running stage 'evaluate_ocr'" in ran
    assert (clone.root / "out/models/ocr").exists()
    assert not (clone.root / "data/prepared/stack").exists()


def test_a_storage_without_the_files_is_filled(committed: Checkout, tmp_path: Path) -> None:
    storage = Storage(str(tmp_path / "storage"))
    clone = cloned(committed, tmp_path / "fresh")
    assert storage.configure(clone).returncode == 0
    evaluate_fewer(clone)
    assert "Running stage 'train_ocr'" in clone.ok(".github/scripts/experiment.sh")
    clone.ok(".github/scripts/push.sh")
    assert clone.ok("dvc", "status") == CLEAN
    assert "in sync" in clone.ok("dvc", "status", "--cloud")


def evaluate_fewer(clone: Checkout) -> None:
    """Change what evaluate_ocr alone depends on."""
    clone.edit("params.py", r"(class EvaluateOCR(?:.|\n)*?MAX_PICTURES: int = )\d+", r"\g<1>5")
