"""Packing two trained networks as a bundle, which reads without torch."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from ..architectures.localizers.stored import load_localizer
from ..architectures.readers.stored import load_reader
from ..bundle.bundle import LOCALIZE, READ, REFINE, Bundle, load_bundle, write_bundle
from ..bundle.card import BundleCard
from ..bundle.origin import Thresholds, git_revision, package_versions
from ..common.config import ROOT
from ..common.files import sha256
from ..inference.card import WEIGHTS, Card
from ..models.base import Localizer, Reader
from ..models.store import check_onnx
from .backends import onnx_files
from .networks import load_cards


def pack(
    models: Path,
    folder: Path,
    thresholds: Thresholds,
    metrics: Mapping[str, float],
    int8: bool = True,
) -> Bundle:
    """Write the networks of ``models``/localize and ``models``/ocr as a bundle.

    metrics: as in BundleCard. int8: those with 8-bit convolutions? Raises UserError, and leaves what was there, when a
    network is missing or damaged, its ONNX file does not compute what its weights do, or the two do not go together.
    """
    localizer_card, card = load_cards(models)
    check_engines(models)
    localize, ocr = models / "localize", models / "ocr"
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
            weights={part.name: sha256(part / WEIGHTS) for part in (localize, ocr)},
            metrics=metrics,
            versions=package_versions(),
            revision=git_revision(ROOT),
            created=datetime.now(UTC).date().isoformat(),
        ),
    )
    return load_bundle(folder)


def check_engines(models: Path) -> None:
    """Print how far ONNX Runtime is from torch for each network; raises UserError when that is too far."""
    networks: list[tuple[str, tuple[Localizer | Reader, Card]]] = [
        ("localize", load_localizer(models / "localize")),
        ("ocr", load_reader(models / "ocr")),
    ]
    for name, (network, card) in networks:
        deviation = check_onnx(models / name, network, card)
        agreement = card.int8_agreement or 0.0
        print(
            f"{name}: ONNX Runtime and torch differ by at most {deviation:.1e}; "
            f"with 8-bit convolutions {agreement:.2%} stays"
        )
