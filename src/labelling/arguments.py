"""The options of the command for labelled photographs."""

import argparse
from pathlib import Path
from typing import TypeAlias

from ..bundle.choose import add_model_option
from ..generators.degrade import DEGRADATIONS
from .augmenting import Copies
from .formats import format_names, get_format

_EXITS = (
    "exit codes: 0 all went well; 1 some rows were rejected, or an error; 2 wrong usage; 130 Ctrl-C"
)


def make_parser(prog: str) -> argparse.ArgumentParser:
    """Return the parser; `verb` is one of import, export, split, augment, check, stats, label.

    prog: how the command is called.
    """
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Labelled photographs: bring in, hand on, split, copy, check, count, label.",
        epilog=_EXITS,
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    _add_import(verbs)
    _add_export(verbs)
    _add_split(verbs)
    _add_augment(verbs)
    _add_check(verbs)
    _add_stats(verbs)
    _add_label(verbs)
    return parser


def _count(text: str) -> int:
    """Return a whole number that is not negative."""
    try:
        count = int(text)
    except ValueError:
        count = -1
    if count < 0:
        raise argparse.ArgumentTypeError(f"{text!r} must be a whole number, at least 0")
    return count


_Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _verb(verbs: _Verbs, name: str, summary: str, details: str = "") -> argparse.ArgumentParser:
    return verbs.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog="\n\n".join(filter(None, (details, _EXITS))),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _add_import(verbs: _Verbs) -> None:
    listed = "\n".join(f"  {name:<16}{get_format(name).title}" for name in format_names())
    verb = _verb(verbs, "import", "bring in labels that others keep", f"formats:\n{listed}")
    verb.add_argument("format", choices=format_names(), metavar="FORMAT", help="see below")
    verb.add_argument("source", type=Path, metavar="SOURCE", help="file or folder of labels")
    verb.add_argument("name", metavar="NAME", help="of the folder that is made")
    verb.add_argument(
        "--into", type=Path, metavar="DIR", help="where it is made; default: data/datasets/photos"
    )
    verb.add_argument(
        "--pictures",
        type=Path,
        metavar="DIR",
        help="where the pictures are; default: by the labels",
    )
    verb.add_argument(
        "--class",
        dest="classes",
        action="append",
        default=[],
        metavar="NAME",
        help="name or number of a class that is a plate; default: the only one, or by their names",
    )
    verb.add_argument(
        "--text",
        default="",
        metavar="FIELD",
        help="the field with the text; default: found by its name",
    )
    verb.add_argument(
        "--corners",
        choices=("found", "given"),
        default="found",
        help="given: polygons run clockwise from the plate's own top left; default: found out",
    )
    verb.add_argument(
        "--copy", action="store_true", help="copy the pictures instead of linking them"
    )
    verb.add_argument("--replace", action="store_true", help="replace a folder of that name")


def _add_export(verbs: _Verbs) -> None:
    written = [name for name in format_names() if get_format(name).write]
    verb = _verb(verbs, "export", "write a folder of photographs as others want it")
    verb.add_argument(
        "folder", type=Path, metavar="FOLDER", help="with annotations.csv, or its name"
    )
    verb.add_argument("--to", choices=written, required=True, help="the format")
    verb.add_argument("--out", type=Path, metavar="DIR", help="default: FOLDER-FORMAT beside it")
    verb.add_argument(
        "--shape",
        choices=("obb", "box", "pose"),
        default="obb",
        help="of YOLO's labels: four corners, upright boxes, or boxes with corners as key points; default: obb",
    )
    verb.add_argument(
        "--url",
        metavar="PREFIX",
        help="what pictures' addresses begin with in Label Studio; default: /data/local-files/?d=DIR/",
    )
    verb.add_argument(
        "--copy", action="store_true", help="copy the pictures instead of linking them"
    )
    verb.add_argument("--replace", action="store_true", help="replace the folder that is written")


def _add_split(verbs: _Verbs) -> None:
    verb = _verb(
        verbs,
        "split",
        "say what is trained on, what is validated on and what is measured",
        "A plate, a group, and pictures that are nearly the same are on one side, in all folders together.\n"
        "What has a side keeps it: run it again when new pictures have come.",
    )
    _add_folders(verb)
    verb.add_argument(
        "--shares",
        nargs=3,
        type=float,
        default=(0.7, 0.1, 0.2),
        metavar=("TRAIN", "VAL", "TEST"),
        help="of each folder's pictures; default: 0.7 0.1 0.2",
    )
    verb.add_argument("--seed", type=int, default=0, metavar="N", help="another one, another split")
    verb.add_argument(
        "--keep", type=Path, metavar="FILE", help="an earlier annotations.csv, whose sides are kept"
    )
    verb.add_argument("--anew", action="store_true", help="forget the sides that the folders say")
    verb.add_argument(
        "--no-near", action="store_true", help="do not look for pictures that are nearly the same"
    )


def _add_augment(verbs: _Verbs) -> None:
    listed = "\n".join(f"  {code}  {row.doc}" for code, row in DEGRADATIONS.items())
    verb = _verb(
        verbs,
        "augment",
        "write a folder with all pictures of another one, and transformed copies of those to train on",
        f"What is validated on or measured has no copies. transformations:\n{listed}",
    )
    usual = Copies()
    verb.add_argument(
        "folder", type=Path, metavar="FOLDER", help="with annotations.csv, or its name"
    )
    verb.add_argument("name", metavar="NAME", help="of the folder that is made, beside it")
    verb.add_argument(
        "--copies", type=_count, default=usual.count, metavar="N", help="of each; default: 4"
    )
    verb.add_argument(
        "--stacked-coeff",
        type=_count,
        default=usual.stacked,
        metavar="N",
        help="times as many of a picture with a plate of two rows; default: 1",
    )
    verb.add_argument(
        "--transforms",
        type=float,
        default=usual.transforms,
        metavar="MEAN",
        help="mean number of transformations of a copy; default: 1.2",
    )
    verb.add_argument(
        "--weights",
        default="",
        metavar="CODE[=W],…",
        help="how often each is drawn, as mot=2,rot=3; others are not; default: all, as usual",
    )
    verb.add_argument("--seed", type=int, default=usual.seed, metavar="N", help="default: 42")
    verb.add_argument(
        "--copy", action="store_true", help="copy the pictures instead of linking them"
    )
    verb.add_argument("--replace", action="store_true", help="replace a folder of that name")


def _add_check(verbs: _Verbs) -> None:
    verb = _verb(
        verbs,
        "check",
        "name every row that is wrong",
        "Pictures are decoded whole. Plates and groups that are on two sides of the split are named too.",
    )
    _add_folders(verb)
    verb.add_argument(
        "--format",
        metavar="NAME",
        help="the plate format whose characters texts may have; default: any",
    )
    verb.add_argument(
        "--fix",
        action="store_true",
        help="write a copy with what is right: photos-repaired/NAME for photos/NAME",
    )
    verb.add_argument(
        "--copy", action="store_true", help="copy the pictures instead of linking them"
    )
    verb.add_argument("--replace", action="store_true", help="replace such a copy")


def _add_stats(verbs: _Verbs) -> None:
    verb = _verb(verbs, "stats", "count what there is, in a table and a picture")
    _add_folders(verb)
    verb.add_argument(
        "--format",
        metavar="NAME",
        help="the plate format of whose characters those are named that never occur; default: of params.yaml",
    )
    verb.add_argument(
        "--sample",
        type=_count,
        default=500,
        metavar="N",
        help="pictures to tell brightness by; default: 500",
    )
    verb.add_argument(
        "--out", type=Path, metavar="FILE", help="the picture; default: out/photos/stats.png"
    )


def _add_label(verbs: _Verbs) -> None:
    verb = _verb(
        verbs,
        "label",
        "have a model label pictures, for people to correct, the least sure first",
        "It writes annotations.csv, labelstudio.json with its interface, and cvat.xml into the folder. Correct one of\n"
        "them there, or export it corrected, and `import` it.",
    )
    verb.add_argument("folder", type=Path, metavar="FOLDER", help="with pictures")
    verb.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="where the pictures of a folder go into which servers collect; for such a folder only",
    )
    verb.add_argument(
        "--url",
        metavar="PREFIX",
        help="what pictures' addresses begin with in Label Studio; default: /data/local-files/?d=FOLDER/",
    )
    verb.add_argument("--replace", action="store_true", help="replace labels that are there")
    add_model_option(verb)


def _add_folders(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "folders",
        nargs="*",
        type=Path,
        metavar="FOLDER",
        help="with annotations.csv, or its name; default: all in data/datasets/photos",
    )
