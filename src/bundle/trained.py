"""Two trained networks, as their stages leave them, made into a bundle; no torch is needed for that."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from ..common.errors import UserError
from ..common.files import sha256
from ..inference.card import (
    ONNX,
    ONNX_INT8,
    REFINER_ONNX,
    REFINER_ONNX_INT8,
    WEIGHTS,
    Card,
    load_card,
)
from .bundle import LOCALIZE, READ, REFINE, Bundle, load_bundle, write_bundle
from .card import BundleCard
from .origin import Thresholds, package_versions


class Origin(NamedTuple):
    """Where, when and from what networks were trained: the fields of these names of BundleCard.

    ancestry: where it is None, what the networks' own cards say of the model that each was trained on from.
    """

    revision: str
    created: str
    data: Mapping[str, str] = MappingProxyType({})
    ancestry: Sequence[str] | None = None
    run: Mapping[str, str] = MappingProxyType({})


def bundle_trained(
    models: Path,
    folder: Path,
    thresholds: Thresholds,
    metrics: Mapping[str, float],
    origin: Origin,
    int8: bool = True,
) -> Bundle:
    """Write the networks of ``models``/localize and ``models``/ocr as a bundle, and return it.

    metrics: as in BundleCard. int8: those with 8-bit convolutions? Raises UserError, and leaves what was there, when a
    network is missing or damaged, or the two do not go together.
    """
    localizer_card, card = load_cards(models)
    find, refine, read = onnx_files(models, localizer_card.refined, int8)
    networks = {LOCALIZE: find, READ: read} | ({} if refine is None else {REFINE: refine})
    write_bundle(
        folder,
        networks,
        BundleCard(
            plate_format=card.plate_format,
            alphabet=card.alphabet,
            localizer=localizer_card.name,
            localizer_decoding=localizer_card.decoding,
            localizer_settings=localizer_card.settings,
            refined=localizer_card.refined,
            reader=card.name,
            reader_decoding=card.decoding,
            localize_height=localizer_card.height,
            localize_width=localizer_card.width,
            plate_height=card.height,
            plate_width=card.width,
            min_score=thresholds.min_score,
            min_confidence=thresholds.min_confidence,
            long_sides=tuple(thresholds.long_sides),
            parameters=localizer_card.parameters + card.parameters,
            weights={name: sha256(models / name / WEIGHTS) for name in ("localize", "ocr")},
            metrics=metrics,
            versions=package_versions(),
            revision=origin.revision,
            created=origin.created,
            data=dict(origin.data),
            ancestry=tuple(
                parents(localizer_card, card) if origin.ancestry is None else origin.ancestry
            ),
            run=dict(origin.run),
            countries=tuple(card.countries),
        ),
    )
    return load_bundle(folder)


def parents(*cards: Card) -> list[str]:
    """Return the versions of the models that networks were trained on from, by their cards; each once."""
    named = (card.ancestry["model"] for card in cards if card.ancestry and "model" in card.ancestry)
    return list(dict.fromkeys(named))


def onnx_files(models: Path, refined: bool, int8: bool) -> tuple[Path, Path | None, Path]:
    """Return the ONNX files of localizer, refiner (None without one: ``refined``) and reader."""
    network, refiner = (ONNX_INT8, REFINER_ONNX_INT8) if int8 else (ONNX, REFINER_ONNX)
    localize = models / "localize"
    return localize / network, localize / refiner if refined else None, models / "ocr" / network


def load_cards(models: Path) -> tuple[Card, Card]:
    """Return the cards of ``models``/localize and ``models``/ocr.

    Raises UserError when one is missing or damaged, or when the two were trained for different plate formats.
    """
    localizer_card, card = load_card(models / "localize"), load_card(models / "ocr")
    if localizer_card.plate_format != card.plate_format:
        raise UserError(
            f"the localizer was trained on {localizer_card.plate_format} plates and the reader on "
            f"{card.plate_format} ones: run `dvc repro`"
        )
    return localizer_card, card
