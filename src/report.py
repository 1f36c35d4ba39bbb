"""What changed between two revisions, and whether it got better: one page of Markdown for a pull request.

python3 -m src.report [--base REV] [--head REV] [--out report.md] [--assets DIR] [--photos [DIR …]]
"""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from .common.config import PREPARED, ROOT, load_config
from .common.errors import run_main
from .common.files import atomic_path
from .common.progress import tell
from .comparing.matrix import Matrix, measure
from .comparing.models import load_networks
from .comparing.section import photographs
from .datasets.photos import photo_folders
from .reporting.assets import write_assets
from .reporting.base_revision import WORKSPACE, default_base, open_repository
from .reporting.headline import headline
from .reporting.markdown import image
from .reporting.media import curves, sheets
from .reporting.page import page
from .reporting.provenance import commands, hashes, timings
from .reporting.read import read_revisions
from .reporting.regressions import new_regressions
from .reporting.revision import Revision
from .reporting.sweeps import read_sweeps, sweep_section, write_pictures
from .reporting.tables import all_metrics, key_metrics, parameters, slices
from .reporting.verdict import judge


def main() -> None:
    """Write the page and the pictures beside it; print the verdict."""
    parser = argparse.ArgumentParser(
        prog="python3 -m src.report", description="Report what changed and whether it got better."
    )
    parser.add_argument("--base", metavar="REV", help="where head left origin's main by default")
    parser.add_argument("--head", metavar="REV", default=WORKSPACE, help="the files as they are")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("report.md"),
        metavar="FILE",
        help="where the page goes; default: %(default)s",
    )
    parser.add_argument(
        "--assets", type=Path, metavar="DIR", help="pictures; OUT_assets by default"
    )
    parser.add_argument(
        "--no-pictures", action="store_true", help="the page alone, for where none can be shown"
    )
    parser.add_argument(
        "--photos",
        nargs="*",
        type=Path,
        metavar="DIR",
        help="folders of photographs that both read; default: those of params.yaml; without a DIR, none",
    )
    options = parser.parse_args()
    assets = options.assets or options.out.with_name(f"{options.out.stem}_assets")

    with open_repository(ROOT) as repo:
        name = options.base or default_base(repo, options.head)
        *before, head = read_revisions(repo, [*([name] if name else []), options.head])
    base = before[0] if before else None
    verdict = judge(base, head)
    shown = not options.no_pictures
    written = write_assets(assets, base, head, verdict, PREPARED / "stack") if shown else {}
    # Of a revision, nobody knows which of them are its own.
    sweeps = read_sweeps(ROOT) if options.head == WORKSPACE else []
    if shown:
        written |= write_pictures(assets, sweeps)
    pictures = {
        name: os.path.relpath(path, options.out.parent).replace(os.sep, "/")
        for name, path in written.items()
    }
    lost = pictures.get("new_mistakes")
    top = headline(verdict, base, head)
    text = page(
        [
            top,
            parameters(base, head),
            key_metrics(verdict, base, head),
            photographs(_read_photographs(base, head, options.photos)),
            slices(base, head),
            new_regressions(
                verdict, base, head, image("The worst of them", lost) if lost else None
            ),
            curves(base, head, pictures),
            sheets(base, head, pictures),
            sweep_section(sweeps, pictures),
            all_metrics(base, head),
            timings(base, head),
            hashes(base, head),
            commands(base, head),
        ]
    )
    with atomic_path(options.out) as partial:
        partial.write_text(text, encoding="utf-8")
    print(f"{text.splitlines()[0].lstrip('# ')}\nwrote {options.out}")


def _read_photographs(
    base: Revision | None, head: Revision, asked: Sequence[Path] | None
) -> Matrix:
    """Return what the networks of both revisions read of photographs, where there are any.

    asked: folders; None for those that the stages measure.
    """
    sets = photo_folders(load_config(ROOT / "params.yaml").photos) if asked is None else asked
    revisions = {revision.label: revision for revision in (base, head) if revision}
    names = list(revisions) if sets else []
    matrix = measure(names, sets, lambda name: load_networks(revisions[name], ROOT), tell)
    if matrix.interrupted:
        raise KeyboardInterrupt
    return matrix


if __name__ == "__main__":
    run_main(main)
