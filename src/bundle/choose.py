"""Which saved model reads plates: one rule and one option for every command that reads."""

import argparse
from dataclasses import replace
from pathlib import Path

from ..common.config import INSTALLED
from ..common.errors import UserError
from ..common.files import sha256
from ..inference.card import WEIGHTS
from .bundle import RELEASE, STACK, Bundle, load_bundle
from .files import SUMS

# What the option takes besides a folder; one of such a name is ./own or ./release.
OWN, RELEASED = "own", "release"


def add_model_option(parser: argparse.ArgumentParser, first: str = "") -> None:
    """Give a command the option --model. first: what its help names before the rule of `choose_model`."""
    parser.add_argument(
        "--model",
        metavar="PATH|release|own",
        help="a saved model's folder, the released one (release/NAME: another released one), or your own "
        f"(out/models/stack of a checkout); default: {first}your own where it is there and is no smoke test, else the "
        "released one",
    )


def choose_model(asked: str | None = None, own: Path = STACK, release: Path = RELEASE) -> Bundle:
    """Return the model to read with; its title says which it is, and its note why where that may surprise.

    asked: a folder, "own", "release" or, for another released one, "release/NAME". Unless something is asked for: the
    user's own where it is there and is no smoke test (see `Bundle.smoke_test`), else the released one. Raises UserError
    where there is none, and for a damaged one; a damaged model of the user's own does not give way to the released one.
    """
    if asked is not None and asked != OWN:
        return load_bundle(_released(asked, release) or Path(asked))
    if asked == OWN:
        if INSTALLED:
            raise UserError("a model of your own is found in a checkout alone: name its folder")
        bundle = load_bundle(own)
        return replace(bundle, note=_unsaved(own, bundle))
    mine = load_bundle(own) if (own / SUMS).is_file() else None
    if mine and not mine.smoke_test:
        return replace(mine, note=_unsaved(own, mine))
    if (release / SUMS).is_file():
        why = f"--model own takes {own}, a smoke test" if mine else ""
        return replace(
            load_bundle(release), note="; ".join(filter(None, (why, _unsaved(own, mine))))
        )
    if mine:
        return replace(mine, note=f"there is no other one in {release}")
    raise UserError(
        f"no model in {own} or {release}: train with `make quickstart` and run `python3 -m src.save_stack`"
    )


def _released(asked: str, release: Path) -> Path | None:
    """Return the folder of a released model by its name, wherever the command runs; None for another name."""
    first, _, rest = asked.partition("/")
    return release / rest if first == RELEASED else None


def _unsaved(own: Path, saved: Bundle | None) -> str:
    """Return a note that there are newer trained networks beside ``own`` than in the saved model; else ""."""
    weights = {name: own.with_name(name) / WEIGHTS for name in ("localize", "ocr")}
    if not all(path.is_file() for path in weights.values()):
        return ""
    if saved and all(sha256(path) == saved.card.weights.get(n) for n, path in weights.items()):
        return ""
    return f"the networks trained last are not in {own}: run `python3 -m src.save_stack`"
