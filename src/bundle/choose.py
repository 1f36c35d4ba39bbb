"""Which saved model reads plates: one rule and one option for every command that reads."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from ..common.config import INSTALLED
from ..common.errors import UserError
from ..common.files import sha256
from ..inference.card import WEIGHTS
from .bundle import RELEASE, STACK, Bundle, load_bundle, read_card
from .card import BundleCard
from .files import SUMS
from .promoted import find_promoted, is_promoted, promoted_folder
from .signature import demand_signature

# What the option takes besides a folder; one of such a name is ./own or ./release.
OWN, RELEASED = "own", "release"
A_FOLDER = "the folder of a saved model"
# And what the tags of a checkout name, as promoted.py reads them.
_AT = () if INSTALLED else ("@STAGE",)
# Share of test scenes by which the released model is to read more before it is recommended.
_WORTH_SAYING = 0.01


def add_model_option(parser: argparse.ArgumentParser, first: str = "") -> None:
    """Give a command the option --model. first: what its help names before the rule of `choose_model`."""
    parser.add_argument(
        "--model",
        metavar="PATH|release|own",
        help="a saved model's folder, the released one (release/NAME: another released one), your own "
        "(out/models/stack of a checkout), or, in a checkout, the one in a stage or of a version (@prod, "
        f"release/NAME@prod, @v1.0.0); default: {first}your own where it is there and is no smoke test, else the "
        "released one",
    )


def choose_model(asked: str | None = None, own: Path = STACK, release: Path = RELEASE) -> Bundle:
    """Return the model to read with; its title says which it is, and its note why where that may surprise.

    asked: a folder, "own", "release" or, for another released one, "release/NAME"; "@STAGE" or "@VERSION", after a
    released one's name or for "release", for what the tags of the checkout say. Unless something is asked for: the
    user's own where it is there and is no smoke test (see `Bundle.smoke_test`), else the released one. Raises UserError
    where there is none, for a damaged one, and for one without the signature that is demanded (signature.py); a damaged
    model of the user's own does not give way to the released one.
    """
    chosen = _choose(asked, own, release)
    demand_signature(chosen.folder, chosen.signer)
    return chosen


def _choose(asked: str | None, own: Path, release: Path) -> Bundle:
    if asked is not None and is_promoted(asked):
        found = find_promoted(asked, release.parent)
        bundle = load_bundle(promoted_folder(found, release.parent))
        return replace(bundle, release=found.release, stage=found.stage)
    if asked is not None and asked != OWN:
        folder = _released(asked, release) or Path(asked)
        if asked != RELEASED and not folder.is_dir():
            raise unknown_model(asked, "no folder", [*_names(release), *_AT, A_FOLDER])
        return load_bundle(folder)
    if asked == OWN:
        if INSTALLED:
            raise UserError("a model of your own is found in a checkout alone: name its folder")
        bundle = load_bundle(own)
        return replace(bundle, note=_unsaved(own, bundle))
    mine = load_bundle(own) if (own / SUMS).is_file() else None
    if mine and not mine.smoke_test:
        notes = (_better(mine.card, release), _unsaved(own, mine))
        return replace(mine, note="; ".join(filter(None, notes)))
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


def unknown_model(name: str, is_none: str, choices: Sequence[str]) -> UserError:
    """Return the error for a name that no model has. is_none: what it is not. choices: what can be written instead."""
    near = get_close_matches(name, choices, n=1)
    meant = f" (did you mean {near[0]}?)" if near else ""
    return UserError(
        f"{name!r} is {is_none}{meant}: write {', '.join(choices[:-1])}, or {choices[-1]}"
    )


def _names(release: Path) -> list[str]:
    """Return what a model can be called besides by its folder."""
    others = sorted(path.parent.name for path in release.glob(f"*/{SUMS}"))
    return [RELEASED, *(f"{RELEASED}/{name}" for name in others), *([] if INSTALLED else [OWN])]


def _better(own: BundleCard, release: Path) -> str:
    """Return a note that the released model reads more of such plates, by the cards of both; else ""."""
    try:
        card = read_card(release)
    except (OSError, ValueError):
        return ""  # it is not the one that reads: whoever asks for it is told
    exact, released = own.metrics.get("val_acc"), card.metrics.get("val_acc")
    if exact is None or released is None or own.plate_format != card.plate_format:
        return ""
    if released - exact <= _WORTH_SAYING:
        return ""
    return f"--model {RELEASED} reads with the released one, {card.measured}"


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
