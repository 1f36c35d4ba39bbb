"""Start-up of every server: choose a model, and print which one it is and its limits."""

import os
import sys

from ..bundle.bundle import Bundle
from ..bundle.choose import choose_model
from .service import Service


def served_model(asked: str | None) -> Bundle:
    """Return the model that is asked for, that of PLATES_MODEL, or the one that `choose_model` returns."""
    return choose_model(asked or os.environ.get("PLATES_MODEL") or None)


def announce(service: Service) -> None:
    """Say on stderr which model is served, and within which limits."""
    settings = service.settings
    print(f"serving {service.bundle.title}", file=sys.stderr)
    print(
        f"limits: {settings.max_upload_mb:g} MB a request, {settings.max_megapixels:g} megapixels a picture, "
        f"{settings.concurrency} at once, {settings.queue} waiting, {settings.timeout_s:g} s each",
        file=sys.stderr,
    )
    if settings.collect:
        print(
            f"collecting: pictures read with less than {settings.collect_below:.0%} confidence, and those that clients "
            f"say are wrong, into {settings.collect}; at most {settings.collect_mb:g} MB, each for "
            f"{settings.collect_days:g} days",
            file=sys.stderr,
        )
    if settings.drift_log:
        print(
            f"watching: a line on each picture in {settings.drift_log}, at most {settings.drift_log_mb:g} MB",
            file=sys.stderr,
        )
