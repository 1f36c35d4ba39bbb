"""Write MLEM's card of a saved model beside its folder, for `mlem serve`: out/models/stack.mlem.

.venv-mlem/bin/python -m src.mlem_model [--model FOLDER]

Cards name MLEM's two classes by this module; they stand in src/mlem_room, with all else that knows MLEM.
"""

import argparse
from pathlib import Path

from .bundle.bundle import STACK, load_bundle
from .common.errors import run_main
from .mlem_room.model import StackIO, StackModel, save_mlem_model

__all__ = ["StackIO", "StackModel"]


def main() -> None:
    """Write the card of out/models/stack, or of another saved model."""
    parser = argparse.ArgumentParser(
        prog="python3 -m src.mlem_model", description="Write MLEM's card of a saved model."
    )
    parser.add_argument(
        "--model", type=Path, metavar="FOLDER", default=STACK, help="default: out/models/stack"
    )
    folder = parser.parse_args().model
    path = save_mlem_model(load_bundle(folder))
    print(f"saved {path}; serve it with `mlem serve fastapi -m {folder}`")


if __name__ == "__main__":
    run_main(main)
