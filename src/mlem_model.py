"""Write MLEM's card of a saved model beside its folder, for `mlem serve`: out/models/stack.mlem.

.venv-mlem/bin/python -m src.mlem_model [--model FOLDER]

Cards name MLEM's two classes by this module; they stand in src/mlem_room, with all else that knows MLEM.
"""

import argparse
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from .bundle.bundle import STACK, load_trusted
from .common.config import ROOT
from .common.errors import UserError, run_main

if TYPE_CHECKING:
    from .mlem_room.model import StackIO, StackModel
else:

    def __getattr__(name: str) -> object:
        """Import MLEM when one of its classes is asked for: `--help` does without."""
        if name in __all__:
            return getattr(import_module(".mlem_room.model", __package__), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = ["StackIO", "StackModel"]

# With the service's own routes; of MLEM's own alone, docs/serving.md says more.
SERVE = "mlem serve fastapi -m {folder} --request_serializer pil_numpy --middlewares.0 src.serve.PlateMiddleware"


def main() -> None:
    """Write the card of out/models/stack, or of another saved model."""
    own = STACK.relative_to(ROOT)
    parser = argparse.ArgumentParser(
        prog="python3 -m src.mlem_model", description="Write MLEM's card of a saved model."
    )
    parser.add_argument("--model", type=Path, metavar="FOLDER", help=f"default: {own}")
    folder = parser.parse_args().model
    try:
        from .mlem_room.model import save_mlem_model
    except ModuleNotFoundError as error:
        raise UserError(
            f"MLEM is not here ({error.name} is missing): run `make mlem`, then .venv-mlem/bin/python -m src.mlem_model"
        ) from error
    path = save_mlem_model(load_trusted(folder or STACK))
    # The service is not told which model MLEM serves.
    command = f"PLATES_MODEL={folder} {SERVE}" if folder else SERVE
    print(f"saved {path}; serve it with `{command.format(folder=folder or own)}`")


if __name__ == "__main__":
    run_main(main)
