"""Whether the pictures that a server reads are still like those that its model was measured on.

python3 -m src.drift LOG [LOG …] [--reference FILE] [--days N] [--out DIR]     compare, with a table and a picture
python3 -m src.drift LOG [LOG …] --save FILE                                   make a reference of a log

LOG is what a server with PLATES_DRIFT_LOG writes; docs/drift.md says more.
"""

import argparse
import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

from .common.config import OUT, ROOT
from .common.errors import UserError, run_main
from .common.files import atomic_path, write_json
from .common.progress import tell
from .monitoring.chart import draw_shifts
from .monitoring.log import read_log
from .monitoring.shift import DRIFT, DRIFTED, shifts
from .monitoring.summary import load_summary
from .monitoring.table import content, described, markdown, table, verdict_of

FOLDER = OUT / "drift"
REFERENCE = OUT / "evaluations/stack" / "reference.json"
EXIT_DRIFT = 3


def main() -> None:
    """Compare or save; exits with 3 where something has drifted."""
    options = _options()
    since = None if options.days is None else datetime.now(UTC) - timedelta(days=options.days)
    log = read_log(options.logs, tell, since)
    if options.save is not None:
        if options.save.exists() and not options.replace:
            raise UserError(
                f"{options.save} is there already: choose another name, or --replace it"
            )
        write_json(options.save, log.summary.content())
        tell(f"wrote {options.save}: {log.summary.pictures:,} pictures, {log.first} to {log.last}")
        return
    reference = load_summary(options.reference)
    if reference.plate_format != log.summary.plate_format:
        raise UserError(
            f"the log is of {log.summary.plate_format} plates, and {options.reference} of {reference.plate_format}: "
            "name the reference of the same model"
        )
    found = shifts(reference, log.summary, options.drift)
    print(described(log, reference))
    print("\n".join(table(found, reference, log.summary)))
    chart, page, numbers = (options.out / f"drift.{end}" for end in ("png", "md", "json"))
    draw_shifts(chart, found, reference, log.summary)
    with atomic_path(page) as partial:
        partial.write_text(markdown(found, reference, log), encoding="utf-8")
    write_json(numbers, content(found, reference, log))
    for path in (chart, page, numbers):
        tell(f"wrote {path}")
    print(verdict_of(found))
    if any(one.verdict == DRIFTED for one in found):
        raise SystemExit(EXIT_DRIFT)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python3 -m src.drift",
        description="Compare what a server has read with what its model was measured on.",
        epilog="exit codes: 0 nothing has drifted; 3 something has; 1 an error; 2 wrong usage; 130 Ctrl-C",
    )
    parser.add_argument("logs", nargs="+", type=Path, metavar="LOG", help="of PLATES_DRIFT_LOG")
    parser.add_argument(
        "--reference",
        type=Path,
        default=REFERENCE,
        metavar="FILE",
        help=f"what to compare with; default: {REFERENCE.relative_to(ROOT)}, of evaluate_stack",
    )
    parser.add_argument(
        "--days", type=_positive, metavar="N", help="only pictures of the last N days"
    )
    parser.add_argument(
        "--drift",
        type=_positive,
        default=DRIFT,
        metavar="X",
        help="the population stability index from which on something has drifted; default: %(default)s",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=FOLDER,
        metavar="DIR",
        help=f"where drift.png, drift.md and drift.json go; default: {FOLDER.relative_to(ROOT)}",
    )
    parser.add_argument(
        "--save", type=Path, metavar="FILE", help="compare nothing, write the log as a reference"
    )
    parser.add_argument("--replace", action="store_true", help="replace a reference of that name")
    return parser.parse_args()


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} must be a number above 0")
    return value


if __name__ == "__main__":
    run_main(main)
