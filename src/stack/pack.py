"""Packing two trained networks as a bundle, which reads without torch."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from ..architectures.localizers.stored import load_localizer
from ..architectures.readers.stored import load_reader
from ..bundle.bundle import Bundle
from ..bundle.origin import Thresholds, git_revision, trained_data
from ..bundle.trained import Origin, bundle_trained
from ..common.config import MODELS, ROOT
from ..inference.card import Card
from ..models.base import Localizer, Reader
from ..models.store import check_onnx


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
    check_engines(models)
    data = trained_data(ROOT) if models == MODELS else {}
    origin = Origin(git_revision(ROOT), datetime.now(UTC).date().isoformat(), data)
    return bundle_trained(models, folder, thresholds, metrics, origin, int8)


def check_engines(models: Path) -> None:
    """Print how far ONNX Runtime is from torch for each network; raises UserError when that is too far."""
    networks: list[tuple[str, tuple[Localizer | Reader, Card]]] = [
        ("localize", load_localizer(models / "localize")),
        ("ocr", load_reader(models / "ocr")),
    ]
    for name, (network, card) in networks:
        deviation = check_onnx(models / name, network, card)
        agreement = card.int8_agreement or 0.0
        # All stays where 8 bits would have changed too much.
        bits = "it stays in 32 bits"
        if agreement < 1:
            bits = f"with 8-bit convolutions {agreement:.2%} stays"
        print(f"{name}: ONNX Runtime and torch differ by at most {deviation:.1e}; {bits}")
