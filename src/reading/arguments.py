"""The options of the command that reads."""

import argparse

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
        nargs="+",
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
    add_model_option(parser)
    return parser


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


def check_together(parser: argparse.ArgumentParser, a: argparse.Namespace) -> None:
    """End the command, as the parser does, when options were given that do not go together."""
    if a.json and a.unseen:
        parser.error("--unseen is for the table and --csv: JSON has ? in every reading's pattern")
    if a.ray is not None and not a.bulk:
        parser.error("--ray is for --bulk")
    if not a.bulk:
        return
    for name in ("json", "csv", "unseen", "every"):
        if getattr(a, name):
            parser.error(f"--{name} is not for --bulk, which writes Parquet and reads no videos")
    if not a.out:
        parser.error("--bulk needs --out: a folder or URL for the answers")
