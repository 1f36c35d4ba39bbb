"""The command that reads: `plates-read`, or `python3 -m src.read` in a checkout."""

import warnings
from argparse import Namespace
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import cv2

from ..bundle.choose import choose_model
from ..common.errors import UserError
from ..common.workers import available_cores
from ..inference.rotation import rotated
from .answers import as_csv, as_json, as_table, csv_header
from .arguments import check_together, make_parser
from .console import give_file_names_as_they_are, need_stdout, tell
from .copies import Copies, check_folder
from .narrow import narrow
from .run import read_all
from .source_reader import SourceReader
from .sources import find_sources, require_some


def main(arguments: Sequence[str] | None = None, prog: str | None = None) -> None:
    """Read what the command line names; exits with 0, 1, 2, 130 or 141, as docs/reading.md says.

    prog: how the command is called, where that is not the name of what was started.
    """
    parser = make_parser(prog)
    a = parser.parse_args(arguments)
    check_together(parser, a)
    need_stdout()
    give_file_names_as_they_are()
    # Of one damaged picture there may be one for each of its thousands of fields.
    warnings.filterwarnings("ignore", module=r"PIL\.")
    cv2.setNumThreads(0)  # pictures are read in threads of their own
    if a.bulk:
        raise SystemExit(_bulk(a))
    out = None if a.out is None else Path(a.out)
    try:
        if out is not None:
            check_folder(out, a.paths)
        find = partial(find_sources, a.paths, out)
        require_some(find())
    except UserError as error:
        parser.error(str(error))
    bundle = choose_model(a.model)
    try:
        counting = narrow(bundle, a.min_confidence, a.format, a.country)
    except UserError as error:
        parser.error(str(error))
    tell(bundle.title)
    copies = None if out is None else Copies(out)
    reader = SourceReader(rotated(counting.read, a.rotate), available_cores(), a.every, copies)
    form = as_json if a.json else partial(as_csv if a.csv else as_table, unseen=a.unseen)
    raise SystemExit(read_all(counting, reader, find, form, csv_header() if a.csv else ""))


def _bulk(a: Namespace) -> int:
    try:
        from .bulk.command import read_in_bulk
    except ModuleNotFoundError as error:
        needed = (error.name or "").partition(".")[0]
        if needed not in ("pyarrow", "fsspec"):
            raise
        raise UserError(
            f"--bulk needs {needed}: run pip install 'plate-pipeline[bulk]' (in a checkout: '.[bulk]')"
        ) from error
    return read_in_bulk(a)
