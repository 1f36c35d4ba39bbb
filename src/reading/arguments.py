"""The options of the command that reads."""

import argparse
from pathlib import Path

from ..bundle.choose import add_model_option
from ..common.countries import country_codes
from ..common.errors import UserError
from ..inference.rotation import ANGLES, AUTO


def make_parser(prog: str | None) -> argparse.ArgumentParser:
    """Return the parser; of what it parses, `check_together` says what does not go together.

    prog: how the command is called; None for the name of the file that was started.
    """
    parser = argparse.ArgumentParser(
        prog=prog, description="Read plates in pictures, videos and from cameras."
    )
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="picture, video, folder, glob or number of a camera",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="JSON Lines: one object per line")
    form.add_argument("--csv", action="store_true", help="CSV: one row per plate")
    parser.add_argument(
        "--unseen",
        action="store_true",
        help="in the table and CSV, ? for characters that cannot be seen; JSON always has them, as its pattern",
    )
    parser.add_argument(
        "--out", metavar="DIR", help="write annotated copies to DIR; with --bulk, the answers"
    )
    parser.add_argument(
        "--bulk",
        action="store_true",
        help="read very many pictures into Parquet files in --out: of folders, globs, tars, manifests (Parquet) and "
        "object stores; the same command goes on with what was stopped",
    )
    parser.add_argument(
        "--ray",
        metavar="ADDRESS",
        help="with --bulk: on the cluster of this Ray head, as HOST:PORT",
    )
    parser.add_argument(
        "--min-confidence", type=_share, metavar="X", help="from 0 to 1; default: the model's own"
    )
    parser.add_argument(
        "--format",
        metavar="NAME",
        help="give plates of this format alone; the model has to know it",
    )
    parser.add_argument(
        "--country",
        type=_countries,
        default=(),
        metavar="XX,YY",
        help="countries whose plates are expected, as CH,DE: texts that none of them issues count as foreign",
    )
    parser.add_argument(
        "--every",
        type=_count,
        metavar="N",
        help="read every Nth frame of a video; default: about ten a second",
    )
    parser.add_argument(
        "--rotate",
        choices=[*map(str, sorted(ANGLES)), AUTO],
        default="0",
        help="degrees clockwise to turn pictures by before they are read, for a camera that hangs upside down or lies "
        "on its side; auto: whichever way they read best",
    )
    parser.add_argument(
        "--cameras",
        type=Path,
        metavar="FILE",
        help="watch the cameras of a cameras.yaml until a signal, and answer each vehicle once, in place of PATHs",
    )
    parser.add_argument(
        "--show",
        type=Path,
        metavar="DIR",
        help="with --cameras: write to DIR what each camera sees now, with its zones, and end",
    )
    add_model_option(parser)
    return parser


def check_together(parser: argparse.ArgumentParser, a: argparse.Namespace) -> None:
    """End the command, as the parser does, when options were given that do not go together."""
    if a.json and a.unseen:
        parser.error("--unseen is for the table and --csv: JSON has ? in every reading's pattern")
    if a.ray is not None and not a.bulk:
        parser.error("--ray is for --bulk")
    if a.cameras is not None:
        _check_cameras(parser, a)
        return
    if a.show is not None:
        parser.error("--show is for --cameras: name the file of the cameras")
    if not a.paths:
        parser.error("the following arguments are required: PATH, or --cameras FILE")
    if a.bulk:
        _check_bulk(parser, a)


def _check_cameras(parser: argparse.ArgumentParser, a: argparse.Namespace) -> None:
    others = {
        "PATH": a.paths,
        "--bulk": a.bulk,
        "--csv": a.csv,
        "--unseen": a.unseen,
        "--out": a.out,
        "--every": a.every,
        "--rotate": a.rotate != "0",
    }
    given = [name for name, value in others.items() if value]
    if given:
        parser.error(
            f"{given[0]} does not go with --cameras: answers are JSON Lines, and what a camera shows is set in its file"
        )


def _check_bulk(parser: argparse.ArgumentParser, a: argparse.Namespace) -> None:
    for name in ("json", "csv", "unseen", "every"):
        if getattr(a, name):
            parser.error(f"--{name} is not for --bulk, which writes Parquet and reads no videos")
    if not a.out:
        parser.error("--bulk needs --out: a folder or URL for the answers")


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text} is no number from 0 to 1")
    return value


def _countries(text: str) -> tuple[str, ...]:
    try:
        codes = country_codes(text)
    except UserError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if not codes:
        raise argparse.ArgumentTypeError("it names no country")
    return codes


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text} is no whole number from 1 up")
    return int(text)
