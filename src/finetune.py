"""Train on your photographs from the released model, and say what that gave on those kept for measuring.

python3 -m src.finetune [--start START] [-S NAME=VALUE …]    (make finetune: with a preset of minutes)

It is `dvc exp run` with these values, and with networks as large as those of the start; params.py and params.yaml are
then as they were. Started again after an interruption, it goes on where it was.
"""

import json
import os
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from params import LocalizeModelParams, OCRModelParams

from .bundle.bundle import STACK, Bundle, load_bundle, load_trusted
from .common.config import ROOT, Config, load_config
from .common.errors import UserError, run_main
from .common.progress import tell
from .common.texts import UNREADABLE_CHARACTER
from .datasets.photos import Photo, load_photos, photo_folders
from .generators.formats import get_format
from .generators.formats.base import PlateFormat
from .inference.card import load_card
from .lent_params import give_back, lent_params
from .pipeline.stage import command_line
from .pipeline.start import NONE, start_bundle
from .pipeline.start_weights import start_weights
from .reporting.before_after import Plates, before_after, joined, verdict
from .stack.photos import names_of, photos_to_measure, read_photos

# For what is given back to params.py after a run; git and DVC ignore it.
_KEPT = ROOT / ".cache/finetune"


def main(options: Namespace) -> None:
    """Train all networks from a start, save the model, and compare the two on the photographs whose split is test."""
    give_back(ROOT, _KEPT)
    config = load_config()
    start = options.start or (config.start if config.start != NONE else "release")
    found = start_bundle(start)
    if found is None:
        raise UserError("--start none is no fine-tuning: `make pipeline` trains anew")
    if found.resolve() == STACK.resolve():
        raise UserError(
            f"{start} is what this writes over: name a copy of out/models in another folder, or a revision"
        )
    folders = photo_folders(config.photos)
    photos = _to_train_on(folders, config.photos)
    chosen = [value.partition("=")[2] for value in options.set if value.startswith("plate_format=")]
    _require_learnable(photos, get_format((chosen or [config.plate_format])[-1]))
    before = load_trusted(found)
    tell(f"photographs to train on: {len(photos)}; start: {before.title}")
    values = [f"start={start}", *network_values(before, config, options.set), *options.set]
    # A name of its own, so that it can be told what this run is called.
    name = f"finetune-{datetime.now():%Y%m%d-%H%M%S}"
    with lent_params(ROOT, values, _KEPT):
        run_module("dvc", "exp", "run", "-n", name, *(part for v in values for part in ("-S", v)))
        run_module("src.save_stack")
    print("\n".join(comparison(before, load_bundle(STACK), folders, name)))


def network_values(start: Bundle, config: Config, given: Sequence[str]) -> list[str]:
    """Return what params.py has to say for the networks to be as large as those of a start, as NAME=VALUE.

    Nothing for what `given` sets, or for a network that params.yaml does not choose. Raises UserError where the start
    has no weights.
    """
    values: list[str] = []
    said = {value.partition("=")[0] for value in given}
    for name, chosen, own in (
        ("localize", config.localize_model, LocalizeModelParams),
        ("ocr", config.ocr_model, OCRModelParams),
    ):
        card = load_card(start_weights(start, name))
        if card.name != chosen:
            continue
        for field, value in vars(own).items():
            there = card.settings.get(field.lower(), value)
            key = f"params.py:{own.__name__}.{field}"
            if field.isupper() and there != value and key not in said:
                values.append(f"{key}={json.dumps(there, separators=(',', ':'))}")
    return values


def comparison(before: Bundle, after: Bundle, folders: Sequence[Path], run: str) -> list[str]:
    """Return the lines on what two models read of the photographs whose split is test.

    run: DVC's name of the experiment that made the second one.
    """
    plate_format = get_format(after.card.plate_format)
    sets, names = {}, names_of(folders)
    for name, folder in names.items():
        photos = photos_to_measure(folder, plate_format, len(names))
        read = [
            read_photos(model.reader, photos, folder, name).exact() for model in (before, after)
        ]
        sets[name] = Plates(*read)
    rows = before_after(sets)
    if not rows:
        return [
            "",
            "No plate to measure: no photograph has the split test. `python3 -m src.photos split` keeps some back",
        ]
    title = "Exactly read on your photographs that were not trained on (split test)"
    return ["", title, *rows, verdict(joined(sets.values())), _NEXT.format(run)]


_NEXT = (
    "The model is in out/models/stack: `make serve`, `python3 -m src.read PICTURE`. params.py is as before; "
    "`dvc exp apply {}` brings this run's values into it"
)


def _to_train_on(folders: Iterable[Path], parent: Path) -> list[Photo]:
    """Return the photographs to train on; raises UserError when there are none."""
    photos = [photo for folder in folders for photo in load_photos(folder).of("train")]
    if not photos:
        raise UserError(
            f"no photograph to train on in {parent}: bring some in (`python3 -m src.photos import`), and let "
            "`python3 -m src.photos split` say which are to be trained on"
        )
    return photos


def _require_learnable(photos: Iterable[Photo], plate_format: PlateFormat) -> None:
    """Say how many texts have characters that the plate format lacks; raise UserError where all of them have."""
    texts = [plate.text for photo in photos for plate in photo.plates if plate.text]
    known = {*plate_format.alphabet, UNREADABLE_CHARACTER}
    lost = [text for text in texts if not known.issuperset(text)]
    if not lost:
        return
    lacking = "".join(sorted(set("".join(lost)) - known))
    told = (
        f"{len(lost)} of {len(texts)} plates to train on cannot be learned: the plate format {plate_format.name} lacks "
        f"{lacking}; choose one that has them, plate_format in params.yaml (docs/pipeline.md lists them)"
    )
    if len(lost) == len(texts):
        raise UserError(told)
    tell(f"warning: {told}")


def run_module(module: str, *arguments: str) -> None:
    """Run a module in the project's root to its end; exits as it does where it fails, for it has said why."""
    bin_ = str(Path(sys.executable).parent)  # the stages call python3
    environment = {**os.environ, "PATH": os.pathsep.join((bin_, os.environ.get("PATH", "")))}
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            # Ctrl-C reaches it too. `subprocess.run` would kill it at once, and DVC has to go back to the branch.
            process.wait()
            raise
    if code:
        raise SystemExit(code)


def add_options(parser: ArgumentParser) -> None:
    """Add what this command takes."""
    parser.add_argument(
        "--start",
        help="the model to start from, as in params.yaml; default: what stands there, else release",
    )
    parser.add_argument(
        "-S",
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a parameter for this run, as `dvc exp run -S` takes it",
    )


if __name__ == "__main__":
    chosen = command_line(add_options)
    run_main(lambda: main(chosen))
