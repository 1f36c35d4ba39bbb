"""Copy the saved model to release/, which is committed: a fresh clone reads plates with it before any training.

python3 -m src.release    (make release saves the model first)
"""

from pathlib import Path

from .bundle.bundle import RELEASE, STACK, Bundle, copy_bundle, load_bundle
from .common.config import ROOT
from .common.errors import UserError
from .pipeline.stage import run_command

# All files together. Git keeps every release for ever.
MAX_BYTES = 8_000_000


def main() -> None:
    """Copy out/models/stack to release/."""
    bundle = release(STACK, RELEASE)
    print(f"released {bundle.title}: commit {RELEASE.relative_to(ROOT)}/")
    if bundle.card.revision.endswith("-dirty"):
        print(
            "note: it was saved with uncommitted changes, which the revision in its card does not name"
        )


def release(source: Path, target: Path) -> Bundle:
    """Copy a saved bundle to a folder, in place of what was there; return the copy.

    Raises UserError when the bundle is missing or damaged, has no metrics (its networks are not those that were
    evaluated) or is larger than MAX_BYTES.
    """
    bundle = load_bundle(source)
    if "val_acc" not in bundle.card.metrics:
        raise UserError(
            f"the model in {source} has not been evaluated: run `dvc repro` and `python3 -m src.save_stack` first"
        )
    size = sum((source / name).stat().st_size for name in bundle.files)
    if size > MAX_BYTES:
        raise UserError(
            f"the model in {source} has {size:,} bytes and a release at most {MAX_BYTES:,}: make the networks smaller "
            "(LocalizeModelParams and OCRModelParams in params.py)"
        )
    copy_bundle(bundle, target)
    return load_bundle(target)


if __name__ == "__main__":
    run_command(main)
