"""Both trained networks as one folder that reads plates: ONNX files, a card and checksums. No torch, no pickle.

``python3 -m src.save_stack`` writes out/models/stack; release/ holds the one that comes with the project.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..common.config import INSTALLED, MODELS, ROOT
from ..common.errors import UserError
from ..common.files import sha256, write_json
from ..common.untrusted import MAX_JSON_BYTES, check_file, one_line
from ..inference.agreement import agreement
from ..inference.decoding.plates import plate_decoding
from ..inference.decoding.texts import text_decoder
from ..inference.detection import Detection
from ..inference.engine import PROCESSOR, PROVIDER, Engine, EngineError, engine_of
from ..inference.networks import Runs, make_reader, onnx_runs
from ..inference.reader import PlateReader
from ..inference.refiner_crop import CROP_HEIGHT, CROP_WIDTH, OUTPUTS
from .card import BundleCard, parse_card
from .files import SUMS, check_sums, copy_whole, whole_folder, write_sums
from .note import noted_release
from .signature import SIGNATURE, demand_signature, signer_of
from .smoke import is_smoke_test

STACK, RELEASE = MODELS / "stack", ROOT / "release"
# The localizer, its refiner where it has one, and the reader of rectified plates.
LOCALIZE, REFINE, READ = "localize.onnx", "refine.onnx", "read.onnx"
CARD = "card.json"
_NEEDED = {LOCALIZE, READ, CARD}
# How a model comes to be, before another way to have one; an installed package makes none.
_SAVE, _SAVE_AGAIN = (
    ("", "")
    if INSTALLED
    else (
        "run `python3 -m src.save_stack`, or ",
        "save it again with `python3 -m src.save_stack`, or ",
    )
)
# Share of the variance of raw outputs that another execution provider has to keep of the processor's, and pictures of
# noise that this is found with: 8-bit networks are rounded otherwise there, by far less.
LEAST_AGREEMENT, _COMPARED = 0.98, 4
# Digits of the SHA-256 that name a bundle.
VERSION_DIGITS = 12


@dataclass(frozen=True)
class Bundle:
    """A bundle that was loaded.

    reader: several threads may read with it at once. files: the names of all its files, that of the checksums last.
    engine: what computes its networks.
    note: what its user should know of how it was chosen (choose.py); may be empty. signer: who has signed it
    (signature.py), "" where nobody has. release: which version of a released model it is, as "release@v1.0.0", and
    stage: the one that it was asked for by; "" where nobody has said so.
    """

    folder: Path
    reader: PlateReader
    card: BundleCard
    files: tuple[str, ...]
    engine: Engine
    note: str = ""
    signer: str = ""
    release: str = ""
    stage: str = ""

    @property
    def smoke_test(self) -> bool:
        """Whether it was evaluated and reads next to nothing; False where it was never evaluated."""
        return is_smoke_test(self.card.metrics.get("val_acc"))

    @property
    def title(self) -> str:
        """One line that says which model this is, how good and how old."""
        card = self.card
        measured = card.measured or "not evaluated"
        measured += ": a smoke test" if self.smoke_test else ""
        which = f"model {card.version} of {card.created} ({card.plate_format} plates, {measured})"
        promoted = f"{self.release}{self.stage and f' in {self.stage}'}"
        signed = self.signer and f"signed by {self.signer}"
        engine = self.engine.title if self.engine != PROCESSOR else ""
        said = "; ".join(filter(None, (engine, promoted, signed, self.note)))
        return f"{which} from {self.folder}{said and '; '}{said}"


def load_bundle(folder: Path) -> Bundle:
    """Return the bundle of a folder, tried out.

    Its files may come from anywhere: raises UserError when one is missing, damaged, not as its checksum says, or does
    not go with the others, or when the checksums have a wrong signature; EngineError where what PLATES_PROVIDER names
    cannot run it.
    """
    if not os.path.lexists(folder / SUMS):
        raise UserError(f"no model in {folder}: {_SAVE}name a folder with {SUMS}")
    signer, engine = signer_of(folder), engine_of(os.environ)
    try:
        return _load(folder, signer, engine)
    except EngineError:
        raise
    except Exception as error:  # those of ONNX Runtime have no class in common
        raise UserError(
            f"the model in {folder} is damaged or of another version ({one_line(error)}): {_SAVE_AGAIN}fetch it again"
        ) from error


def load_trusted(folder: Path) -> Bundle:
    """Return the bundle of a folder, as `load_bundle` does, if it is to be used: one of somebody else's, perhaps.

    Raises UserError also where a signature is demanded that it does not have (signature.py).
    """
    bundle = load_bundle(folder)
    demand_signature(folder, bundle.signer)
    return bundle


def read_card(folder: Path) -> BundleCard:
    """Return the card of a bundle's folder, without its networks; raises OSError or ValueError where there is none."""
    version = sha256(folder / SUMS)[:VERSION_DIGITS]
    check_file(folder / CARD, MAX_JSON_BYTES)
    return parse_card((folder / CARD).read_text(encoding="utf-8"), version)


def write_bundle(folder: Path, networks: Mapping[str, Path], card: BundleCard) -> None:
    """Write a folder of ONNX files (by the names LOCALIZE, REFINE, READ) and a card, in place of what was there.

    It is loaded first: raises UserError, and leaves what was there, when the files do not go together.
    """
    with whole_folder(folder) as partial:
        for name, source in networks.items():
            copy_whole(source, partial / name)
        write_json(partial / CARD, card.content())
        write_sums(partial, [*networks, CARD])
        load_bundle(partial)


def copy_bundle(bundle: Bundle, folder: Path) -> None:
    """Copy a bundle's files, and none besides, in place of what was in a folder."""
    with whole_folder(folder) as partial:
        for name in bundle.files:
            copy_whole(bundle.folder / name, partial / name)
        load_bundle(partial)


def _load(folder: Path, signer: str, engine: Engine) -> Bundle:
    names = check_sums(folder, {*_NEEDED, REFINE}).keys()
    card = read_card(folder)
    size = card.localize_height, card.localize_width
    decoding = plate_decoding(card.localizer_decoding, card.localizer_settings, size)
    expected = _NEEDED | {REFINE} if card.refined else _NEEDED
    if names != expected:
        raise ValueError(
            f"{SUMS} lists {', '.join(sorted(names))}, not {', '.join(sorted(expected))}"
        )
    refine = folder / REFINE if card.refined else None
    files = folder / LOCALIZE, refine, folder / READ
    runs = onnx_runs(*files, engine)
    decoder = text_decoder(card.reader_decoding, card.alphabet, card.countries)
    reader = make_reader(runs, decoding, decoder, card.plate_format, card.reader_options)
    _try_out(reader, runs, card)
    if engine.provider != PROCESSOR.provider:
        _compare(runs, onnx_runs(*files), card, engine)
    listed = (*sorted(names), *([SIGNATURE] if signer else []), SUMS)
    release = noted_release(folder, card.version)
    return Bundle(folder, reader, card, listed, engine, signer=signer, release=release)


def _try_out(reader: PlateReader, runs: Runs, card: BundleCard) -> None:
    """Run each network once, so that a mismatch is found on loading and not at the first request."""
    blank = np.zeros((card.localize_height, card.localize_width), np.uint8)
    reader.read(blank)
    if runs.refine is not None:
        answer = runs.refine(np.zeros((1, 1, CROP_HEIGHT, CROP_WIDTH), np.uint8))
        if answer.shape != (1, OUTPUTS):
            raise ValueError(f"{REFINE} answers {answer.shape}")
    quad = np.array([[0, 0], [8, 0], [8, 4], [0, 4]], np.float32)
    reader.read_at(blank, [Detection(quad, 1.0, 1)])


def _compare(runs: Runs, reference: Runs, card: BundleCard, engine: Engine) -> None:
    """Raise EngineError where an execution provider does not compute what the processor does."""
    localize = card.localize_height, card.localize_width
    sizes = localize, (CROP_HEIGHT, CROP_WIDTH), (card.plate_height, card.plate_width)
    rng = np.random.default_rng(0)
    for name, run, other, size in zip(Runs._fields, runs, reference, sizes, strict=True):
        if run is None or other is None:
            continue
        pictures = rng.integers(0, 256, (_COMPARED, 1, 1, *size), np.uint8)
        kept = agreement([other(one) for one in pictures], [run(one) for one in pictures])
        if not kept >= LEAST_AGREEMENT:
            raise EngineError(
                f"on {engine.provider} {name} keeps {kept:.1%} of what the processor computes, less than "
                f"{LEAST_AGREEMENT:.0%}: set {PROVIDER} to cpu"
            )
