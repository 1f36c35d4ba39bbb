"""The command that reads: `plates-read`, or `python3 -m src.read` in a checkout."""

import argparse
import os
import warnings
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import cv2

from ..bundle.bundle import Bundle
from ..bundle.choose import choose_model
from ..common.errors import UserError
from ..common.workers import available_cores
from ..inference.rotation import rotated
from .answers import as_csv, as_json, as_table, csv_header
from .arguments import check_together, make_parser
from .console import give_file_names_as_they_are, need_stdout, tell
from .copies import Copies, check_folder
from .narrow import Narrow, narrow
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
    raise SystemExit(
        _bulk(a) if a.bulk else _read_paths(parser, a) if a.cameras is None else _watch(parser, a)
    )


def _read_paths(parser: argparse.ArgumentParser, a: argparse.Namespace) -> int:
    out = None if a.out is None else Path(a.out)
    try:
        if out is not None:
            check_folder(out, a.paths)
        find = partial(find_sources, a.paths, out)
        require_some(find())
    except UserError as error:
        parser.error(str(error))
    bundle = choose_model(a.model)
    counting = _narrow(parser, a, bundle)
    tell(bundle.title)
    copies = None if out is None else Copies(out)
    reader = SourceReader(rotated(counting.read, a.rotate), available_cores(), a.every, copies)
    form = as_json if a.json else partial(as_csv if a.csv else as_table, unseen=a.unseen)
    return read_all(counting, reader, find, form, csv_header() if a.csv else "")


def _watch(parser: argparse.ArgumentParser, a: argparse.Namespace) -> int:
    # Pictures are read without what speaks to cameras.
    from .cameras.load import load_settings
    from .cameras.run import watch_cameras
    from .cameras.show import show_cameras

    try:
        settings = load_settings(a.cameras, os.environ)
    except UserError as error:
        parser.error(str(error))
    bundle = choose_model(a.model)
    # Pictures are read with the least threshold of all cameras; each gives what is sure enough for it.
    least = [c.min_confidence for c in settings.cameras if c.min_confidence is not None]
    counting = _narrow(parser, a, bundle, least)
    tell(bundle.title)
    if a.show is not None:
        return show_cameras(settings, counting, a.show)
    return watch_cameras(settings, bundle, counting)


def _narrow(
    parser: argparse.ArgumentParser,
    a: argparse.Namespace,
    bundle: Bundle,
    thresholds: Sequence[float] = (),
) -> Narrow:
    """Return which readings count; thresholds: further ones, of which the reader takes the least."""
    try:
        counting = narrow(bundle, a.min_confidence, a.format, a.country)
        if thresholds and min(thresholds) < counting.min_confidence:
            lower = narrow(bundle, min(thresholds), a.format, a.country)
            return replace(lower, min_confidence=counting.min_confidence)
    except UserError as error:
        parser.error(str(error))
    return counting


def _bulk(a: argparse.Namespace) -> int:
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
