"""How well many models read many sets of photographs, and whether they differ: table, CSV, JSON and a heat-map.

python3 -m src.matrix --models A [B …] --photos X [Y …] [--out DIR]

A model is a saved model's folder, release, own (out/models), or a git revision; docs/photographs.md says more.
"""

import argparse
from pathlib import Path

import cv2

from .common.config import OUT, ROOT
from .common.errors import EXIT_INTERRUPTED, EXIT_USER_ERROR, UserError, run_main
from .common.progress import tell
from .comparing.files import write_files
from .comparing.heat_map import heat_map
from .comparing.matrix import Matrix, measure
from .comparing.models import load_model
from .comparing.table import cell_table, mistake_table, pair_table
from .labelling.folders import require_place_below
from .reading.console import nobody_reads

FOLDER = OUT / "photos/matrix"


def main() -> None:
    """Measure, write and print; exits with 1 where a model or a set could not be measured, 130 after Ctrl-C."""
    options = _options()
    require_place_below(options.out)  # before anything is read, which may take hours
    cv2.setNumThreads(0)  # as the stages read, so that times are alike
    matrix = measure(options.models, options.photos, load_model, tell)
    if not matrix.cells:
        if matrix.interrupted:
            raise KeyboardInterrupt
        raise UserError(
            "nothing was measured: no model could be loaded, or no set has pictures whose split is test"
        )
    try:
        chart = options.out / "matrix.png"
        heat_map(chart, matrix)
        for path in (*write_files(options.out, matrix), chart):
            tell(f"wrote {path}")
    finally:  # what was measured is not lost because it cannot be written
        _print(matrix)
    if matrix.interrupted:
        raise SystemExit(EXIT_INTERRUPTED)
    if matrix.problems:
        tell(f"error: not all was measured; problems: {len(matrix.problems)}, named above")
        raise SystemExit(EXIT_USER_ERROR)


def _print(matrix: Matrix) -> None:
    try:
        for lines in (cell_table(matrix), pair_table(matrix), mistake_table(matrix)):
            if lines:
                print("\n".join(lines), end="\n\n", flush=True)
    except BrokenPipeError:  # whoever read it has read enough
        raise SystemExit(nobody_reads()) from None


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python3 -m src.matrix",
        description="Compare how well models read folders of photographs.",
        epilog="exit codes: 0 all was measured; 1 a model or a set was not, or an error; 2 wrong usage; 130 Ctrl-C",
    )
    parser.add_argument(
        "--models",
        nargs="+",
        required=True,
        metavar="MODEL",
        help="a saved model's folder; release; own, the networks of out/models; a git revision (REV: what was trained "
        "there, REV:release: what was released). Others are compared with the first",
    )
    parser.add_argument(
        "--photos",
        nargs="+",
        required=True,
        type=Path,
        metavar="DIR",
        help="folders with annotations.csv",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=FOLDER,
        metavar="DIR",
        help="where CSV, JSON and the heat-map go; default: " + str(FOLDER.relative_to(ROOT)),
    )
    return parser.parse_args()


if __name__ == "__main__":
    run_main(main)
