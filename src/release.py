"""Copy the saved model to release/, which is committed: a fresh clone reads plates with it before any training.

The weights of both networks go with it, so that a training can start from them (src/pipeline/start_weights.py). Other
released models, in folders of release/ (`--model release/swiss`), stay.

python3 -m src.release    (make release saves the model first)
"""

import shutil
from pathlib import Path

from .bundle.bundle import RELEASE, STACK, Bundle, load_bundle
from .bundle.files import SUMS, copy_whole, whole_folder
from .common.config import ROOT
from .common.errors import UserError
from .model_card import write_model_card
from .pipeline.stage import run_command
from .pipeline.start_weights import write_start_weights

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
    """Copy a saved bundle to a folder, with its networks' weights and a model card, in place of what was there.

    Returns the copy. What lies in folders of the target and is a released model too stays.
    source: the networks are its neighbours. Raises UserError when the bundle or a network is missing, damaged, has no
    metrics (its networks are not those that were evaluated) or all is larger than MAX_BYTES.
    """
    bundle = load_bundle(source)
    if "val_acc" not in bundle.card.metrics:
        raise UserError(
            f"the model in {source} has not been evaluated: run `dvc repro` and `python3 -m src.save_stack` first"
        )
    with whole_folder(target) as partial:
        for name in bundle.files:
            copy_whole(source / name, partial / name)
        write_start_weights(bundle, source.parent, partial)
        write_model_card(partial, RELEASE.name)
        size = sum(path.stat().st_size for path in partial.rglob("*") if path.is_file())
        if size > MAX_BYTES:
            raise UserError(
                f"the model in {source} and the weights to train on from have {size:,} bytes and a release at most "
                f"{MAX_BYTES:,}: make the networks smaller (LocalizeModelParams and OCRModelParams in params.py)"
            )
        load_bundle(partial)
        for other in sorted(path.parent for path in target.glob(f"*/{SUMS}")):
            shutil.copytree(other, partial / other.name)
    return load_bundle(target)


if __name__ == "__main__":
    run_command(main)
