"""Versions and stages of the released models: who is where, promotion, the way back, and what servers serve.

python3 -m src.promote                                           which version is in which stage
python3 -m src.promote to STAGE [--model MODEL] [--version V]    bring a model into a stage (make promote)
python3 -m src.promote back STAGE [--model release/NAME]         what was there before comes back (make rollback)
python3 -m src.promote copy MODEL@STAGE DIR                      its files, for an image or an upload
python3 -m src.promote servers URL …                             whether they serve what their stage holds
python3 -m src.promote picture FILE.png [--model release/NAME]   when which version was in which stage
"""

import argparse
import shlex
from pathlib import Path

from .bundle.bundle import RELEASE
from .bundle.choose import choose_model
from .bundle.promoted import read_tags
from .common.config import ROOT
from .common.errors import UserError, run_main
from .promoting.chart import draw_stages
from .promoting.copying import copy_promoted
from .promoting.registry import Promotion, promote, roll_back, stages_of
from .promoting.servers import ask_server
from .promoting.table import rows_of, table

EXIT_BEHIND = 3
"""A server does not serve what its stage holds."""


def main() -> None:
    """Do what the command line says."""
    options = _options()
    if options.command == "to":
        remote = options.push or ""
        done = promote(ROOT, options.model, options.stage, options.version or "", remote)
        _tell(done, remote)
    elif options.command == "back":
        _tell(roll_back(ROOT, options.model, options.stage, options.push or ""), options.push)
    elif options.command == "copy":
        bundle = choose_model(options.model)
        if not bundle.release:
            raise UserError(f"{options.model!r} is no version: write MODEL@STAGE or MODEL@v1.0.0")
        print(f"{bundle.release} is in {copy_promoted(bundle, options.folder).folder}")
    elif options.command == "servers":
        tags = read_tags(ROOT)
        answers = [ask_server(url, ROOT, tags, options.stage or "") for url in options.urls]
        for one in answers:
            print(f"{'ok    ' if one.right else 'BEHIND'}  {one.address}  {one.said}")
        if not all(one.right for one in answers):
            raise SystemExit(EXIT_BEHIND)
    elif options.command == "picture":
        draw_stages(options.file, read_tags(ROOT), options.model, stages_of(ROOT))
        print(f"wrote {options.file}")
    else:
        print("\n".join(table(rows_of(ROOT, read_tags(ROOT), stages_of(ROOT)))))


def _tell(done: Promotion, remote: str | None) -> None:
    now, before = done.now, done.before
    if before is not None and before.version == now.version:
        print(f"{now.release} is in {now.stage} already")
    else:
        print(f"{now.release} is in {now.stage}{f', {before.release} was' if before else ''}")
    if remote:
        print(f"pushed to {remote}{': ' * bool(done.tags)}{', '.join(done.tags)}")
    elif done.tags:
        # With the version, which an earlier promotion may have made: a stage of it alone says nothing to others.
        tags = dict.fromkeys((now.release, *done.tags))
        print(f"others see it after: git push origin {shlex.join(tags)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python3 -m src.promote",
        description="Versions and stages of the released models, as tags of git that GTO makes.",
        epilog=f"exit codes: 0 done; 1 an error; 2 wrong usage; {EXIT_BEHIND} a server does not serve what its stage "
        "holds; 130 Ctrl-C",
    )
    commands = parser.add_subparsers(dest="command")
    to = commands.add_parser("to", help="bring a model into a stage")
    to.add_argument(
        "--version",
        metavar="vX.Y.Z",
        help="what the checkout's model is to be called; default: the next",
    )
    back = commands.add_parser("back", help="bring what was in a stage before back into it")
    for one in (to, back):
        one.add_argument("stage", metavar="STAGE", help="one of the file .gto")
        one.add_argument(
            "--push",
            nargs="?",
            const="origin",
            metavar="REMOTE",
            help="fetch tags first, push the new",
        )
    copy = commands.add_parser("copy", help="copy the files of a version")
    copy.add_argument("model", metavar="MODEL@STAGE", help="@prod, release/NAME@prod, @v1.0.0")
    copy.add_argument("folder", type=Path, metavar="DIR", help="a new folder")
    servers = commands.add_parser("servers", help="ask servers what they serve")
    servers.add_argument("urls", nargs="+", metavar="URL", help="http://host:port")
    servers.add_argument("--stage", help="which they are to serve; default: what each says")
    picture = commands.add_parser("picture", help="draw when which version was in which stage")
    picture.add_argument("file", type=Path, metavar="FILE.png")
    to.add_argument(
        "--model",
        default=RELEASE.name,
        metavar="MODEL",
        help="release, release/NAME, or what is in another stage: @staging; default: release",
    )
    for one in (back, picture):
        one.add_argument("--model", default=RELEASE.name, metavar="release/NAME")
    return parser.parse_args()


if __name__ == "__main__":
    run_main(main)
