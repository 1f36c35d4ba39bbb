"""What one clone pushes another pulls, and has nothing left to do."""

from pathlib import Path

import pytest

from tests.checkout import Checkout
from tests.remotes.conftest import Storage, cloned

pytestmark = pytest.mark.slow
CLEAN = "Data and pipelines are up to date.\n"


def test_push_clone_pull_and_nothing_to_do(
    committed: Checkout, storage: Storage, tmp_path: Path
) -> None:
    assert storage.configure(committed).returncode == 0
    pushed = committed.ok("dvc", "push")
    assert "pushed" in pushed

    clone = cloned(committed, tmp_path / "fresh")
    assert not (clone.root / "out/models/ocr").exists()
    assert storage.configure(clone).returncode == 0
    clone.ok("dvc", "pull")
    assert (clone.root / "out/models/ocr/weights.safetensors").stat().st_size > 1_000_000
    assert clone.ok("dvc", "status") == CLEAN
    assert "Running stage" not in clone.ok("dvc", "repro")
    assert clone.ok("git", "status", "--porcelain") == ""
    assert "in sync" in clone.ok("dvc", "status", "--cloud")


def test_a_change_pulls_only_what_it_needs(
    committed: Checkout, storage: Storage, tmp_path: Path
) -> None:
    assert storage.configure(committed).returncode == 0
    committed.ok("dvc", "push")
    clone = cloned(committed, tmp_path / "fresh")
    assert storage.configure(clone).returncode == 0
    clone.edit("params.py", r"(class EvaluateOCR(?:.|\n)*?MAX_PICTURES: int = )\d+", r"\g<1>5")
    ran = clone.ok(".github/scripts/experiment.sh")
    assert ran.count("Running stage") == 1
    assert "Running stage 'evaluate_ocr'" in ran
    assert (clone.root / "out/models/ocr").exists()
    assert not (clone.root / "data/prepared/stack").exists()


# What it trains and pushes does not depend on the kind of storage, to which the others push.
@pytest.mark.parametrize("storage", ["folder"], indirect=True)
def test_a_storage_without_the_files_is_filled(
    committed: Checkout, storage: Storage, tmp_path: Path
) -> None:
    clone = cloned(committed, tmp_path / "fresh")
    assert storage.configure(clone).returncode == 0
    clone.edit("params.py", r"(class EvaluateOCR(?:.|\n)*?MAX_PICTURES: int = )\d+", r"\g<1>5")
    assert "Running stage 'train_ocr'" in clone.ok(".github/scripts/experiment.sh")
    clone.ok(".github/scripts/push.sh")
    assert clone.ok("dvc", "status") == CLEAN
    assert "in sync" in clone.ok("dvc", "status", "--cloud")
