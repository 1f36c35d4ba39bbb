"""The command for labelled photographs: one verb each for what can be done with them."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..bundle.choose import choose_model
from ..collecting.folder import is_collection
from ..collecting.rows import KeptRow
from ..common.config import OUT, load_config
from ..common.errors import EXIT_USER_ERROR, UserError
from ..common.progress import tell
from ..common.texts import UNSEEN, printable
from ..datasets.photos import ANNOTATIONS, SPLITS, photo_folders
from ..generators.formats import get_format as get_plate_format
from ..reading.console import nobody_reads
from .arguments import make_parser
from .augmenting import Copies, augment, read_weights
from .checking import check_folders, repair, repaired
from .collected import take_collected
from .counting import count_folders
from .exporting import export_labels
from .folders import new_folder, require_place
from .importing import import_labels
from .intake import copy, link
from .near import Near
from .prelabelling import guess_labels, label_files, write_guesses
from .record import Asked
from .splitting import split_folders
from .table import REJECTED, print_pairs, print_sides


def main(arguments: Sequence[str] | None = None, prog: str = "photos") -> None:
    """Do what the command line names; exits with 0, 1, 2, 130 or 141, as docs/photographs.md says."""
    options = make_parser(prog).parse_args(arguments)
    verbs = {
        "import": _import,
        "export": _export,
        "split": _split,
        "augment": _augment,
        "check": _check,
        "stats": _stats,
        "label": _label,
    }
    try:
        code = verbs[options.verb](options)
        if sys.stdout is not None:  # else it is closed
            sys.stdout.flush()  # here, where it can be told
    except BrokenPipeError:  # whoever read it has read enough
        code = nobody_reads()
    if code:
        raise SystemExit(code)


def _import(options: argparse.Namespace) -> int:
    parent = _parent(options.into)
    _require_name(options.name)
    asked = Asked(
        options.name,
        options.pictures,
        tuple(options.classes),
        options.text,
        options.corners == "given",
    )
    if options.pictures is not None and not options.pictures.is_dir():
        raise UserError(f"--pictures {options.pictures}: no such folder")
    target = parent / options.name
    put = copy if options.copy else link
    counts = import_labels(options.format, options.source, target, asked, put, options.replace)
    print_pairs(f"{target}", counts.table())
    if counts.rejected:
        tell(f"{counts.rejected:,} rows were rejected; {target / REJECTED} says why")
        return EXIT_USER_ERROR
    return 0


def _export(options: argparse.Namespace) -> int:
    folder = _folder(options.folder)
    out = options.out or _exported(folder) / f"{folder.resolve().name}-{options.to}"
    url = options.url if options.url is not None else f"/data/local-files/?d={out.name}/"
    done = export_labels(
        folder, options.to, out, copy if options.copy else link, options.shape, url, options.replace
    )
    table = {"pictures": f"{done.pictures:,}", "plates": f"{done.plates:,}"}
    if done.left_out:
        table["left out"] = f"{done.left_out:,} pictures with plates whose place is unknown"
    print_pairs(f"{out}", table)
    return EXIT_USER_ERROR if done.left_out else 0


def _split(options: argparse.Namespace) -> int:
    shares = dict(zip(SPLITS, options.shares, strict=True))
    near = None if options.no_near else Near()
    folders = _folders(options)
    done = split_folders(folders, shares, options.seed, options.anew, options.keep, near)
    print_sides(done.pictures)
    print_pairs(
        "pictures",
        {
            "assigned": f"{done.assigned:,}",
            "moved from the side that they had": f"{done.moved:,}",
            "nearly the same as another": "not looked for"
            if near is None
            else f"{done.near:,} pairs",
        },
    )
    return 0


def _augment(options: argparse.Namespace) -> int:
    folder = _folder(options.folder)
    _require_name(options.name)
    target = folder.resolve().with_name(options.name)
    weights = read_weights(options.weights) if options.weights else None
    copies = Copies(
        options.copies, options.stacked_coeff, options.transforms, weights, options.seed
    )
    done = augment(folder, target, copies, copy if options.copy else link, options.replace)
    table = {"pictures": f"{done.pictures:,}", "copies": f"{done.copies:,}"}
    if done.given_up:
        table["given up"] = f"{done.given_up:,} copies that would have cut a plate"
    print_pairs(f"{target}", table)
    return 0


def _check(options: argparse.Namespace) -> int:
    alphabet = get_plate_format(options.format).alphabet if options.format else None
    folders = _folders(options)
    problems = check_folders(folders, alphabet)
    for folder, lines in problems.items():
        said = f"{len(lines):,} problems" if lines else "nothing is wrong"
        print(f"{printable(str(folder))}: {said}")
        for line in lines:
            print(f"  {printable(line)}")
    if not options.fix:
        return EXIT_USER_ERROR if any(problems.values()) else 0
    rejected = 0
    for folder in folders:
        target = repaired(folder)
        put = copy if options.copy else link
        counts = repair(folder, target, put, options.replace)
        print_pairs(f"{target}", counts.table())
        rejected += counts.rejected
    return EXIT_USER_ERROR if rejected else 0


def _stats(options: argparse.Namespace) -> int:
    from .count_chart import (
        draw_numbers,
    )  # matplotlib takes a second, which the other verbs need not wait for

    alphabet = get_plate_format(options.format or load_config().plate_format).alphabet
    folders = _folders(options)
    chart = options.out or OUT / "photos" / "stats.png"
    require_place(chart.parent)  # before pictures are read
    numbers = count_folders(folders, options.sample)
    print_pairs(", ".join(folder.name for folder in folders), numbers.table(alphabet))
    draw_numbers(chart, numbers, alphabet)
    tell(f"wrote {chart}")
    return 0


def _label(options: argparse.Namespace) -> int:
    source, out = options.folder, options.out
    if not source.is_dir():
        what = "no folder" if source.exists() else "no such folder"
        raise UserError(f"{source}: {what}; name one with pictures")
    if not is_collection(source):
        if out is not None:
            raise UserError(
                f"--out is for folders into which servers collect; {source} is labelled as it is"
            )
        return _label_folder(options, source, source, {})
    if out is None:
        raise UserError(
            f"servers collect into {source}, and remove what is old: say --out DIR, a folder to take the pictures to"
        )
    with new_folder(out, options.replace) as partial:
        return _label_folder(options, partial, out, take_collected(source, partial))


def _label_folder(
    options: argparse.Namespace, folder: Path, called: Path, known: Mapping[str, Sequence[KeptRow]]
) -> int:
    """Label a folder. called: by its name in the end. known: as `guess_labels` takes it."""
    label_files(folder, options.replace)  # before anything is read, which may take an hour
    bundle = choose_model(options.model)
    tell(bundle.title)
    guesses, broken = guess_labels(folder, bundle.reader.read, known)
    url = f"/data/local-files/?d={called.resolve().name}/" if options.url is None else options.url
    files = write_guesses(folder, guesses, bundle.title, url, options.replace)
    plates = sum(len(guess.picture.plates) for guess in guesses)
    empty = sum(not guess.picture.plates for guess in guesses)
    partly = sum(UNSEEN in plate.text for guess in guesses for plate in guess.picture.plates)
    table = {
        "pictures": f"{len(guesses):,}, {empty:,} of them without a find",
        "plates": f"{plates:,}",
        f"with a {UNSEEN}": f"{partly:,}: write what stands there, a {UNSEEN} for each character that nobody can read",
    }
    table |= {"not readable": f"{broken:,}", "written": ", ".join(path.name for path in files)}
    print_pairs(f"{called}", table)
    return EXIT_USER_ERROR if broken else 0


def _require_name(name: str) -> None:
    if not name or Path(name).name != name or name.startswith("."):
        raise UserError(f"NAME {name!r} is no name for a folder; choose letters and digits")


def _beside(folder: Path) -> Path:
    """Return the folder that a folder lies in, which may be called "." or "..": that of the link, where it is one."""
    return folder.parent if folder.name not in ("", "..") else folder.resolve().parent


def _exported(folder: Path) -> Path:
    """Return where a folder is exported to: beside it, or outside those that the stages depend on."""
    beside = _beside(folder)
    own = beside.resolve() == _parent(None).resolve()
    return beside.with_name(f"{beside.name}-exported") if own else beside


def _parent(into: Path | None) -> Path:
    return load_config().photos if into is None else into


def _folders(options: argparse.Namespace) -> list[Path]:
    """Return the folders of photographs that are named, or all there are; raises UserError for none."""
    if options.folders:
        return [_folder(folder) for folder in options.folders]
    found = photo_folders(_parent(None))
    if not found:
        raise UserError(
            f"no photographs in {_parent(None)}: import some, or name a folder with {ANNOTATIONS}"
        )
    return found


def _folder(named: Path) -> Path:
    """Return the folder that is meant: a path, or the name of one beside the others."""
    if not named.exists() and len(named.parts) == 1 and (_parent(None) / named).is_dir():
        return _parent(None) / named
    if not (named / ANNOTATIONS).is_file():
        raise UserError(f"{named}: no folder with {ANNOTATIONS}; `src.photos import` makes one")
    return named
